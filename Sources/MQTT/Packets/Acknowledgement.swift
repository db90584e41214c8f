/// What PUBACK, PUBREC, PUBREL and PUBCOMP have in common, which is all of their content.
protocol Acknowledgement: PacketContent {
  var packetIdentifier: UInt16 { get }
  var reasonCode: ReasonCode { get }
  var properties: AcknowledgementProperties { get }

  init(packetIdentifier: UInt16, reasonCode: ReasonCode, properties: AcknowledgementProperties)
}

extension Acknowledgement {
  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(Self.type) }
    try reasonCode.check(in: Self.type, version)
    try properties.check(in: .packet(Self.type), version)
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(bigEndian: packetIdentifier)
    output.append(reasonCode, properties, version)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    self.init(
      packetIdentifier: try reader.packetIdentifier(), reasonCode: try reader.reasonCodeIfAny(),
      properties: try reader.propertiesIfAny(of: Self.type, version))
    try check(version)
  }
}
