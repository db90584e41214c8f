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

extension Suback: SubscriptionAcknowledgement {
  static var type: PacketType { .suback }
}
