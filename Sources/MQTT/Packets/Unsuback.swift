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

extension Unsuback: SubscriptionAcknowledgement {
  static var type: PacketType { .unsuback }
}
