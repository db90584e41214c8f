extension Disconnect {
  /// The properties of DISCONNECT (MQTT 5.0, 3.14.2.2).
  public struct Properties: Equatable, Sendable {
    /// For how many seconds the session outlives the connection, where the client has changed its
    /// mind (3.14.2.2.2). Servers do not send it [MQTT-3.14.2-2].
    public var sessionExpiryInterval: UInt32?
    /// What happened, for people who look for a fault (3.14.2.2.3).
    public var reasonString: EncodedString?
    /// What else there is to say (3.14.2.2.4).
    public var userProperties: [UserProperty]
    /// Another server to use (3.14.2.2.5).
    public var serverReference: EncodedString?

    /// Those given.
    public init(
      sessionExpiryInterval: UInt32? = nil, reasonString: EncodedString? = nil,
      userProperties: [UserProperty] = [], serverReference: EncodedString? = nil
    ) {
      self.sessionExpiryInterval = sessionExpiryInterval
      self.reasonString = reasonString
      self.userProperties = userProperties
      self.serverReference = serverReference
    }
  }
}

extension Disconnect.Properties: PropertyList {
  /// None.
  public init() { self.init(sessionExpiryInterval: nil) }

  func check(in place: PropertyPlace) throws(PacketError) {}

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.sessionExpiryInterval, sessionExpiryInterval)
    output.append(.reasonString, reasonString?.utf8)
    output.append(userProperties)
    output.append(.serverReference, serverReference?.utf8)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .sessionExpiryInterval: sessionExpiryInterval = try reader.uint32()
    case .reasonString: reasonString = try reader.string()
    case .userProperty: userProperties.append(try reader.userProperty())
    case .serverReference: serverReference = try reader.string()
    default: return false
    }
    return true
  }
}
