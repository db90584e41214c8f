/// What a broker can do that others cannot (MQTT 5.0, 3.2.2.3).
public enum ServerFeature: Equatable, Sendable {
  /// Messages with this quality of service.
  case qos(QoS)
  /// Retained messages.
  case retain
  /// Wildcards in topic filters.
  case wildcardSubscriptions
  /// Identifiers of subscriptions.
  case subscriptionIdentifiers
  /// Shared subscriptions.
  case sharedSubscriptions

  /// What it is called, e.g. "retained messages".
  public var text: String {
    switch self {
    case .qos(let qos): "messages with QoS \(qos.rawValue)"
    case .retain: "retained messages"
    case .wildcardSubscriptions: "subscriptions with wildcards"
    case .subscriptionIdentifiers: "subscription identifiers"
    case .sharedSubscriptions: "shared subscriptions"
    }
  }
}

/// What the broker takes from this client, as its CONNACK says and the options allow.
struct ServerLimits: Sendable {
  /// How many messages with QoS 1 and 2 may be in flight, at least 1.
  let inFlightMax: Int
  /// The largest packet in bytes, with its header.
  let packetSizeMax: Int
  private let maximumQoS: QoS
  private let hasRetain: Bool
  private let hasWildcards: Bool
  private let hasSubscriptionIdentifiers: Bool
  private let hasSharedSubscriptions: Bool

  /// Half of the identifiers are left to requests and to what a resumed session brings along.
  private static let inFlightLimit = Int(UInt16.max) / 2

  /// The longest answer of this client to a packet of the broker, PUBREL or PUBCOMP with a reason
  /// code, has five bytes.
  static let smallestPacketSizeMax = 5

  init(_ options: Session.Options, _ properties: Connack.Properties) {
    let wanted = min(max(options.inFlightMax, 1), ServerLimits.inFlightLimit)
    inFlightMax = min(wanted, properties.receiveMaximum.map { Int($0) } ?? wanted)
    packetSizeMax = min(
      max(options.sentPacketSizeMax, ServerLimits.smallestPacketSizeMax),
      properties.maximumPacketSize.map { Int($0) } ?? .max)
    maximumQoS = properties.maximumQoS ?? .exactlyOnce
    hasRetain = properties.retainAvailable ?? true
    hasWildcards = properties.wildcardSubscriptionAvailable ?? true
    hasSubscriptionIdentifiers = properties.subscriptionIdentifierAvailable ?? true
    hasSharedSubscriptions = properties.sharedSubscriptionAvailable ?? true
  }

  /// What a message needs and the broker lacks [MQTT-3.2.2-11], [MQTT-3.2.2-14]; nil for nothing.
  func missingFeature(qos: QoS, retain: Bool) -> ServerFeature? {
    if qos.rawValue > maximumQoS.rawValue { return .qos(qos) }
    return retain && !hasRetain ? .retain : nil
  }

  /// What a SUBSCRIBE needs and the broker lacks; nil for nothing.
  func missingFeature(
    _ subscriptions: [Subscription], _ properties: Subscribe.Properties
  ) -> ServerFeature? {
    if properties.subscriptionIdentifier != nil, !hasSubscriptionIdentifiers {
      return .subscriptionIdentifiers
    }
    for subscription in subscriptions {
      if subscription.filter.isShared, !hasSharedSubscriptions { return .sharedSubscriptions }
      if subscription.filter.hasWildcard, !hasWildcards { return .wildcardSubscriptions }
    }
    return nil
  }
}
