/// Texts as JSON writes them (RFC 8259, 7).
public enum JSONString {
  /// Appends `string` with its quotes. Quote, backslash and the control characters are escaped;
  /// everything else stays the UTF-8 that it is.
  public static func append(_ string: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case 0..<0x20:
        text.append(contentsOf: "\\u00".utf8)
        text.append(hexDigit(byte >> 4))
        text.append(hexDigit(byte & 0xF))
      default:
        text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Appends an array of strings.
  static func append(_ strings: [String], to text: inout [UInt8]) {
    text.append(UInt8(ascii: "["))
    for (index, string) in strings.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      append(string, to: &text)
    }
    text.append(UInt8(ascii: "]"))
  }

  /// How many bytes `append` takes for it.
  static func length(_ string: String) -> Int {
    var length = 2
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): length += 2
      case 0..<0x20: length += 6
      default: length += 1
      }
    }
    return length
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
