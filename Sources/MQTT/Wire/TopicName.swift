/// The name that a message is published under: 1 to 65,535 bytes of UTF-8 without U+0000 and
/// without the wildcards `+` and `#` (4.7).
///
/// Make it once and publish under it often: it is checked when it is made.
public struct TopicName: Equatable, Sendable {
  /// The name on the wire.
  public let encoded: EncodedString

  /// Takes a name.
  /// - Throws: `.emptyTopicName`, `.wildcardInTopicName`, and what `EncodedString` throws.
  public init(_ text: String) throws(PacketError) {
    try self.init(EncodedString(text))
  }

  /// Takes a string that may be a name.
  /// - Throws: `.emptyTopicName`, `.wildcardInTopicName`.
  public init(_ string: EncodedString) throws(PacketError) {
    guard !string.utf8.isEmpty else { throw .emptyTopicName }
    guard !string.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") })
    else { throw .wildcardInTopicName }
    encoded = string
  }

  /// Takes a string that is known to be a name.
  init(checked string: EncodedString) { encoded = string }

  /// The name as text.
  public var text: String { encoded.text }
}
