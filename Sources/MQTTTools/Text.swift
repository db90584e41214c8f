/// Puts pieces together. One function, for each interpolation costs as much code as this.
@inline(never)
func joined(
  _ first: String, _ second: String, _ third: String = "", _ fourth: String = "",
  _ fifth: String = "", _ sixth: String = ""
) -> String {
  var text = first
  add(second, to: &text)
  add(third, to: &text)
  add(fourth, to: &text)
  add(fifth, to: &text)
  add(sixth, to: &text)
  return text
}

@inline(never)
private func add(_ piece: String, to text: inout String) {
  text += piece
}

/// A number in decimal digits.
@inline(never)
func decimal(_ number: Int64) -> String { "\(number)" }

extension [UInt8] {
  /// Appends a text as it is.
  @inline(never)
  mutating func append(text: String) {
    append(contentsOf: text.utf8)
  }
}

/// A decimal number with an optional minus sign; nil where it is none or has more than 18 digits.
@inline(never)
func wholeNumber(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  let isNegative = bytes.first == UInt8(ascii: "-")
  let digits = bytes[(isNegative ? 1 : 0)...]
  // 18 digits always have room in 64 bits.
  guard !digits.isEmpty, digits.count <= 18 else { return nil }
  var number: Int64 = 0
  for digit in digits {
    guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
    number = number * 10 + Int64(digit - UInt8(ascii: "0"))
  }
  return isNegative ? -number : number
}

/// Bytes from pairs of hexadecimal digits; nil where the text is anything else.
func bytes(hexadecimal text: [UInt8]) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for character in text {
    guard let digit = hexadecimalValue(character) else { return nil }
    if let first = high {
      bytes.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}

/// What a hexadecimal digit is worth; nil where the character is none.
func hexadecimalValue(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
  default: nil
  }
}

/// A byte as two hexadecimal digits.
func hexadecimalDigits(_ byte: UInt8, capitals: Bool = false) -> (UInt8, UInt8) {
  let ten = (capitals ? UInt8(ascii: "A") : UInt8(ascii: "a")) - 10
  func digit(_ value: UInt8) -> UInt8 { value + (value < 10 ? UInt8(ascii: "0") : ten) }
  return (digit(byte >> 4), digit(byte & 0xF))
}

/// A letter of ASCII in lower case; every other byte as it is.
func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
