public import Configuration

/// Values to registers, for one point: what a simulated device does. The gateway writes nothing.
public struct RegisterEncoder: Sendable {
  private let point: ModbusPoint
  private let scale: LinearScale

  /// An encoder for `point`.
  public init(_ point: ModbusPoint) {
    self.point = point
    scale = LinearScale(scale: point.scale, offset: point.offset)
  }

  /// The registers that hold `value`, in the order of their addresses.
  ///
  /// A whole-number type takes the nearest number it has; NaN becomes 0 there. Of a bit field the
  /// bits around it are 0. The power of ten of a scale factor is taken to be 0.
  /// - Parameter value: the value in the point's unit.
  public func encode(_ value: Double) -> [UInt16] {
    var pattern = pattern(of: scale.raw(of: value))
    if let bits = point.bits {
      pattern = (pattern & (UInt64.max >> UInt64(64 - bits.count))) << UInt64(bits.low)
    }
    return encode(pattern: pattern)
  }

  /// Whether these registers say that there is no value.
  func isInvalid(_ words: [UInt16]) -> Bool {
    for pattern in point.invalid where encode(pattern: pattern) == words { return true }
    return false
  }

  /// The registers that hold these bits of the point's number.
  func encode(pattern: UInt64) -> [UInt16] {
    let count = point.type.registerCount
    var words: [UInt16] = []
    for index in 0..<count {
      let place = point.wordOrder == .highFirst ? count - 1 - index : index
      let word = UInt16(truncatingIfNeeded: pattern >> UInt64(16 * place))
      words.append(point.byteOrder == .little ? word.byteSwapped : word)
    }
    return words
  }

  /// The registers that hold a text, padded with NUL.
  func encode(_ text: String, _ layout: RegisterType.TextLayout) -> [UInt16] {
    var words = [UInt16](repeating: 0, count: point.type.registerCount)
    var index = 0
    for byte in text.utf8.prefix(Int(layout.characters)) {
      let isHigh: Bool
      let word: Int
      switch layout.bytes {
      case .both:
        word = index / 2
        isHigh = (index % 2 == 0) != (point.byteOrder == .little)
      case .low, .high:
        word = index
        isHigh = layout.bytes == .high
      }
      words[word] |= UInt16(byte) << (isHigh ? 8 : 0)
      index += 1
    }
    return words
  }

  private func pattern(of raw: Double) -> UInt64 {
    switch point.type {
    case .u16: UInt64(nearest(raw, UInt16.self))
    case .s16: UInt64(UInt16(bitPattern: nearest(raw, Int16.self)))
    case .u32: UInt64(nearest(raw, UInt32.self))
    case .s32: UInt64(UInt32(bitPattern: nearest(raw, Int32.self)))
    case .u64: nearest(raw, UInt64.self)
    case .s64: UInt64(bitPattern: nearest(raw, Int64.self))
    case .f16: UInt64(RegisterEncoder.half(Float(raw)))
    case .f32: UInt64(Float(raw).bitPattern)
    case .f64: raw.bitPattern
    case .bcd4: RegisterEncoder.digits(min(nearest(raw, UInt64.self), 9_999))
    case .bcd8: RegisterEncoder.digits(min(nearest(raw, UInt64.self), 99_999_999))
    case .bcd16: RegisterEncoder.digits(min(nearest(raw, UInt64.self), 9_999_999_999_999_999))
    case .text: 0
    }
  }

  private static func digits(_ number: UInt64) -> UInt64 {
    var rest = number
    var pattern: UInt64 = 0
    for place in 0..<UInt64(16) {
      pattern |= (rest % 10) << (4 * place)
      rest /= 10
    }
    return pattern
  }

  /// The half that a number has without the digits that do not fit (IEEE 754 binary16); beyond its
  /// range infinity, below it 0.
  private static func half(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16 & 0x8000)
    let exponent = Int(bits >> 23 & 0xFF) - 112
    if value.isNaN { return 0x7E00 }
    if exponent >= 0x1F { return sign | 0x7C00 }
    if exponent <= 0 { return sign }
    return sign | UInt16(exponent) << 10 | UInt16(truncatingIfNeeded: bits >> 13 & 0x3FF)
  }

  /// Converting a Double that the type does not have would trap, so the ends come first; Double's
  /// form of the upper end may be one above it. The conversion cuts the fraction off, and rounding
  /// is done by hand, because `rounded()` would need the mathematics library.
  private func nearest<Whole: FixedWidthInteger>(_ value: Double, _: Whole.Type) -> Whole {
    if value.isNaN { return 0 }
    if value <= Double(Whole.min) { return .min }
    if value >= Double(Whole.max) { return .max }
    let whole = Whole(value)
    let fraction = value - Double(whole)
    if fraction >= 0.5 { return whole + 1 }
    return fraction <= -0.5 ? whole - 1 : whole
  }
}
