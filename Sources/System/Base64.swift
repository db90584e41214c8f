/// Bytes as text of 64 letters (RFC 4648, 4).
public enum Base64 {
  /// The text for `bytes`, padded, without line ends.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = UInt32(bytes[start]) << 16
      if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[start + 2]) }
      // As many letters as the bytes fill, and padding up to four.
      for index in 0..<4 {
        let letter = UInt8(group >> UInt32(18 - 6 * index) & 0x3F)
        text.append(index <= count ? self.letter(letter) : UInt8(ascii: "="))
      }
    }
    return text
  }

  /// One letter for six bits (RFC 4648, table 1).
  private static func letter(_ value: UInt8) -> UInt8 {
    switch value {
    case ..<26: UInt8(ascii: "A") + value
    case ..<52: UInt8(ascii: "a") + value - 26
    case ..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
