/// The letters that HTTP is written in (RFC 9110, 5.5 and 5.6.2).
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let colon = UInt8(ascii: ":")
  static let comma = UInt8(ascii: ",")

  static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= lowercased(byte)
  }

  /// The value of a hexadecimal digit; nil where it is none.
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch lowercased(byte) {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): lowercased(byte) - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
  }

  /// Whether a name of a field or an option may hold the byte: `tchar` (5.6.2).
  static func isTokenByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || contains("!#$%&'*+-.^_`|~", byte)
  }

  /// Whether a field's value or a reason phrase may hold the byte: visible, a space, a tab, or
  /// beyond ASCII (5.5).
  static func isFieldByte(_ byte: UInt8) -> Bool {
    byte == tab || byte >= space && byte != 0x7F
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

  /// The bytes without spaces and tabs at both ends.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  /// Whether both are the same but for capitals.
  static func isSame(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
    bytes.count == text.utf8.count
      && bytes.elementsEqual(text.utf8) { lowercased($0) == lowercased($1) }
  }

  static func contains(_ text: StaticString, _ byte: UInt8) -> Bool {
    for index in 0..<text.utf8CodeUnitCount where text.utf8Start[index] == byte { return true }
    return false
  }
}
