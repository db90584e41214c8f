/// CONNECT: a client asks for a connection (3.1).
public struct Connect: Equatable, Sendable {
  /// Who the client is; empty where the server shall choose a name (3.1.3.1).
  public var clientID: EncodedString
  /// Whether the server shall forget what it knows of the client; Clean Session in 3.1.1, where it
  /// also forgets the client at the end of the connection (3.1.2.4).
  public var cleanStart: Bool
  /// In seconds; 0 switches the mechanism off (3.1.2.10).
  public var keepAlive: UInt16
  /// What the server publishes when the connection breaks; nil for nothing (3.1.2.5).
  public var will: Will?
  /// The user's name, if any (3.1.3.4; MQTT 5.0, 3.1.3.5).
  public var username: EncodedString?
  /// The password, any 0 to 65,535 bytes; in 3.1.1 never without a user name (3.1.3.5; MQTT 5.0,
  /// 3.1.3.6).
  public var password: [UInt8]?
  /// What 5.0 says besides (3.1.2.11).
  public var properties: Properties

  /// A request; `keepAlive` is in seconds.
  public init(
    clientID: EncodedString, cleanStart: Bool = true, keepAlive: UInt16, will: Will? = nil,
    username: EncodedString? = nil, password: [UInt8]? = nil,
    properties: Properties = Properties()
  ) {
    self.clientID = clientID
    self.cleanStart = cleanStart
    self.keepAlive = keepAlive
    self.will = will
    self.username = username
    self.password = password
    self.properties = properties
  }
}

/// The bits of the connect flags (3.1.2.3).
enum ConnectFlag {
  static let reserved: UInt8 = 0x01
  static let cleanStart: UInt8 = 0x02
  static let will: UInt8 = 0x04
  static let willQoSShift: UInt8 = 3
  static let willRetain: UInt8 = 0x20
  static let password: UInt8 = 0x40
  static let username: UInt8 = 0x80
}

extension Connect: PacketContent {
  static var type: PacketType { .connect }

  /// The protocol name (3.1.2.1).
  private static let protocolName = Array("MQTT".utf8)

  func check(_ version: ProtocolVersion) throws(PacketError) {
    if version == .v311 {
      guard !clientID.utf8.isEmpty || cleanStart else { throw .emptyClientIDWithoutCleanSession }
      guard username != nil || password == nil else { throw .passwordWithoutUsername }
    }
    if let password { try password.checkLength() }
    try properties.check(in: .packet(.connect), version)
    try will?.check(version)
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(prefixed: Connect.protocolName)
    output.append(version.rawValue)
    var flags: UInt8 = will?.flags ?? 0
    if cleanStart { flags |= ConnectFlag.cleanStart }
    if username != nil { flags |= ConnectFlag.username }
    if password != nil { flags |= ConnectFlag.password }
    output.append(flags)
    output.append(bigEndian: keepAlive)
    properties.write(to: &output, version)
    // The order is fixed [MQTT-3.1.3-1].
    output.append(prefixed: clientID.utf8)
    will?.write(to: &output, version)
    if let username { output.append(prefixed: username.utf8) }
    if let password { output.append(prefixed: password) }
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    guard try reader.prefixedBytes() == Connect.protocolName else { throw .wrongProtocolName }
    let level = try reader.byte()
    guard level == version.rawValue else { throw .unsupportedProtocolLevel(level) }
    let flags = try reader.byte()
    guard flags & ConnectFlag.reserved == 0 else { throw .reservedConnectFlag }

    cleanStart = flags & ConnectFlag.cleanStart != 0
    keepAlive = try reader.uint16()
    properties = try Properties(&reader, in: .packet(.connect), version)
    clientID = try reader.string()
    will = try Will(flags, &reader, version)
    username = flags & ConnectFlag.username != 0 ? try reader.string() : nil
    password = flags & ConnectFlag.password != 0 ? try reader.prefixedBytes() : nil
    try check(version)
  }
}
