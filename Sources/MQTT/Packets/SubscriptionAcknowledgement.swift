/// What SUBACK and UNSUBACK have in common, which is all of their content.
protocol SubscriptionAcknowledgement: PacketContent {
  var packetIdentifier: UInt16 { get }
  var reasonCodes: [ReasonCode] { get }
  var properties: AcknowledgementProperties { get }

  init(packetIdentifier: UInt16, reasonCodes: [ReasonCode], properties: AcknowledgementProperties)
}

extension SubscriptionAcknowledgement {
  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(Self.type) }
    try properties.check(in: .packet(Self.type), version)
    for reasonCode in reasonCodes { try reasonCode.check(in: Self.type, version) }
    // The UNSUBACK of 3.1.1 is the one that has no codes.
    guard !reasonCodes.isEmpty || (Self.type == .unsuback && version == .v311) else {
      throw .noReasonCode(Self.type)
    }
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(bigEndian: packetIdentifier)
    properties.write(to: &output, version)
    for reasonCode in reasonCodes { output.append(reasonCode.rawValue) }
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let packetIdentifier = try reader.packetIdentifier()
    let properties = try AcknowledgementProperties(&reader, in: .packet(Self.type), version)
    var reasonCodes: [ReasonCode] = []
    while !reader.isAtEnd { reasonCodes.append(try reader.reasonCode()) }
    self.init(packetIdentifier: packetIdentifier, reasonCodes: reasonCodes, properties: properties)
    try check(version)
  }
}
