extension Connack {
  /// The properties of CONNACK (MQTT 5.0, 3.2.2.3).
  public struct Properties: Equatable, Sendable {
    /// For how many seconds the session outlives the connection, where it is not what the client
    /// asked for (3.2.2.3.2).
    public var sessionExpiryInterval: UInt32?
    /// How many messages with QoS 1 and 2 the client may have in flight, not zero; nil is as 65,535
    /// (3.2.2.3.3).
    public var receiveMaximum: UInt16?
    /// The best quality of service that the server has, `.atMostOnce` or `.atLeastOnce`; nil for all
    /// three (3.2.2.3.4).
    public var maximumQoS: QoS?
    /// Whether the server retains messages; nil is as true (3.2.2.3.5).
    public var retainAvailable: Bool?
    /// The largest packet in bytes that the server takes, not zero; nil for any (3.2.2.3.6).
    public var maximumPacketSize: UInt32?
    /// The name that the server gave to a client without one (3.2.2.3.7).
    public var assignedClientIdentifier: EncodedString?
    /// The highest topic alias that the server takes; nil is as 0, for none (3.2.2.3.8).
    public var topicAliasMaximum: UInt16?
    /// What happened, for people who look for a fault (3.2.2.3.9).
    public var reasonString: EncodedString?
    /// What else there is to say (3.2.2.3.10).
    public var userProperties: [UserProperty]
    /// Whether filters may have wildcards; nil is as true (3.2.2.3.11).
    public var wildcardSubscriptionAvailable: Bool?
    /// Whether subscriptions may have identifiers; nil is as true (3.2.2.3.12).
    public var subscriptionIdentifierAvailable: Bool?
    /// Whether subscriptions may be shared; nil is as true (3.2.2.3.13).
    public var sharedSubscriptionAvailable: Bool?
    /// The keep alive in seconds to use instead of the client's own (3.2.2.3.14).
    public var serverKeepAlive: UInt16?
    /// What response topics are made of (3.2.2.3.15).
    public var responseInformation: EncodedString?
    /// Another server to use (3.2.2.3.16).
    public var serverReference: EncodedString?
    /// How the server proved who it is (3.2.2.3.17).
    public var authenticationMethod: EncodedString?
    /// What the method needs, at most 65,535 bytes (3.2.2.3.18).
    public var authenticationData: [UInt8]?

    /// None; set what is needed.
    public init() {
      userProperties = []
    }
  }
}

extension Connack.Properties: PropertyList {
  func check(in place: PropertyPlace) throws(PacketError) {
    try checkNotZero(receiveMaximum.map(UInt32.init), .receiveMaximum, in: place)
    try checkNotZero(maximumPacketSize, .maximumPacketSize, in: place)
    guard maximumQoS != .exactlyOnce else { throw .propertyValue(.maximumQoS, 2, place) }
    if let authenticationData { try authenticationData.checkLength() }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.sessionExpiryInterval, sessionExpiryInterval)
    output.append(.receiveMaximum, receiveMaximum)
    output.append(.maximumQoS, byte: maximumQoS?.rawValue)
    output.append(.retainAvailable, flag: retainAvailable)
    output.append(.maximumPacketSize, maximumPacketSize)
    output.append(.assignedClientIdentifier, assignedClientIdentifier?.utf8)
    output.append(.topicAliasMaximum, topicAliasMaximum)
    output.append(.reasonString, reasonString?.utf8)
    output.append(userProperties)
    output.append(.wildcardSubscriptionAvailable, flag: wildcardSubscriptionAvailable)
    output.append(.subscriptionIdentifierAvailable, flag: subscriptionIdentifierAvailable)
    output.append(.sharedSubscriptionAvailable, flag: sharedSubscriptionAvailable)
    output.append(.serverKeepAlive, serverKeepAlive)
    output.append(.responseInformation, responseInformation?.utf8)
    output.append(.serverReference, serverReference?.utf8)
    output.append(.authenticationMethod, authenticationMethod?.utf8)
    output.append(.authenticationData, authenticationData)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .sessionExpiryInterval: sessionExpiryInterval = try reader.uint32()
    case .receiveMaximum: receiveMaximum = try reader.uint16()
    case .maximumQoS:
      maximumQoS = try reader.flag(of: identifier, in: place) ? .atLeastOnce : .atMostOnce
    case .retainAvailable: retainAvailable = try reader.flag(of: identifier, in: place)
    case .maximumPacketSize: maximumPacketSize = try reader.uint32()
    case .assignedClientIdentifier: assignedClientIdentifier = try reader.string()
    case .topicAliasMaximum: topicAliasMaximum = try reader.uint16()
    case .reasonString: reasonString = try reader.string()
    case .userProperty: userProperties.append(try reader.userProperty())
    case .wildcardSubscriptionAvailable:
      wildcardSubscriptionAvailable = try reader.flag(of: identifier, in: place)
    case .subscriptionIdentifierAvailable:
      subscriptionIdentifierAvailable = try reader.flag(of: identifier, in: place)
    case .sharedSubscriptionAvailable:
      sharedSubscriptionAvailable = try reader.flag(of: identifier, in: place)
    case .serverKeepAlive: serverKeepAlive = try reader.uint16()
    case .responseInformation: responseInformation = try reader.string()
    case .serverReference: serverReference = try reader.string()
    case .authenticationMethod: authenticationMethod = try reader.string()
    case .authenticationData: authenticationData = try reader.prefixedBytes()
    default: return false
    }
    return true
  }
}
