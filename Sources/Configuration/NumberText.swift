/// Numbers as people write them.
enum NumberText {
  /// A whole number, decimal with an optional sign or hexadecimal with 0x; nil where it is none or
  /// has no room in 64 bits.
  static func integer(_ text: String) -> Int64? {
    if let pattern = hexadecimal(text) { return Int64(exactly: pattern) }
    let bytes = Array(text.utf8)
    let isNegative = bytes.first == Byte.hyphen
    let digits = isNegative || bytes.first == Byte.plus ? bytes[1...] : bytes[...]
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard byte.isDigit else { return nil }
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsAgain) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflows || overflowsAgain { return nil }
      value = sum
    }
    return value
  }

  /// A pattern of up to 64 bits written 0x and hexadecimal digits.
  static func hexadecimal(_ text: String) -> UInt64? {
    let bytes = Array(text.utf8)
    guard bytes.count > 2, bytes[0] == UInt8(ascii: "0"), bytes[1].lowerCased == UInt8(ascii: "x")
    else { return nil }
    return hexadecimal(digits: bytes[2...])
  }

  /// The same without 0x.
  static func hexadecimal(digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexValue, value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// A finite decimal number such as -1.5 or 2e-3; nil for all else, "nan" and "0x10" included.
  static func decimal(_ text: String) -> Double? {
    var rest = Array(text.utf8)[...]
    if rest.first == Byte.hyphen || rest.first == Byte.plus { rest = rest.dropFirst() }
    var digits = takeDigits(&rest)
    if rest.first == Byte.dot {
      rest = rest.dropFirst()
      let fraction = takeDigits(&rest)
      guard fraction > 0 else { return nil }
      digits += fraction
    }
    guard digits > 0 else { return nil }
    if let byte = rest.first, byte.lowerCased == UInt8(ascii: "e") {
      rest = rest.dropFirst()
      if rest.first == Byte.hyphen || rest.first == Byte.plus { rest = rest.dropFirst() }
      guard takeDigits(&rest) > 0 else { return nil }
    }
    guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// Takes the digits at the front away and says how many there were.
  static func takeDigits(_ bytes: inout ArraySlice<UInt8>) -> Int {
    let digits = bytes.prefix { $0.isDigit }
    bytes = bytes.dropFirst(digits.count)
    return digits.count
  }
}
