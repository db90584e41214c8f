/// Numbers as JSON writes them (RFC 8259, 6).
enum NumberText {
  /// The longest text: a sign, "0.", six zeros and 17 digits.
  static let lengthMax = 26

  /// Appends the shortest text that reads back as `value`, or its rounding to `digits` after the
  /// point; zeros at the end of a fraction are left out. NaN and infinities, which JSON does not
  /// have, become null.
  static func append(_ value: Double, digits: Int?, to text: inout [UInt8]) {
    append(ShortestDecimal(value), digits: digits, to: &text)
  }

  /// The same for single precision: 230.2 and not 230.1999969.
  static func append(_ value: Float, digits: Int?, to text: inout [UInt8]) {
    append(ShortestDecimal(value), digits: digits, to: &text)
  }

  /// Appends a whole number.
  static func append(_ value: Int64, to text: inout [UInt8]) {
    if value < 0 { text.append(UInt8(ascii: "-")) }
    appendDigits(value.magnitude, to: &text)
  }

  /// A whole number of up to this many digits is written out; above, with an exponent, so that a
  /// device's 1e300 does not become 300 zeros.
  private static let wholeDigitsMax = 21
  /// A fraction with up to this many zeros behind its point is written out.
  private static let leadingZerosMax = 6

  private static func append(_ decimal: ShortestDecimal?, digits: Int?, to text: inout [UInt8]) {
    guard var decimal else {
      text.append(contentsOf: "null".utf8)
      return
    }
    if let digits { decimal.round(digits: digits) }
    if decimal.isNegative { text.append(UInt8(ascii: "-")) }

    let start = text.count
    appendDigits(decimal.coefficient, to: &text)
    let count = text.count - start
    let wholeDigits = count + decimal.exponent
    if decimal.exponent >= 0 && wholeDigits <= wholeDigitsMax {
      appendZeros(decimal.exponent, to: &text)
    } else if decimal.exponent < 0 && wholeDigits > 0 {
      text.insert(UInt8(ascii: "."), at: start + wholeDigits)
    } else if decimal.exponent < 0 && -wholeDigits <= leadingZerosMax {
      text.insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: 1 - wholeDigits), at: start)
      text.insert(UInt8(ascii: "."), at: start + 1)
    } else {
      if count > 1 { text.insert(UInt8(ascii: "."), at: start + 1) }
      text.append(UInt8(ascii: "e"))
      append(Int64(wholeDigits - 1), to: &text)
    }
  }

  private static func appendZeros(_ count: Int, to text: inout [UInt8]) {
    for _ in 0..<count { text.append(UInt8(ascii: "0")) }
  }

  private static func appendDigits(_ value: UInt64, to text: inout [UInt8]) {
    let start = text.count
    var rest = value
    repeat {
      text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest != 0
    text[start...].reverse()
  }
}
