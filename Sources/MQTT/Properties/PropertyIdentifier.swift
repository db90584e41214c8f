/// What a property of MQTT 5.0 is (2.2.2.2, table 2-4); the raw value is on the wire.
public enum PropertyIdentifier: UInt8, Equatable, Sendable, CaseIterable {
  /// Payload Format Indicator, a byte.
  case payloadFormatIndicator = 0x01
  /// Message Expiry Interval, four bytes, in seconds.
  case messageExpiryInterval = 0x02
  /// Content Type, a string.
  case contentType = 0x03
  /// Response Topic, a string.
  case responseTopic = 0x08
  /// Correlation Data, binary.
  case correlationData = 0x09
  /// Subscription Identifier, a variable byte integer.
  case subscriptionIdentifier = 0x0B
  /// Session Expiry Interval, four bytes, in seconds.
  case sessionExpiryInterval = 0x11
  /// Assigned Client Identifier, a string.
  case assignedClientIdentifier = 0x12
  /// Server Keep Alive, two bytes, in seconds.
  case serverKeepAlive = 0x13
  /// Authentication Method, a string.
  case authenticationMethod = 0x15
  /// Authentication Data, binary.
  case authenticationData = 0x16
  /// Request Problem Information, a byte.
  case requestProblemInformation = 0x17
  /// Will Delay Interval, four bytes, in seconds.
  case willDelayInterval = 0x18
  /// Request Response Information, a byte.
  case requestResponseInformation = 0x19
  /// Response Information, a string.
  case responseInformation = 0x1A
  /// Server Reference, a string.
  case serverReference = 0x1C
  /// Reason String, a string.
  case reasonString = 0x1F
  /// Receive Maximum, two bytes.
  case receiveMaximum = 0x21
  /// Topic Alias Maximum, two bytes.
  case topicAliasMaximum = 0x22
  /// Topic Alias, two bytes.
  case topicAlias = 0x23
  /// Maximum QoS, a byte.
  case maximumQoS = 0x24
  /// Retain Available, a byte.
  case retainAvailable = 0x25
  /// User Property, a pair of strings.
  case userProperty = 0x26
  /// Maximum Packet Size, four bytes.
  case maximumPacketSize = 0x27
  /// Wildcard Subscription Available, a byte.
  case wildcardSubscriptionAvailable = 0x28
  /// Subscription Identifier Available, a byte.
  case subscriptionIdentifierAvailable = 0x29
  /// Shared Subscription Available, a byte.
  case sharedSubscriptionAvailable = 0x2A

  /// The name in the specification, e.g. "Receive Maximum".
  public var name: String {
    switch self {
    case .payloadFormatIndicator: "Payload Format Indicator"
    case .messageExpiryInterval: "Message Expiry Interval"
    case .contentType: "Content Type"
    case .responseTopic: "Response Topic"
    case .correlationData: "Correlation Data"
    case .subscriptionIdentifier: "Subscription Identifier"
    case .sessionExpiryInterval: "Session Expiry Interval"
    case .assignedClientIdentifier: "Assigned Client Identifier"
    case .serverKeepAlive: "Server Keep Alive"
    case .authenticationMethod: "Authentication Method"
    case .authenticationData: "Authentication Data"
    case .requestProblemInformation: "Request Problem Information"
    case .willDelayInterval: "Will Delay Interval"
    case .requestResponseInformation: "Request Response Information"
    case .responseInformation: "Response Information"
    case .serverReference: "Server Reference"
    case .reasonString: "Reason String"
    case .receiveMaximum: "Receive Maximum"
    case .topicAliasMaximum: "Topic Alias Maximum"
    case .topicAlias: "Topic Alias"
    case .maximumQoS: "Maximum QoS"
    case .retainAvailable: "Retain Available"
    case .userProperty: "User Property"
    case .maximumPacketSize: "Maximum Packet Size"
    case .wildcardSubscriptionAvailable: "Wildcard Subscription Available"
    case .subscriptionIdentifierAvailable: "Subscription Identifier Available"
    case .sharedSubscriptionAvailable: "Shared Subscription Available"
    }
  }
}
