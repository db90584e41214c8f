/// Texts as JSON writes them (RFC 8259, 7).
enum JSONText {
  /// Appends `bytes` as a string with its quotes. Quote, backslash and control characters are
  /// escaped; what is no UTF-8 becomes U+FFFD.
  /// - Returns: whether all bytes were UTF-8.
  @inline(never)
  @discardableResult
  static func append(_ bytes: [UInt8], to text: inout [UInt8]) -> Bool {
    let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
    text.append(UInt8(ascii: "\""))
    for byte in repaired {
      if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        text.append(byte)
        continue
      }
      text.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x08: text.append(UInt8(ascii: "b"))
      case 0x09: text.append(UInt8(ascii: "t"))
      case 0x0A: text.append(UInt8(ascii: "n"))
      case 0x0C: text.append(UInt8(ascii: "f"))
      case 0x0D: text.append(UInt8(ascii: "r"))
      case 0..<0x20:
        text.append(text: "u00")
        let (high, low) = hexadecimalDigits(byte)
        text.append(high)
        text.append(low)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
    return repaired == bytes
  }
}
