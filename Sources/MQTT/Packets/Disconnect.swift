/// DISCONNECT: the connection ends, and for a client in good order its will is forgotten (3.14).
///
/// In MQTT 3.1.1 it has nothing but its header, and only clients send it.
public struct Disconnect: Equatable, Sendable {
  /// Why; always `.normalDisconnection` in 3.1.1 (3.14.2.1).
  public var reasonCode: ReasonCode
  /// What 5.0 says besides (3.14.2.2).
  public var properties: Properties

  /// A farewell.
  public init(
    reasonCode: ReasonCode = .normalDisconnection, properties: Properties = Properties()
  ) {
    self.reasonCode = reasonCode
    self.properties = properties
  }
}

extension Disconnect: PacketContent {
  static var type: PacketType { .disconnect }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    try reasonCode.check(in: .disconnect, version)
    try properties.check(in: .packet(.disconnect), version)
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(reasonCode, properties, version)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    reasonCode = try reader.reasonCodeIfAny()
    properties = try reader.propertiesIfAny(of: .disconnect, version)
    try check(version)
  }
}
