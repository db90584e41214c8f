// What ends the acknowledgements and DISCONNECT: a reason code and properties, in the shortest of
// three forms. A success without properties is not written at all, and properties that are not there
// do not have their length of zero (MQTT 5.0, 3.4.2.1 and 3.4.2.2.1, likewise in 3.5 to 3.7 and 3.14).

extension PacketOutput where Self: ~Copyable & ~Escapable {
  /// Nothing in 3.1.1.
  mutating func append(
    _ reasonCode: ReasonCode, _ properties: some PropertyList, _ version: ProtocolVersion
  ) {
    let hasProperties = !properties.isEmpty
    guard version == .v5, reasonCode != .success || hasProperties else { return }
    append(reasonCode.rawValue)
    if hasProperties { properties.write(to: &self, version) }
  }
}

extension PacketReader {
  /// A success where there is no code.
  mutating func reasonCodeIfAny() throws(PacketError) -> ReasonCode {
    isAtEnd ? .success : try reasonCode()
  }

  /// None where there is not even a length.
  mutating func propertiesIfAny<Properties: PropertyList>(
    of type: PacketType, _ version: ProtocolVersion
  ) throws(PacketError) -> Properties {
    isAtEnd ? Properties() : try Properties(&self, in: .packet(type), version)
  }
}
