/// PUBREL: the sender of a message with QoS 2 knows that it has arrived (3.6).
public struct Pubrel: Equatable, Sendable {
  /// The identifier of the PUBLISH that it belongs to, not zero (3.6.2).
  public var packetIdentifier: UInt16
  /// How it went; always `.success` in 3.1.1 (3.6.2.1).
  public var reasonCode: ReasonCode
  /// What 5.0 says besides (3.6.2.2).
  public var properties: Properties

  /// The properties of every acknowledgement.
  public typealias Properties = AcknowledgementProperties

  /// Answers the PUBREC with `packetIdentifier`.
  public init(
    packetIdentifier: UInt16, reasonCode: ReasonCode = .success,
    properties: Properties = Properties()
  ) {
    self.packetIdentifier = packetIdentifier
    self.reasonCode = reasonCode
    self.properties = properties
  }
}

extension Pubrel: Acknowledgement {
  static var type: PacketType { .pubrel }
}
