/// A text as MQTT carries it: well-formed UTF-8 without U+0000, at most 65,535 bytes (3.1.1,
/// 1.5.3; MQTT 5.0, 1.5.4).
///
/// It is compared byte by byte. A server must not normalize either [MQTT-4.7.3-4].
public struct EncodedString: Equatable, Sendable {
  /// The bytes on the wire, without the length before them.
  public let utf8: [UInt8]

  /// What the two bytes of length can say.
  public static let lengthMax = 65_535

  /// Takes a text.
  /// - Throws: `.stringTooLong`, `.nullCharacter`.
  public init(_ text: String) throws(PacketError) {
    try self.init(utf8: Array(text.utf8))
  }

  /// Takes bytes that claim to be UTF-8.
  /// - Throws: `.stringTooLong`, `.nullCharacter`, `.illFormedUTF8`.
  public init(utf8: [UInt8]) throws(PacketError) {
    guard utf8.count <= EncodedString.lengthMax else { throw .stringTooLong(utf8.count) }
    guard EncodedString.isWellFormed(utf8) else { throw .illFormedUTF8 }
    guard !utf8.contains(0) else { throw .nullCharacter }
    self.utf8 = utf8
  }

  /// The text.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// Whether `bytes` are UTF-8 by RFC 3629 section 4: no byte missing, none too many, nothing
  /// longer than it must be, no surrogate, nothing above U+10FFFF.
  static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while position < bytes.count {
      // How many bytes follow the first, and what the second may be: only there are overlong
      // forms, surrogates and too high numbers told from the rest.
      let following: Int
      let second: ClosedRange<UInt8>
      switch bytes[position] {
      case 0x00...0x7F: (following, second) = (0, 0x80...0xBF)
      case 0xC2...0xDF: (following, second) = (1, 0x80...0xBF)
      case 0xE0: (following, second) = (2, 0xA0...0xBF)
      case 0xED: (following, second) = (2, 0x80...0x9F)
      case 0xE1...0xEF: (following, second) = (2, 0x80...0xBF)
      case 0xF0: (following, second) = (3, 0x90...0xBF)
      case 0xF1...0xF3: (following, second) = (3, 0x80...0xBF)
      case 0xF4: (following, second) = (3, 0x80...0x8F)
      default: return false
      }
      guard following < bytes.count - position else { return false }
      if following > 0 {
        guard second ~= bytes[position + 1] else { return false }
        for offset in stride(from: 2, through: following, by: 1) {
          guard bytes[position + offset] & 0xC0 == 0x80 else { return false }
        }
      }
      position += 1 + following
    }
    return true
  }
}

extension [UInt8] {
  /// Refuses bytes that are more than the two bytes of their length can say (MQTT 5.0, 1.5.6).
  func checkLength() throws(PacketError) {
    guard count <= EncodedString.lengthMax else { throw .stringTooLong(count) }
  }
}
