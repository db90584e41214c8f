internal import Telemetry

/// What a raw number becomes by a point's scale and offset.
///
/// 0.1 has no exact binary form, so 2301 * 0.1 is 230.10000000000002. Where scale and offset are
/// short decimals the value is therefore (2301 × 1 + 0) / 10: a whole number times a whole number,
/// plus one, by a power of ten. All of these are exact, so there is one rounding, at the end, and
/// the result is the binary number next to the decimal one that is meant: it prints as 230.1.
struct LinearScale: Sendable {
  private let factor: Double
  private let addend: Double
  private let divisor: Double
  /// Whether all three are whole numbers.
  private let isExact: Bool

  /// Whether values are what the registers hold, untouched.
  let isIdentity: Bool

  /// The scale `raw * scale + offset`.
  init(scale: Double, offset: Double) {
    isIdentity = scale == 1 && offset == 0
    if let exact = LinearScale.exact(scale, offset) {
      (factor, addend, divisor) = exact
      isExact = true
    } else {
      (factor, addend, divisor) = (scale, offset, 1)
      isExact = false
    }
  }

  /// The value of a raw number.
  func value(of raw: Double) -> Double { (raw * factor + addend) / divisor }

  /// The value of a whole number, of which a Double may not hold all digits.
  func value(of raw: Int64) -> Double {
    guard isExact, !LinearScale.isSmall(raw), divisor <= 1e18,
      let factor = Int64(exactly: factor), let addend = Int64(exactly: addend),
      let divisor = Int64(exactly: divisor)
    else { return value(of: Double(raw)) }
    let (product, overflows) = raw.multipliedReportingOverflow(by: factor)
    let (sum, overflowsAgain) = product.addingReportingOverflow(addend)
    if overflows || overflowsAgain { return value(of: Double(raw)) }
    return LinearScale.quotient(sum, divisor)
  }

  /// A whole number by another, with all digits that a Double can hold.
  static func quotient(_ number: Int64, _ divisor: Int64) -> Double {
    if number.magnitude < 1 << 53 { return Double(number) / Double(divisor) }
    return Double(number / divisor) + Double(number % divisor) / Double(divisor)
  }

  /// Whether a number times any factor stays below 2^53, so that a Double has all its digits.
  private static func isSmall(_ number: Int64) -> Bool { number.magnitude < 1 << 32 }

  /// The raw number of a value, before it is rounded to a whole one.
  func raw(of value: Double) -> Double { (value * divisor - addend) / factor }

  /// 10^22 is the highest power of ten that a Double holds exactly.
  private static let placesMax = 22
  /// A 32-bit register value times a factor of up to 2^20 stays within the 53 bits of a Double.
  private static let factorMax = 1_048_576.0
  /// 2^53: up to here every whole number is a Double.
  private static let addendMax = 9_007_199_254_740_992.0

  private static func exact(_ scale: Double, _ offset: Double) -> (Double, Double, Double)? {
    guard let scale = ShortestDecimal(scale), let offset = ShortestDecimal(offset) else {
      return nil
    }
    let places = max(0, -scale.exponent, -offset.exponent)
    guard places <= placesMax,
      let factor = whole(scale, places, max: factorMax),
      let addend = whole(offset, places, max: addendMax)
    else { return nil }
    return (factor, addend, powerOfTen(places))
  }

  /// `decimal` times 10^`places`, where that is a whole number of no more than `max`.
  private static func whole(_ decimal: ShortestDecimal, _ places: Int, max: Double) -> Double? {
    guard decimal.exponent + places <= placesMax else { return nil }
    let magnitude = Double(decimal.coefficient) * powerOfTen(decimal.exponent + places)
    guard magnitude <= max else { return nil }
    return decimal.isNegative ? -magnitude : magnitude
  }

  private static func powerOfTen(_ power: Int) -> Double {
    var result = 1.0
    for _ in 0..<power { result *= 10 }
    return result
  }
}
