/// DISCONNECT: the client goes in good order, and its will is forgotten (3.14).
///
/// In MQTT 3.1.1 it has nothing but its header.
public struct Disconnect: Equatable, Sendable {
  /// A farewell.
  public init() {}
}

extension Disconnect: PacketContent {
  static var type: PacketType { .disconnect }

  func remainingLength(_ version: ProtocolVersion) -> Int { 0 }

  func append(to output: inout [UInt8], _ version: ProtocolVersion) {}

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {}
}
