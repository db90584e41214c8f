/// UNSUBACK: the server answers UNSUBSCRIBE (3.11).
public struct Unsuback: Equatable, Sendable {
  /// The identifier of the UNSUBSCRIBE that it answers, not zero (3.11.2).
  public var packetIdentifier: UInt16
  /// One for each topic filter, in the same order (3.11.3); none in 3.1.1.
  public var reasonCodes: [ReasonCode]
  /// What 5.0 says besides (3.11.2.1).
  public var properties: Properties

  /// The properties of every acknowledgement.
  public typealias Properties = AcknowledgementProperties

  /// Answers the UNSUBSCRIBE with `packetIdentifier`.
  public init(
    packetIdentifier: UInt16, reasonCodes: [ReasonCode] = [],
    properties: Properties = Properties()
  ) {
    self.packetIdentifier = packetIdentifier
    self.reasonCodes = reasonCodes
    self.properties = properties
  }
}

extension Unsuback: PacketContent {
  static var type: PacketType { .unsuback }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(.unsuback) }
    try properties.check(in: .packet(.unsuback), version)
    for reasonCode in reasonCodes { try reasonCode.check(in: .unsuback, version) }
    guard version == .v311 || !reasonCodes.isEmpty else { throw .noReasonCode(.unsuback) }
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
    packetIdentifier = try reader.packetIdentifier()
    properties = try Properties(&reader, in: .packet(.unsuback), version)
    reasonCodes = []
    while !reader.isAtEnd { reasonCodes.append(try reader.reasonCode()) }
    try check(version)
  }
}
