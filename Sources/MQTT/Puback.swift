/// PUBACK: a message with QoS 1 has arrived (3.4).
public struct Puback: Equatable, Sendable {
  /// The identifier of the PUBLISH that it answers, not zero (3.4.2).
  public var packetIdentifier: UInt16

  /// Acknowledges the PUBLISH with `packetIdentifier`.
  public init(packetIdentifier: UInt16) {
    self.packetIdentifier = packetIdentifier
  }
}

extension Puback: PacketContent {
  static var type: PacketType { .puback }

  func check() throws(PacketError) {
    guard packetIdentifier != 0 else { throw .zeroPacketIdentifier(.puback) }
  }

  func remainingLength(_ version: ProtocolVersion) -> Int { 2 }

  func append(to output: inout [UInt8], _ version: ProtocolVersion) {
    output.append(bigEndian: packetIdentifier)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    packetIdentifier = try reader.packetIdentifier()
  }
}
