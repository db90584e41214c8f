internal import Configuration
internal import Drivers

/// A request for registers or bits, and what fits as its answer (MODBUS Application Protocol V1.1b3,
/// 6.1 to 6.4); pure.
struct ModbusRequest: Equatable, Sendable {
  let table: RegisterTable
  let address: UInt16
  let count: Int
  let unit: UInt8

  /// Unit identifier and protocol data unit.
  var bytes: [UInt8] {
    [
      unit, table.function, UInt8(address >> 8), UInt8(address & 0xFF), UInt8(count >> 8),
      UInt8(count & 0xFF),
    ]
  }

  /// How many bytes of values an answer has.
  var byteCount: Int { table.isBits ? (count + 7) / 8 : 2 * count }

  /// Unit, function, byte count, values, and the check of two bytes.
  var answerLength: Int { 3 + byteCount + 2 }

  /// Whether an answer to `other` would pass for an answer to this.
  func hasSameAnswer(as other: ModbusRequest) -> Bool {
    unit == other.unit && table == other.table && byteCount == other.byteCount
  }

  /// Whether what has been received is the answer to this, or its beginning, however damaged its
  /// values are. Noise passes for that once in 16 million times.
  func isAnswered(by frame: [UInt8]) -> Bool {
    frame[0] == unit && frame[1] == table.function && Int(frame[2]) == byteCount
  }

  /// Whether there is a whole answer to this, with values, anywhere in what has been received.
  func isAnswered(within bytes: [UInt8]) -> Bool {
    bytes.indices.contains {
      bytes.count - $0 >= answerLength && isAnswered(by: Array(bytes[$0...]))
        && FrameCheck.isWhole(bytes[$0..<$0 + answerLength])
    }
  }

  /// The values in an answer.
  /// - Parameter frame: unit identifier to check, which has been checked.
  /// - Throws: `exception`; `badResponse` for what answers another question.
  func values(of frame: ArraySlice<UInt8>) throws(BusError) -> [UInt16] {
    let frame = Array(frame)
    guard frame.count >= 5, frame[0] == unit else { throw .badResponse }
    // Some requests for bits look like an answer: an adapter that hears itself would give values.
    guard !frame.starts(with: bytes) else { throw .badResponse }
    if frame[1] == table.function | 0x80, frame.count == 5 {
      throw .exception(ModbusException(code: frame[2]))
    }
    guard frame[1] == table.function, Int(frame[2]) == byteCount, frame.count == answerLength
    else { throw .badResponse }
    var words = [UInt16](repeating: 0, count: count)
    for index in words.indices {
      words[index] =
        table.isBits
        ? UInt16(frame[3 + index / 8] >> UInt8(index % 8)) & 1
        : UInt16(frame[3 + 2 * index]) << 8 | UInt16(frame[4 + 2 * index])
    }
    return words
  }
}

extension RegisterTable {
  fileprivate var function: UInt8 {
    switch self {
    case .coil: 0x01
    case .discrete: 0x02
    case .holding: 0x03
    case .input: 0x04
    }
  }

  fileprivate var isBits: Bool { self == .coil || self == .discrete }
}
