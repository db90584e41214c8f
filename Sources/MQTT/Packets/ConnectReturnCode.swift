extension Connack {
  /// The server's decision in MQTT 3.1.1 (3.2.2.3, table 3.1); the raw value is on the wire.
  public enum ReturnCode: UInt8, Equatable, Sendable, CaseIterable {
    /// The connection is accepted.
    case accepted = 0
    /// The server does not speak this version of the protocol.
    case unacceptableProtocolVersion = 1
    /// The server does not allow this client identifier.
    case identifierRejected = 2
    /// The service cannot be had now.
    case serverUnavailable = 3
    /// The user name or the password is malformed, or wrong.
    case badUsernameOrPassword = 4
    /// The client may not connect.
    case notAuthorized = 5

    /// What MQTT 5.0 says instead (2.4).
    public var reasonCode: ReasonCode {
      switch self {
      case .accepted: .success
      case .unacceptableProtocolVersion: .unsupportedProtocolVersion
      case .identifierRejected: .clientIdentifierNotValid
      case .serverUnavailable: .serverUnavailable
      case .badUsernameOrPassword: .badUserNameOrPassword
      case .notAuthorized: .notAuthorized
      }
    }

    /// What 3.1.1 says instead of a reason code; nil where it has nothing for it.
    public init?(_ reasonCode: ReasonCode) {
      guard let code = ReturnCode.allCases.first(where: { $0.reasonCode == reasonCode }) else {
        return nil
      }
      self = code
    }

    /// The code in words.
    public var text: String {
      switch self {
      case .accepted: "accepted"
      case .unacceptableProtocolVersion: "the broker does not speak this version of MQTT"
      case .identifierRejected: "the broker does not allow this client identifier"
      case .serverUnavailable: "the broker's service is unavailable now"
      case .badUsernameOrPassword: "the user name or the password is wrong"
      case .notAuthorized: "this client is not authorized to connect"
      }
    }
  }
}
