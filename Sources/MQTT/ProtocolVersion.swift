/// The version of the protocol that a connection speaks; the codec is told, for packets do not say.
public enum ProtocolVersion: UInt8, Equatable, Sendable {
  /// MQTT 3.1.1, OASIS Standard, 29 October 2014; the raw value is its protocol level (3.1.2.2).
  case v311 = 4
}
