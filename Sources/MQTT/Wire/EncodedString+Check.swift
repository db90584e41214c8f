extension EncodedString {
  /// Refuses what is not UTF-8 by RFC 3629 section 4 (a byte missing, or too many, a form longer than
  /// it must be, a surrogate, a number above U+10FFFF) and what has U+0000 in it.
  /// - Returns: whether there is `+` or `#` in it, which a topic name must not have. Seen on the way.
  static func check(_ bytes: Span<UInt8>) throws(PacketError) -> Bool {
    let words = bytes.bytes
    let lastBlock = bytes.count - 8
    var position = 0
    var (hasNull, hasWildcard) = (false, false)
    while position < bytes.count {
      // Most texts are plain to their end. The last block may overlap the one before.
      let block = min(position, lastBlock)
      if block >= 0, isPlain(words.unsafeLoadUnaligned(fromByteOffset: block, as: UInt64.self)) {
        position = block + 8
        continue
      }
      let first = bytes[position]
      if first < 0x80 {
        if first == 0 { hasNull = true }
        if first | 0x08 == 0x2B { hasWildcard = true }
        position += 1
      } else {
        guard let count = characterSize(bytes, at: position) else { throw .illFormedUTF8 }
        position += count
      }
    }
    guard !hasNull else { throw .nullCharacter }
    return hasWildcard
  }

  /// Whether all eight bytes are ASCII, and none is U+0000, `#` or `+`.
  private static func isPlain(_ word: UInt64) -> Bool {
    let (high, low) = (0x8080_8080_8080_8080 as UInt64, 0x7F7F_7F7F_7F7F_7F7F as UInt64)
    // `#` and `+` differ in bit 3 alone; both give zero here.
    let wildcards = (word | 0x0808_0808_0808_0808) ^ 0x2B2B_2B2B_2B2B_2B2B
    // To an ASCII byte that is not zero 0x7F is added without a carry and with bit 7 set. A byte that
    // is not ASCII, and may carry, is refused by its own bit 7.
    return (word &+ low) & (wildcards &+ low) & ~word & high == high
  }

  /// How many bytes the character at `position` has, which is not ASCII; nil where it is none.
  private static func characterSize(_ bytes: Span<UInt8>, at position: Int) -> Int? {
    // How many bytes follow the first, and what the second may be: only there are overlong forms,
    // surrogates and too high numbers told from the rest.
    let following: Int
    let second: ClosedRange<UInt8>
    switch bytes[position] {
    case 0xC2...0xDF: (following, second) = (1, 0x80...0xBF)
    case 0xE0: (following, second) = (2, 0xA0...0xBF)
    case 0xED: (following, second) = (2, 0x80...0x9F)
    case 0xE1...0xEF: (following, second) = (2, 0x80...0xBF)
    case 0xF0: (following, second) = (3, 0x90...0xBF)
    case 0xF1...0xF3: (following, second) = (3, 0x80...0xBF)
    case 0xF4: (following, second) = (3, 0x80...0x8F)
    default: return nil
    }
    guard following < bytes.count - position, second ~= bytes[position + 1] else { return nil }
    for offset in stride(from: 2, through: following, by: 1) {
      guard bytes[position + offset] & 0xC0 == 0x80 else { return nil }
    }
    return 1 + following
  }
}
