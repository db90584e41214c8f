/// CONNECT: a client asks for a connection (3.1).
public struct Connect: Equatable, Sendable {
  /// Who the client is; empty where the server shall choose a name (3.1.3.1).
  public var clientID: EncodedString
  /// Whether the server shall forget what it knows of the client (3.1.2.4).
  public var cleanSession: Bool
  /// In seconds; 0 switches the mechanism off (3.1.2.10).
  public var keepAlive: UInt16
  /// What the server publishes when the connection breaks; nil for nothing (3.1.2.5).
  public var will: Will?
  /// The user's name, if any (3.1.3.4).
  public var username: EncodedString?
  /// The password, any 0 to 65,535 bytes; never without a user name (3.1.3.5).
  public var password: [UInt8]?

  /// A message left with the server for when the connection breaks (3.1.2.5).
  public struct Will: Equatable, Sendable {
    /// Where it is published (3.1.3.2).
    public var topic: TopicName
    /// 0 to 65,535 bytes (3.1.3.3).
    public var message: [UInt8]
    /// How it is published (3.1.2.6).
    public var qos: QoS
    /// Whether the server keeps it for later subscribers (3.1.2.7).
    public var retain: Bool

    /// A message for `topic`.
    public init(topic: TopicName, message: [UInt8], qos: QoS, retain: Bool) {
      self.topic = topic
      self.message = message
      self.qos = qos
      self.retain = retain
    }
  }

  /// A request; `keepAlive` is in seconds.
  public init(
    clientID: EncodedString, cleanSession: Bool = true, keepAlive: UInt16, will: Will? = nil,
    username: EncodedString? = nil, password: [UInt8]? = nil
  ) {
    self.clientID = clientID
    self.cleanSession = cleanSession
    self.keepAlive = keepAlive
    self.will = will
    self.username = username
    self.password = password
  }
}

/// The bits of the connect flags (3.1.2.3, figure 3.4).
private enum ConnectFlag {
  static let reserved: UInt8 = 0x01
  static let cleanSession: UInt8 = 0x02
  static let will: UInt8 = 0x04
  static let willQoSShift: UInt8 = 3
  static let willRetain: UInt8 = 0x20
  static let password: UInt8 = 0x40
  static let username: UInt8 = 0x80
}

extension Connect: PacketContent {
  static var type: PacketType { .connect }

  /// The protocol name (3.1.2.1) with its length.
  private static let protocolName: [UInt8] = [0, 4, 0x4D, 0x51, 0x54, 0x54]

  func check() throws(PacketError) {
    guard !clientID.utf8.isEmpty || cleanSession else { throw .emptyClientIDWithoutCleanSession }
    guard username != nil || password == nil else { throw .passwordWithoutUsername }
    for bytes in [password, will?.message] {
      guard let bytes, bytes.count > EncodedString.lengthMax else { continue }
      throw .stringTooLong(bytes.count)
    }
  }

  func remainingLength(_ version: ProtocolVersion) -> Int {
    // Protocol name, level, flags, keep alive; then each field with two bytes of length.
    var length = Connect.protocolName.count + 4 + 2 + clientID.utf8.count
    if let will { length += 2 + will.topic.encoded.utf8.count + 2 + will.message.count }
    if let username { length += 2 + username.utf8.count }
    if let password { length += 2 + password.count }
    return length
  }

  func append(to output: inout [UInt8], _ version: ProtocolVersion) {
    output.append(contentsOf: Connect.protocolName)
    output.append(version.rawValue)
    var flags: UInt8 = 0
    if cleanSession { flags |= ConnectFlag.cleanSession }
    if let will {
      flags |= ConnectFlag.will | will.qos.rawValue << ConnectFlag.willQoSShift
      if will.retain { flags |= ConnectFlag.willRetain }
    }
    if username != nil { flags |= ConnectFlag.username }
    if password != nil { flags |= ConnectFlag.password }
    output.append(flags)
    output.append(bigEndian: keepAlive)
    // The order is fixed [MQTT-3.1.3-1].
    output.append(prefixed: clientID.utf8)
    if let will {
      output.append(prefixed: will.topic.encoded.utf8)
      output.append(prefixed: will.message)
    }
    if let username { output.append(prefixed: username.utf8) }
    if let password { output.append(prefixed: password) }
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let name = try reader.prefixedBytes()
    guard name.elementsEqual(Connect.protocolName.dropFirst(2)) else { throw .wrongProtocolName }
    let level = try reader.byte()
    guard level == version.rawValue else { throw .unsupportedProtocolLevel(level) }
    let flags = try reader.byte()
    guard flags & ConnectFlag.reserved == 0 else { throw .reservedConnectFlag }

    cleanSession = flags & ConnectFlag.cleanSession != 0
    keepAlive = try reader.uint16()
    clientID = try reader.string()
    will = try Will(flags, &reader)
    username = flags & ConnectFlag.username != 0 ? try reader.string() : nil
    password = flags & ConnectFlag.password != 0 ? try reader.prefixedBytes() : nil
    try check()
  }
}

extension Connect.Will {
  /// Reads the will that `flags` announce; nil where they announce none.
  fileprivate init?(_ flags: UInt8, _ reader: inout PacketReader) throws(PacketError) {
    let qosBits = flags >> ConnectFlag.willQoSShift & 0b11
    let isRetained = flags & ConnectFlag.willRetain != 0
    guard flags & ConnectFlag.will != 0 else {
      guard qosBits == 0, !isRetained else { throw .willFlagsWithoutWill }
      return nil
    }
    guard let qos = QoS(rawValue: qosBits) else { throw .willQoSOfThree }
    self.qos = qos
    retain = isRetained
    topic = try TopicName(reader.string())
    message = try reader.prefixedBytes()
  }
}
