extension Publish {
  /// The properties of PUBLISH (MQTT 5.0, 3.3.2.3).
  public struct Properties: Equatable, Sendable {
    /// What the payload is made of (3.3.2.3.2).
    public var payloadFormat: PayloadFormat?
    /// For how many seconds the message is worth delivering; nil for ever (3.3.2.3.3).
    public var messageExpiryInterval: UInt32?
    /// A number that stands for the topic on this connection, not zero (3.3.2.3.4).
    public var topicAlias: UInt16?
    /// Where an answer is to go (3.3.2.3.5).
    public var responseTopic: TopicName?
    /// What an answer is to bring back, at most 65,535 bytes (3.3.2.3.6).
    public var correlationData: [UInt8]?
    /// What else there is to say (3.3.2.3.7).
    public var userProperties: [UserProperty]
    /// Which subscriptions the message came for, each 1 to 268,435,455 (3.3.2.3.8). Only servers
    /// send them [MQTT-3.3.4-6].
    public var subscriptionIdentifiers: [UInt32]
    /// What the payload is, e.g. a MIME type (3.3.2.3.9).
    public var contentType: EncodedString?

    /// None; set what is needed.
    public init() {
      userProperties = []
      subscriptionIdentifiers = []
    }
  }
}

extension Publish.Properties: PropertyList {
  func check(in place: PropertyPlace) throws(PacketError) {
    try checkNotZero(topicAlias.map(UInt32.init), .topicAlias, in: place)
    if let correlationData { try correlationData.checkLength() }
    for identifier in subscriptionIdentifiers {
      try checkSubscriptionIdentifier(identifier, in: place)
    }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.payloadFormatIndicator, byte: payloadFormat?.rawValue)
    output.append(.messageExpiryInterval, messageExpiryInterval)
    output.append(.topicAlias, topicAlias)
    output.append(.responseTopic, responseTopic?.encoded.utf8)
    output.append(.correlationData, correlationData)
    output.append(userProperties)
    for identifier in subscriptionIdentifiers {
      output.append(PropertyIdentifier.subscriptionIdentifier.rawValue)
      output.append(variableByteInteger: Int(identifier))
    }
    output.append(.contentType, contentType?.utf8)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .payloadFormatIndicator: payloadFormat = try reader.payloadFormat(in: place)
    case .messageExpiryInterval: messageExpiryInterval = try reader.uint32()
    case .topicAlias: topicAlias = try reader.uint16()
    case .responseTopic: responseTopic = try reader.responseTopic()
    case .correlationData: correlationData = try reader.prefixedBytes()
    case .userProperty: userProperties.append(try reader.userProperty())
    case .subscriptionIdentifier:
      subscriptionIdentifiers.append(try reader.variableByteInteger())
    case .contentType: contentType = try reader.string()
    default: return false
    }
    return true
  }
}
