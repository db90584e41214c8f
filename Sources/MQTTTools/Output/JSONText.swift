/// Texts as JSON writes them (RFC 8259, 7).
enum JSONText {
  /// Appends `bytes` as a string with its quotes. Quote, backslash and control characters are
  /// escaped; what is no UTF-8 becomes U+FFFD.
  /// - Returns: whether all bytes were UTF-8.
  @discardableResult
  static func append(_ bytes: [UInt8], to text: inout [UInt8]) -> Bool {
    let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
    text.append(UInt8(ascii: "\""))
    for byte in repaired {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0x08: text.append(contentsOf: "\\b".utf8)
      case 0x09: text.append(contentsOf: "\\t".utf8)
      case 0x0A: text.append(contentsOf: "\\n".utf8)
      case 0x0C: text.append(contentsOf: "\\f".utf8)
      case 0x0D: text.append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        text.append(contentsOf: "\\u00".utf8)
        text.append(contentsOf: hexadecimal(byte))
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
    return repaired == bytes
  }

  /// A byte as two digits.
  static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    [digit(byte >> 4), digit(byte & 0xF)]
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
