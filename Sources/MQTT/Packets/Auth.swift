/// AUTH: client and server prove who they are (3.15). Only MQTT 5.0 has it.
public struct Auth: Equatable, Sendable {
  /// Where the exchange stands (3.15.2.1).
  public var reasonCode: ReasonCode
  /// The method and its data (3.15.2.2). There must be a method, but for a success that says nothing
  /// else.
  public var properties: Properties

  /// A step of the exchange.
  public init(reasonCode: ReasonCode = .success, properties: Properties = Properties()) {
    self.reasonCode = reasonCode
    self.properties = properties
  }
}

extension Auth: PacketContent {
  static var type: PacketType { .auth }

  /// Whether it is the short form, which has no method either (3.15.2.1).
  private var saysNothing: Bool { reasonCode == .success && properties.isEmpty }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard version == .v5 else { throw .packetInVersion311(.auth) }
    try reasonCode.check(in: .auth, version)
    try properties.check(in: .packet(.auth), version)
    guard saysNothing || properties.authenticationMethod != nil else {
      throw .missingAuthenticationMethod
    }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    guard !saysNothing else { return }
    output.append(reasonCode.rawValue)
    properties.write(to: &output, version)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    self.init()
    guard !reader.isAtEnd else { return }
    // Unlike in the other packets, the length of the properties goes only together with the code.
    reasonCode = try reader.reasonCode()
    properties = try Properties(&reader, in: .packet(.auth), version)
    guard properties.authenticationMethod != nil else { throw .missingAuthenticationMethod }
    try check(version)
  }
}
