/// The shortest decimal number that reads back as a given binary one: 0.1 is 1 × 10^-1, though the
/// nearest binary number is a little more.
///
/// Rounding and scaling are done on it, in integers, because it is the number that people and data
/// sheets mean.
public struct ShortestDecimal: Equatable, Sendable {
  /// Whether it is below zero; false for zero.
  public private(set) var isNegative: Bool
  /// Its digits as a whole number, without zeros at the end; up to 17 of them.
  public private(set) var coefficient: UInt64
  /// The power of ten by which `coefficient` counts.
  public private(set) var exponent: Int

  /// The decimal of a number; nil for NaN and the infinities.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    self.init(parsing: value.description)
  }

  /// The decimal of a number of single precision; nil for NaN and the infinities.
  public init?(_ value: Float) {
    guard value.isFinite else { return nil }
    self.init(parsing: value.description)
  }

  /// Reads what `description` writes: "-12.5", "1e-05", "5.0e+20".
  private init(parsing text: String) {
    isNegative = false
    coefficient = 0
    exponent = 0
    var isFraction = false
    var isPower = false
    var powerIsNegative = false
    var power = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-") where isPower: powerIsNegative = true
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): isPower = true
      case UInt8(ascii: "0")...UInt8(ascii: "9") where isPower:
        power = power * 10 + Int(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        // At most 18 digits: 17 that count and a zero after the point.
        coefficient = coefficient * 10 + UInt64(byte - UInt8(ascii: "0"))
        if isFraction { exponent -= 1 }
      default: break
      }
    }
    exponent += powerIsNegative ? -power : power
    normalize()
  }

  /// Rounds to `digits` after the decimal point, half away from zero.
  ///
  /// It is the shortest decimal that is rounded, so 2.675 to two digits is 2.68, although the
  /// binary number next to 2.675 lies a little below it.
  public mutating func round(digits: Int) {
    let dropped = -exponent - max(digits, 0)
    guard dropped > 0 else { return }
    guard dropped < 20 else {
      coefficient = 0
      return normalize()
    }
    let unit = ShortestDecimal.powerOfTen(dropped)
    let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: unit)
    coefficient = remainder >= unit - remainder ? quotient + 1 : quotient
    exponent += dropped
    normalize()
  }

  private mutating func normalize() {
    if coefficient == 0 {
      isNegative = false
      exponent = 0
    }
    while coefficient != 0 && coefficient % 10 == 0 {
      coefficient /= 10
      exponent += 1
    }
  }

  /// Ten to a power from 0 to 19, the highest that 64 bits hold.
  static func powerOfTen(_ power: Int) -> UInt64 {
    var result: UInt64 = 1
    for _ in 0..<power { result *= 10 }
    return result
  }
}
