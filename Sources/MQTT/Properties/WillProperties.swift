extension Connect.Will {
  /// The properties of a will (MQTT 5.0, 3.1.3.2).
  public struct Properties: Equatable, Sendable {
    /// How many seconds the server waits for the client to come back before it publishes the will;
    /// nil is as 0 (3.1.3.2.2).
    public var willDelayInterval: UInt32?
    /// What the message is made of (3.1.3.2.3).
    public var payloadFormat: PayloadFormat?
    /// For how many seconds the message is worth delivering; nil for ever (3.1.3.2.4).
    public var messageExpiryInterval: UInt32?
    /// What the message is, e.g. a MIME type (3.1.3.2.5).
    public var contentType: EncodedString?
    /// Where an answer is to go (3.1.3.2.6).
    public var responseTopic: TopicName?
    /// What an answer is to bring back, at most 65,535 bytes (3.1.3.2.7).
    public var correlationData: [UInt8]?
    /// What else there is to say (3.1.3.2.8).
    public var userProperties: [UserProperty]

    /// None; set what is needed.
    public init() {
      userProperties = []
    }
  }
}

extension Connect.Will.Properties: PropertyList {
  func check(in place: PropertyPlace) throws(PacketError) {
    if let correlationData { try correlationData.checkLength() }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.willDelayInterval, willDelayInterval)
    output.append(.payloadFormatIndicator, byte: payloadFormat?.rawValue)
    output.append(.messageExpiryInterval, messageExpiryInterval)
    output.append(.contentType, contentType?.utf8)
    output.append(.responseTopic, responseTopic?.encoded.utf8)
    output.append(.correlationData, correlationData)
    output.append(userProperties)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .willDelayInterval: willDelayInterval = try reader.uint32()
    case .payloadFormatIndicator: payloadFormat = try reader.payloadFormat(in: place)
    case .messageExpiryInterval: messageExpiryInterval = try reader.uint32()
    case .contentType: contentType = try reader.string()
    case .responseTopic: responseTopic = try reader.responseTopic()
    case .correlationData: correlationData = try reader.prefixedBytes()
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }
}
