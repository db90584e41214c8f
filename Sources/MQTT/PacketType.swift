/// What kind of packet follows: bits 7 to 4 of its first byte (2.2.1, table 2.1).
public enum PacketType: UInt8, Equatable, Sendable, CaseIterable {
  /// A client asks for a connection (3.1).
  case connect = 1
  /// The server answers CONNECT (3.2).
  case connack = 2
  /// A message (3.3).
  case publish = 3
  /// A message with QoS 1 has arrived (3.4).
  case puback = 4
  /// A client says that it is there (3.12).
  case pingreq = 12
  /// The server answers PINGREQ (3.13).
  case pingresp = 13
  /// A client goes in good order (3.14).
  case disconnect = 14

  /// The name in the specification, e.g. "PUBACK".
  public var name: String {
    switch self {
    case .connect: "CONNECT"
    case .connack: "CONNACK"
    case .publish: "PUBLISH"
    case .puback: "PUBACK"
    case .pingreq: "PINGREQ"
    case .pingresp: "PINGRESP"
    case .disconnect: "DISCONNECT"
    }
  }

  /// The remaining length that every packet of this type has; nil where it varies.
  func fixedRemainingLength(_ version: ProtocolVersion) -> Int? {
    switch (self, version) {
    case (.connect, .v311), (.publish, .v311): nil
    case (.connack, .v311): 2  // 3.2.1
    case (.puback, .v311): 2  // 3.4.1
    case (.pingreq, .v311), (.pingresp, .v311): 0  // 3.12.1, 3.13.1
    case (.disconnect, .v311): 0  // 3.14.1
    }
  }
}
