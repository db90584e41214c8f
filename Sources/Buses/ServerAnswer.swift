internal import Configuration
internal import Drivers

/// What a simulated device answers to a request.
enum ServerAnswer: Equatable {
  /// The content of the registers that were asked for.
  case registers(RegisterBlock)
  /// A refusal.
  case exception(ModbusException)

  /// The answer to a request for registers (MODBUS Application Protocol V1.1b3, 6.3 and 6.4).
  ///
  /// The device is read-only: every function but 03 and 04 is exception 01. A number of registers
  /// that is not 1 to 125 is exception 03; a range that is not all in one block, exception 02.
  /// - Parameters:
  ///   - request: the protocol data unit, from the function code on, without a checksum.
  ///   - blocks: the registers that exist.
  init(to request: ArraySlice<UInt8>, from blocks: [RegisterBlock]) {
    let bytes = Array(request.prefix(5))
    guard let function = bytes.first, let table = RegisterTable(function: function) else {
      self = .exception(.illegalFunction)
      return
    }
    guard bytes.count == 5 else {
      self = .exception(.illegalDataValue)
      return
    }
    let address = UInt16(bytes[1]) << 8 | UInt16(bytes[2])
    let count = Int(bytes[3]) << 8 | Int(bytes[4])
    guard (1...ModbusConnection.registersPerReadMax).contains(count) else {
      self = .exception(.illegalDataValue)
      return
    }
    for block in blocks {
      if let words = block.words(of: table, at: address, count: count) {
        self = .registers(RegisterBlock(table: table, address: address, words: Array(words)))
        return
      }
    }
    self = .exception(.illegalDataAddress)
  }
}

extension RegisterTable {
  fileprivate init?(function: UInt8) {
    switch function {
    case 0x03: self = .holding
    case 0x04: self = .input
    default: return nil
    }
  }
}

/// How a received frame agrees with the length that its header states (MODBUS Messaging on TCP/IP
/// Implementation Guide V1.0b, 3.1.3).
enum TCPFrameLength: Equatable {
  /// It is all there.
  case whole
  /// libmodbus, which goes by the function code, has left some of it unread.
  case unread
  /// It is no Modbus, or longer than it says.
  case wrong

  /// Judges `frame`, from the transaction identifier on.
  init(of frame: ArraySlice<UInt8>) {
    let header = Array(frame.prefix(6))
    guard header.count == 6, header[2] == 0, header[3] == 0 else {
      self = .wrong
      return
    }
    let stated = Int(header[4]) << 8 | Int(header[5])
    let received = frame.count - 6
    self = stated == received ? .whole : stated > received ? .unread : .wrong
  }
}
