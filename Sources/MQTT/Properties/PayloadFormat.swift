/// What the payload of a message is made of (MQTT 5.0, 3.3.2.3.2); the raw value is on the wire.
public enum PayloadFormat: UInt8, Equatable, Sendable, CaseIterable {
  /// Bytes that nothing is said about, as without the property.
  case unspecified = 0
  /// UTF-8. The codec does not look whether it is: a receiver may answer otherwise than by closing
  /// the connection.
  case utf8 = 1
}
