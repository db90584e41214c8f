/// CONNACK: the server's answer to CONNECT (3.2).
public struct Connack: Equatable, Sendable {
  /// Whether the server knows the client from before (3.2.2.2).
  public var sessionPresent: Bool
  /// Whether it takes the connection, or why not (3.2.2.3).
  public var returnCode: ReturnCode

  /// The server's decision (3.2.2.3, table 3.1); the raw value is on the wire.
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

  /// An answer.
  public init(sessionPresent: Bool, returnCode: ReturnCode) {
    self.sessionPresent = sessionPresent
    self.returnCode = returnCode
  }
}

extension Connack: PacketContent {
  static var type: PacketType { .connack }

  func check() throws(PacketError) {
    guard returnCode == .accepted || !sessionPresent else { throw .sessionPresentInRefusal }
  }

  func remainingLength(_ version: ProtocolVersion) -> Int { 2 }

  func append(to output: inout [UInt8], _ version: ProtocolVersion) {
    output.append(sessionPresent ? 1 : 0)
    output.append(returnCode.rawValue)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let acknowledgeFlags = try reader.byte()
    guard acknowledgeFlags & 0xFE == 0 else { throw .reservedConnackFlags(acknowledgeFlags) }
    sessionPresent = acknowledgeFlags == 1
    let code = try reader.byte()
    guard let returnCode = ReturnCode(rawValue: code) else { throw .reservedReturnCode(code) }
    self.returnCode = returnCode
    try check()
  }
}
