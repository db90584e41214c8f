extension Parser {
  /// The value of a number's token.
  func number(_ token: Token) throws(FormulaError) -> FormulaConstant {
    let value: FormulaConstant? =
      switch token.kind {
      case .integer: Self.integer(tokenizer.bytes(token.range), base: 10)
      case .hexadecimal: Self.integer(tokenizer.bytes(token.range).dropFirst(2), base: 16)
      default: real(token.range)
      }
    guard let value else {
      throw fault(.numberTooLarge, token.range, about: token.range)
    }
    return value
  }

  private static func integer(_ digits: ArraySlice<UInt8>, base: Int64) -> FormulaConstant? {
    var value: Int64 = 0
    for byte in digits {
      let (product, overflows) = value.multipliedReportingOverflow(by: base)
      let (sum, overflowsAgain) = product.addingReportingOverflow(
        Int64(byte.hexadecimalValue ?? 0))
      if overflows || overflowsAgain { return nil }
      value = sum
    }
    return .integer(value)
  }

  /// Nil where it is infinite in a double, or becomes 0 without being it.
  private func real(_ range: Range<Int>) -> FormulaConstant? {
    guard let value = Double(tokenizer.string(range)), value.isFinite else { return nil }
    if value == 0 {
      for byte in tokenizer.bytes(range) {
        if byte | 0x20 == UInt8(ascii: "e") { break }
        if byte.isDigit && byte != UInt8(ascii: "0") { return nil }
      }
    }
    return .real(value)
  }
}
