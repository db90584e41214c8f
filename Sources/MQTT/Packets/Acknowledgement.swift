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

  /// In the shortest of the three forms (MQTT 5.0, 3.4.2.1 and 3.4.2.2.1, likewise in 3.5 to 3.7).
  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(bigEndian: packetIdentifier)
    let hasProperties = !properties.isEmpty
    guard version == .v5, reasonCode != .success || hasProperties else { return }
    output.append(reasonCode.rawValue)
    guard hasProperties else { return }
    properties.write(to: &output, version)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let packetIdentifier = try reader.packetIdentifier()
    let reasonCode = reader.isAtEnd ? .success : try reader.reasonCode()
    let properties =
      reader.isAtEnd
      ? AcknowledgementProperties()
      : try AcknowledgementProperties(&reader, in: .packet(Self.type), version)
    self.init(
      packetIdentifier: packetIdentifier, reasonCode: reasonCode, properties: properties)
    try check(version)
  }
}
