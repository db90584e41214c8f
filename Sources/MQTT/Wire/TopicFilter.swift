/// Which topics are subscribed to: 1 to 65,535 bytes of UTF-8 without U+0000, where `+` stands for
/// one level and `#`, as the last level, for all that follow (4.7.1).
///
/// `$share/NAME/FILTER` is a subscription that several clients share under a name: each message
/// goes to one of them (MQTT 5.0, 4.8.2).
public struct TopicFilter: Equatable, Sendable {
  /// The filter on the wire.
  public let encoded: EncodedString

  /// Takes a filter.
  /// - Parameter version: in 3.1.1 `$share` means nothing, so what follows it is not checked.
  /// - Throws: `.emptyTopicFilter`, `.misplacedMultiLevelWildcard`, `.misplacedSingleLevelWildcard`,
  ///   `.emptyShareName`, `.wildcardInShareName`, `.shareWithoutFilter`, and what `EncodedString`
  ///   throws.
  public init(_ text: String, version: ProtocolVersion = .v5) throws(PacketError) {
    try self.init(EncodedString(text), version: version)
  }

  /// Takes a string that may be a filter.
  /// - Throws: as for a text.
  public init(_ string: EncodedString, version: ProtocolVersion = .v5) throws(PacketError) {
    encoded = string
    guard !string.utf8.isEmpty else { throw .emptyTopicFilter }
    if version == .v5 { try checkShare() }
    try TopicFilter.checkWildcards(string.utf8)
  }

  /// The filter as text.
  public var text: String { encoded.text }

  /// Whether it begins with `$share/`.
  public var isShared: Bool { encoded.utf8.starts(with: TopicFilter.sharePrefix) }

  /// Whether there is a wildcard in it.
  public var hasWildcard: Bool {
    encoded.utf8.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") }
  }

  private static let sharePrefix = Array("$share/".utf8)

  /// Refuses a shared subscription without a name, with a wildcard in its name, or without a filter
  /// (MQTT 5.0, 4.8.2).
  func checkShare() throws(PacketError) {
    guard isShared else { return }
    let bytes = encoded.utf8
    var end = TopicFilter.sharePrefix.count
    while end < bytes.count, bytes[end] != UInt8(ascii: "/") {
      guard bytes[end] != UInt8(ascii: "+"), bytes[end] != UInt8(ascii: "#") else {
        throw .wildcardInShareName
      }
      end += 1
    }
    guard end > TopicFilter.sharePrefix.count else { throw .emptyShareName }
    guard end + 1 < bytes.count else { throw .shareWithoutFilter }
  }

  /// A wildcard has a level of its own, and `#` the last one.
  private static func checkWildcards(_ bytes: [UInt8]) throws(PacketError) {
    let separator = UInt8(ascii: "/")
    for (index, byte) in bytes.enumerated() {
      let isFirst = index == 0 || bytes[index - 1] == separator
      let isLast = index == bytes.count - 1
      switch byte {
      case UInt8(ascii: "#"):
        guard isFirst, isLast else { throw .misplacedMultiLevelWildcard }
      case UInt8(ascii: "+"):
        guard isFirst, isLast || bytes[index + 1] == separator else {
          throw .misplacedSingleLevelWildcard
        }
      default: break
      }
    }
  }
}
