extension Subscribe {
  /// The properties of SUBSCRIBE (MQTT 5.0, 3.8.2.1).
  public struct Properties: Equatable, Sendable {
    /// What the messages of these subscriptions will bear, 1 to 268,435,455 (3.8.2.1.2).
    public var subscriptionIdentifier: UInt32?
    /// What else there is to say (3.8.2.1.3).
    public var userProperties: [UserProperty]

    /// Those given.
    public init(subscriptionIdentifier: UInt32? = nil, userProperties: [UserProperty] = []) {
      self.subscriptionIdentifier = subscriptionIdentifier
      self.userProperties = userProperties
    }
  }
}

extension Subscribe.Properties: PropertyList {
  /// None.
  public init() { self.init(subscriptionIdentifier: nil) }

  func check(in place: PropertyPlace) throws(PacketError) {
    if let subscriptionIdentifier {
      try checkSubscriptionIdentifier(subscriptionIdentifier, in: place)
    }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    if let subscriptionIdentifier {
      output.append(PropertyIdentifier.subscriptionIdentifier.rawValue)
      output.append(variableByteInteger: Int(subscriptionIdentifier))
    }
    output.append(userProperties)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .subscriptionIdentifier: subscriptionIdentifier = try reader.variableByteInteger()
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }
}
