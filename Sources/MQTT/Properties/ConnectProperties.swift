extension Connect {
  /// The properties of CONNECT (MQTT 5.0, 3.1.2.11).
  public struct Properties: Equatable, Sendable {
    /// For how many seconds the session outlives the connection; nil is as 0, `UInt32.max` is for
    /// ever (3.1.2.11.2).
    public var sessionExpiryInterval: UInt32?
    /// How many messages with QoS 1 and 2 the server may have in flight, not zero; nil is as 65,535
    /// (3.1.2.11.3).
    public var receiveMaximum: UInt16?
    /// The largest packet in bytes that the client takes, not zero; nil for any (3.1.2.11.4).
    public var maximumPacketSize: UInt32?
    /// The highest topic alias that the client takes; nil is as 0, for none (3.1.2.11.5).
    public var topicAliasMaximum: UInt16?
    /// Whether the server shall say what response topics are made of; nil is as false (3.1.2.11.6).
    public var requestResponseInformation: Bool?
    /// Whether the server may send reason strings and user properties with every failure; nil is as
    /// true (3.1.2.11.7).
    public var requestProblemInformation: Bool?
    /// What else there is to say (3.1.2.11.8).
    public var userProperties: [UserProperty]
    /// How the client proves who it is; nil for user name and password only (3.1.2.11.9).
    public var authenticationMethod: EncodedString?
    /// What the method needs, at most 65,535 bytes; never without a method (3.1.2.11.10).
    public var authenticationData: [UInt8]?

    /// None; set what is needed.
    public init() {
      userProperties = []
    }
  }
}

extension Connect.Properties: PropertyList {
  func check(in place: PropertyPlace) throws(PacketError) {
    try checkNotZero(receiveMaximum.map(UInt32.init), .receiveMaximum, in: place)
    try checkNotZero(maximumPacketSize, .maximumPacketSize, in: place)
    if let authenticationData {
      guard authenticationMethod != nil else { throw .authenticationDataWithoutMethod }
      try authenticationData.checkLength()
    }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.sessionExpiryInterval, sessionExpiryInterval)
    output.append(.receiveMaximum, receiveMaximum)
    output.append(.maximumPacketSize, maximumPacketSize)
    output.append(.topicAliasMaximum, topicAliasMaximum)
    output.append(.requestResponseInformation, flag: requestResponseInformation)
    output.append(.requestProblemInformation, flag: requestProblemInformation)
    output.append(userProperties)
    output.append(.authenticationMethod, authenticationMethod?.utf8)
    output.append(.authenticationData, authenticationData)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .sessionExpiryInterval: sessionExpiryInterval = try reader.uint32()
    case .receiveMaximum: receiveMaximum = try reader.uint16()
    case .maximumPacketSize: maximumPacketSize = try reader.uint32()
    case .topicAliasMaximum: topicAliasMaximum = try reader.uint16()
    case .requestResponseInformation:
      requestResponseInformation = try reader.flag(of: identifier, in: place)
    case .requestProblemInformation:
      requestProblemInformation = try reader.flag(of: identifier, in: place)
    case .userProperty: userProperties.append(try reader.userProperty())
    case .authenticationMethod: authenticationMethod = try reader.string()
    case .authenticationData: authenticationData = try reader.prefixedBytes()
    default: return false
    }
    return true
  }
}
