/// The version of the protocol that a connection speaks; the codec is told, for packets do not say.
public enum ProtocolVersion: UInt8, Equatable, Sendable, CaseIterable {
  /// MQTT 3.1.1, OASIS Standard, 29 October 2014; the raw value is its protocol level (3.1.2.2).
  case v311 = 4
  /// MQTT 5.0, OASIS Standard, 7 March 2019; the raw value is its protocol version (3.1.2.2).
  case v5 = 5
}
