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
    _ = try EncodedString.check(utf8.span)
    self.utf8 = utf8
  }

  /// Takes bytes that `check` has seen, at most `lengthMax`.
  init(checked utf8: [UInt8]) { self.utf8 = utf8 }

  /// The text.
  public var text: String { String(decoding: utf8, as: UTF8.self) }
}

extension [UInt8] {
  /// Refuses bytes that are more than the two bytes of their length can say (MQTT 5.0, 1.5.6).
  func checkLength() throws(PacketError) {
    guard count <= EncodedString.lengthMax else { throw .stringTooLong(count) }
  }
}
