/// SUBSCRIBE: a client asks for the messages of some topics (3.8).
public struct Subscribe: Equatable, Sendable {
  /// What the SUBACK will name, not zero (3.8.2).
  public var packetIdentifier: UInt16
  /// What is asked for, at least one (3.8.3).
  public var subscriptions: [Subscription]
  /// What 5.0 says besides (3.8.2.1).
  public var properties: Properties

  /// Asks for `subscriptions`.
  public init(
    packetIdentifier: UInt16, subscriptions: [Subscription], properties: Properties = Properties()
  ) {
    self.packetIdentifier = packetIdentifier
    self.subscriptions = subscriptions
    self.properties = properties
  }
}

extension Subscribe: PacketContent {
  static var type: PacketType { .subscribe }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(.subscribe) }
    try properties.check(in: .packet(.subscribe), version)
    guard !subscriptions.isEmpty else { throw .noTopicFilter(.subscribe) }
    for subscription in subscriptions { try subscription.check(version) }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(bigEndian: packetIdentifier)
    properties.write(to: &output, version)
    for subscription in subscriptions {
      output.append(prefixed: subscription.filter.encoded.utf8)
      output.append(subscription.options)
    }
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    packetIdentifier = try reader.packetIdentifier()
    properties = try Properties(&reader, in: .packet(.subscribe), version)
    subscriptions = []
    while !reader.isAtEnd {
      let filter = try TopicFilter(reader.string(), version: version)
      subscriptions.append(try Subscription(filter, options: reader.byte(), version))
    }
    try check(version)
  }
}
