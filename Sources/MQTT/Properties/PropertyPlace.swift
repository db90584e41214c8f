/// Where properties stand: in the variable header of a packet, or before the will in CONNECT.
public enum PropertyPlace: Equatable, Sendable {
  /// In the variable header of a packet of this type.
  case packet(PacketType)
  /// In the payload of CONNECT, for the will (MQTT 5.0, 3.1.3.2).
  case will

  /// The name, e.g. "PUBLISH".
  public var name: String {
    switch self {
    case .packet(let type): type.name
    case .will: "the will"
    }
  }

  /// The section of MQTT 5.0 that describes the property here, e.g. "3.3.2.3.4"; of a property that
  /// may not stand here, the section of table 2-4.
  public func section(of property: PropertyIdentifier) -> String {
    // The first subsection is always that of the property length.
    guard let index = properties.firstIndex(of: property) else { return "2.2.2.2" }
    return "\(section).\(index + 2)"
  }

  /// The section of MQTT 5.0 that describes the properties here.
  private var section: String {
    switch self {
    case .will: "3.1.3.2"
    case .packet(.connect): "3.1.2.11"
    case .packet(.connack): "3.2.2.3"
    case .packet(.publish): "3.3.2.3"
    case .packet(.subscribe), .packet(.suback), .packet(.unsubscribe), .packet(.unsuback):
      "\(type.section).2.1"
    case .packet(.puback), .packet(.pubrec), .packet(.pubrel), .packet(.pubcomp),
      .packet(.disconnect), .packet(.auth):
      "\(type.section).2.2"
    case .packet(.pingreq), .packet(.pingresp): type.section
    }
  }

  private var type: PacketType {
    switch self {
    case .packet(let type): type
    case .will: .connect
    }
  }

  /// What may stand here, in the order of the subsections.
  var properties: [PropertyIdentifier] {
    switch self {
    case .will:
      [
        .willDelayInterval, .payloadFormatIndicator, .messageExpiryInterval, .contentType,
        .responseTopic, .correlationData, .userProperty,
      ]
    case .packet(.connect):
      [
        .sessionExpiryInterval, .receiveMaximum, .maximumPacketSize, .topicAliasMaximum,
        .requestResponseInformation, .requestProblemInformation, .userProperty,
        .authenticationMethod, .authenticationData,
      ]
    case .packet(.connack):
      [
        .sessionExpiryInterval, .receiveMaximum, .maximumQoS, .retainAvailable,
        .maximumPacketSize, .assignedClientIdentifier, .topicAliasMaximum, .reasonString,
        .userProperty, .wildcardSubscriptionAvailable, .subscriptionIdentifierAvailable,
        .sharedSubscriptionAvailable, .serverKeepAlive, .responseInformation, .serverReference,
        .authenticationMethod, .authenticationData,
      ]
    case .packet(.publish):
      [
        .payloadFormatIndicator, .messageExpiryInterval, .topicAlias, .responseTopic,
        .correlationData, .userProperty, .subscriptionIdentifier, .contentType,
      ]
    case .packet(.puback), .packet(.pubrec), .packet(.pubrel), .packet(.pubcomp),
      .packet(.suback), .packet(.unsuback):
      [.reasonString, .userProperty]
    case .packet(.subscribe): [.subscriptionIdentifier, .userProperty]
    case .packet(.unsubscribe): [.userProperty]
    case .packet(.disconnect):
      [.sessionExpiryInterval, .reasonString, .userProperty, .serverReference]
    case .packet(.auth):
      [.authenticationMethod, .authenticationData, .reasonString, .userProperty]
    case .packet(.pingreq), .packet(.pingresp): []
    }
  }

  /// Whether the property may come more than once here.
  func repeats(_ property: PropertyIdentifier) -> Bool {
    property == .userProperty
      || property == .subscriptionIdentifier && self == .packet(.publish)
  }
}
