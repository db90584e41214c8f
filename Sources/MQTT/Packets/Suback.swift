/// SUBACK: what became of each filter of a SUBSCRIBE (3.9).
public struct Suback: Equatable, Sendable {
  /// The identifier of the SUBSCRIBE that it answers, not zero (3.9.2).
  public var packetIdentifier: UInt16
  /// One for each topic filter, in the same order: the quality of service that is granted, or why
  /// there is no subscription (3.9.3). In 3.1.1 the only refusal is `.unspecifiedError`.
  public var reasonCodes: [ReasonCode]
  /// What 5.0 says besides (3.9.2.1).
  public var properties: Properties

  /// The properties of every acknowledgement.
  public typealias Properties = AcknowledgementProperties

  /// Answers the SUBSCRIBE with `packetIdentifier`.
  public init(
    packetIdentifier: UInt16, reasonCodes: [ReasonCode], properties: Properties = Properties()
  ) {
    self.packetIdentifier = packetIdentifier
    self.reasonCodes = reasonCodes
    self.properties = properties
  }
}

extension Suback: PacketContent {
  static var type: PacketType { .suback }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(.suback) }
    try properties.check(in: .packet(.suback), version)
    guard !reasonCodes.isEmpty else { throw .noReasonCode(.suback) }
    for reasonCode in reasonCodes { try reasonCode.check(in: .suback, version) }
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
    properties = try Properties(&reader, in: .packet(.suback), version)
    reasonCodes = []
    while !reader.isAtEnd { reasonCodes.append(try reader.reasonCode()) }
    try check(version)
  }
}
