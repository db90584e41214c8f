/// Why a WebSocket is closed, as its last frame says (RFC 6455, 7.4).
public struct WebSocketCloseCode: RawRepresentable, Equatable, Sendable {
  /// The number on the wire.
  public let rawValue: UInt16

  /// Takes any number; `isLegal` says whether a frame may carry it.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// What the connection was for is done.
  public static let normal = WebSocketCloseCode(rawValue: 1000)
  /// The server goes down, or the client leaves.
  public static let goingAway = WebSocketCloseCode(rawValue: 1001)
  /// The other side broke the protocol.
  public static let protocolError = WebSocketCloseCode(rawValue: 1002)
  /// The other side sent a kind of data that is not taken, as text in place of MQTT.
  public static let unsupportedData = WebSocketCloseCode(rawValue: 1003)
  /// The other side sent data that does not fit its kind, as a text that is not UTF-8.
  public static let invalidData = WebSocketCloseCode(rawValue: 1007)
  /// The other side broke a rule of its partner.
  public static let policyViolation = WebSocketCloseCode(rawValue: 1008)
  /// The other side sent more than is taken.
  public static let messageTooBig = WebSocketCloseCode(rawValue: 1009)

  /// Whether a frame may carry the code: one that RFC 6455 section 7.4 or the registry of IANA
  /// defines for the wire, or one of the ranges for libraries and programs. 1005, 1006 and 1015
  /// only name what happened without a frame.
  public var isLegal: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }

  /// The number and what it means.
  public var text: String {
    switch rawValue {
    case 1000: "1000 normal"
    case 1001: "1001 going away"
    case 1002: "1002 protocol error"
    case 1003: "1003 unsupported data"
    case 1007: "1007 invalid data"
    case 1008: "1008 policy violation"
    case 1009: "1009 message too big"
    case 1010: "1010 extension missing"
    case 1011: "1011 internal error"
    case 1012: "1012 service restarts"
    case 1013: "1013 try again later"
    case 1014: "1014 bad gateway"
    default: "\(rawValue)"
    }
  }
}
