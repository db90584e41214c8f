/// UNSUBSCRIBE: a client asks for no more messages of some topics (3.10).
public struct Unsubscribe: Equatable, Sendable {
  /// What the UNSUBACK will name, not zero (3.10.2).
  public var packetIdentifier: UInt16
  /// The filters as they were subscribed to, at least one (3.10.3).
  public var filters: [TopicFilter]
  /// What 5.0 says besides (3.10.2.1).
  public var properties: Properties

  /// Ends the subscriptions with `filters`.
  public init(
    packetIdentifier: UInt16, filters: [TopicFilter], properties: Properties = Properties()
  ) {
    self.packetIdentifier = packetIdentifier
    self.filters = filters
    self.properties = properties
  }
}

extension Unsubscribe: PacketContent {
  static var type: PacketType { .unsubscribe }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(.unsubscribe) }
    try properties.check(in: .packet(.unsubscribe), version)
    guard !filters.isEmpty else { throw .noTopicFilter(.unsubscribe) }
    guard version == .v5 else { return }
    for filter in filters { try filter.checkShare() }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(bigEndian: packetIdentifier)
    properties.write(to: &output, version)
    for filter in filters { output.append(prefixed: filter.encoded.utf8) }
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    packetIdentifier = try reader.packetIdentifier()
    properties = try Properties(&reader, in: .packet(.unsubscribe), version)
    filters = []
    while !reader.isAtEnd { filters.append(try TopicFilter(reader.string(), version: version)) }
    try check(version)
  }
}
