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
  /// - Parameter body: from the unit identifier on, without a check.
  /// - Throws: `exception`; `badResponse` for what answers another question.
  func values(of body: ArraySlice<UInt8>) throws(BusError) -> [UInt16] {
    let body = Array(body)
    guard body.count >= 3, body[0] == unit else { throw .badResponse }
    if body[1] == table.function | 0x80, body.count == 3 {
      throw .exception(ModbusException(code: body[2]))
    }
    guard body[1] == table.function, Int(body[2]) == byteCount, body.count == 3 + byteCount
    else { throw .badResponse }
    var words = [UInt16](repeating: 0, count: count)
    for index in words.indices {
      words[index] =
        table.isBits
        ? UInt16(body[3 + index / 8] >> UInt8(index % 8)) & 1
        : UInt16(body[3 + 2 * index]) << 8 | UInt16(body[4 + 2 * index])
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
