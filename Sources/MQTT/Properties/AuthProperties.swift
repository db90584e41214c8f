extension Auth {
  /// The properties of AUTH (MQTT 5.0, 3.15.2.2).
  public struct Properties: Equatable, Sendable {
    /// The method, the same as in CONNECT (3.15.2.2.2).
    public var authenticationMethod: EncodedString?
    /// What the method needs, at most 65,535 bytes (3.15.2.2.3).
    public var authenticationData: [UInt8]?
    /// What happened, for people who look for a fault (3.15.2.2.4).
    public var reasonString: EncodedString?
    /// What else there is to say (3.15.2.2.5).
    public var userProperties: [UserProperty]

    /// Those given.
    public init(
      authenticationMethod: EncodedString? = nil, authenticationData: [UInt8]? = nil,
      reasonString: EncodedString? = nil, userProperties: [UserProperty] = []
    ) {
      self.authenticationMethod = authenticationMethod
      self.authenticationData = authenticationData
      self.reasonString = reasonString
      self.userProperties = userProperties
    }
  }
}

extension Auth.Properties: PropertyList {
  /// None.
  public init() { self.init(authenticationMethod: nil) }

  func check(in place: PropertyPlace) throws(PacketError) {
    if let authenticationData { try authenticationData.checkLength() }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.authenticationMethod, authenticationMethod?.utf8)
    output.append(.authenticationData, authenticationData)
    output.append(.reasonString, reasonString?.utf8)
    output.append(userProperties)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .authenticationMethod: authenticationMethod = try reader.string()
    case .authenticationData: authenticationData = try reader.prefixedBytes()
    case .reasonString: reasonString = try reader.string()
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }
}
