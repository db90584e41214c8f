/// Quality of service: how sure the delivery of a message is (4.3); the raw value is on the wire.
public enum QoS: UInt8, Equatable, Sendable, CaseIterable {
  /// Sent once, never acknowledged; it may be lost (4.3.1).
  case atMostOnce = 0
  /// Acknowledged by PUBACK; it may arrive more than once (4.3.2).
  case atLeastOnce = 1
  /// Acknowledged in two steps; it arrives once (4.3.3).
  case exactlyOnce = 2
}
