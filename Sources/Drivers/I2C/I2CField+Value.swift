internal import Configuration
internal import Formulas
internal import Telemetry

extension I2CField {
  /// The number in an answer that has bytes enough.
  func value(in bytes: [UInt8]) -> FormulaValue {
    let raw = pattern(in: bytes)
    switch kind {
    case .unsigned:
      guard let number = Int64(exactly: raw) else { return .missing(.overflow) }
      return .integer(number)
    case .signed:
      let shift = UInt64(64 - bits)
      return .integer(Int64(bitPattern: raw << shift) >> Int64(shift))
    case .signAndMagnitude:
      let sign: UInt64 = 1 << UInt64(bits - 1)
      let magnitude = Int64(bitPattern: raw & (sign - 1))
      return .integer(raw & sign == 0 ? magnitude : -magnitude)
    case .float:
      let number =
        bits == 32
        ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: raw))) : Double(bitPattern: raw)
      return number.isFinite
        ? .real(number) : .missing(.input(MissingReason.notANumber.rawValue))
    case .bcd:
      var number: Int64 = 0
      for digit in (0..<(bits / 4)).reversed() {
        let value = Int64(raw >> UInt64(4 * digit) & 15)
        guard value < 10 else { return .missing(.input(MissingReason.badResponse.rawValue)) }
        number = number * 10 + value
      }
      return .integer(number)
    }
  }

  /// The bits, put together.
  func pattern(in bytes: [UInt8]) -> UInt64 {
    var raw: UInt64 = 0
    for part in parts {
      let width = UInt64(part.high - part.low) + 1
      let piece = UInt64(bytes[part.offset] >> part.low) & (1 << width - 1)
      raw = raw << width | piece
    }
    return raw
  }
}
