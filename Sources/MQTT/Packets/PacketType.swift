/// What kind of packet follows: bits 7 to 4 of its first byte (3.1.1, 2.2.1; MQTT 5.0, 2.1.2).
public enum PacketType: UInt8, Equatable, Sendable, CaseIterable {
  /// A client asks for a connection (3.1).
  case connect = 1
  /// The server answers CONNECT (3.2).
  case connack = 2
  /// A message (3.3).
  case publish = 3
  /// A message with QoS 1 has arrived (3.4).
  case puback = 4
  /// A message with QoS 2 has arrived (3.5).
  case pubrec = 5
  /// The sender of a message with QoS 2 knows that it has arrived (3.6).
  case pubrel = 6
  /// The last answer to a message with QoS 2 (3.7).
  case pubcomp = 7
  /// A client asks for messages (3.8).
  case subscribe = 8
  /// The server answers SUBSCRIBE (3.9).
  case suback = 9
  /// A client asks for no more messages (3.10).
  case unsubscribe = 10
  /// The server answers UNSUBSCRIBE (3.11).
  case unsuback = 11
  /// A client says that it is there (3.12).
  case pingreq = 12
  /// The server answers PINGREQ (3.13).
  case pingresp = 13
  /// The connection ends (3.14).
  case disconnect = 14
  /// Client and server prove who they are; only in MQTT 5.0 (3.15).
  case auth = 15

  /// The name in the specification, e.g. "PUBACK".
  public var name: String {
    switch self {
    case .connect: "CONNECT"
    case .connack: "CONNACK"
    case .publish: "PUBLISH"
    case .puback: "PUBACK"
    case .pubrec: "PUBREC"
    case .pubrel: "PUBREL"
    case .pubcomp: "PUBCOMP"
    case .subscribe: "SUBSCRIBE"
    case .suback: "SUBACK"
    case .unsubscribe: "UNSUBSCRIBE"
    case .unsuback: "UNSUBACK"
    case .pingreq: "PINGREQ"
    case .pingresp: "PINGRESP"
    case .disconnect: "DISCONNECT"
    case .auth: "AUTH"
    }
  }

  /// The section that describes the packet; both versions number them alike.
  var section: String { "3.\(rawValue)" }

  /// Bits 3 to 0 of the first byte (table 2.2). PUBLISH has flags of its own instead.
  var reservedFlags: UInt8 {
    switch self {
    case .pubrel, .subscribe, .unsubscribe: 0b0010
    case .connect, .connack, .publish, .puback, .pubrec, .pubcomp, .suback, .unsuback, .pingreq,
      .pingresp, .disconnect, .auth:
      0
    }
  }

  /// The remaining length that every packet of this type has; nil where it varies.
  func fixedRemainingLength(_ version: ProtocolVersion) -> Int? {
    switch (self, version) {
    case (.pingreq, _), (.pingresp, _): 0  // 3.12.1, 3.13.1
    case (_, .v5): nil
    case (.connack, .v311): 2  // 3.2.1
    case (.puback, .v311), (.pubrec, .v311), (.pubrel, .v311), (.pubcomp, .v311):
      2  // 3.4.1, 3.5.1, 3.6.1, 3.7.1
    case (.unsuback, .v311): 2  // 3.11.1
    case (.disconnect, .v311): 0  // 3.14.1
    case (.connect, .v311), (.publish, .v311), (.subscribe, .v311), (.suback, .v311),
      (.unsubscribe, .v311), (.auth, .v311):
      nil
    }
  }
}
