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
    guard (1...table.countMax).contains(count) else {
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
    case 0x01: self = .coil
    case 0x02: self = .discrete
    case 0x03: self = .holding
    case 0x04: self = .input
    default: return nil
    }
  }
}

/// The header of Modbus TCP (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3).
enum TCPFrame {
  /// How many bytes of a frame are still to come by the length that its header states. libmodbus
  /// goes by the function code instead, and leaves the rest of what it does not know.
  /// - Parameter received: what there is of it, from the transaction identifier on.
  /// - Returns: nil where it is no Modbus, longer than it says, or longer than a frame may be.
  static func unreadBytes(of received: ArraySlice<UInt8>) -> Int? {
    let header = Array(received.prefix(6))
    guard header.count == 6, header[2] == 0, header[3] == 0 else { return nil }
    let length = header.count + (Int(header[4]) << 8 | Int(header[5]))
    return received.count <= length && length <= lengthMax ? length - received.count : nil
  }

  /// Header, unit identifier and the largest protocol data unit.
  private static let lengthMax = 260
}
