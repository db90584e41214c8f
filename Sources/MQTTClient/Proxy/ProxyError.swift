/// Why there is no tunnel through a proxy.
public enum ProxyError: Error, Equatable, Sendable {
  // What was given cannot be said to a proxy.

  /// The host is empty, too long, or holds what no name and no address has; the port is 0; or it
  /// is an address with a zone, which means nothing to the proxy.
  case targetNotLegal
  /// The user name or the password is too long or too short, or holds what the proxy's protocol
  /// cannot carry: for HTTP a colon in the name, or a control character (RFC 7617, 2).
  case credentialsNotLegal

  // An HTTP proxy.

  /// The answer is no HTTP.
  case malformedResponse(HTTPResponseError)
  /// The proxy asks for credentials, and none were given (407).
  case authenticationRequired(HTTPStatus)
  /// The proxy does not take these credentials, or not this way (407).
  case credentialsRefused(HTTPStatus)
  /// The proxy, or what it asked, said no.
  case refused(HTTPStatus)

  // A SOCKS proxy.

  /// The answer does not begin with the version 5.
  case wrongVersion(UInt8)
  /// The proxy takes none of the ways to authenticate that were offered (RFC 1928, 3).
  case noAcceptableMethod(offeredCredentials: Bool)
  /// The proxy chose a way to authenticate that was not offered.
  case methodNotOffered(UInt8)
  /// The answer to the credentials does not begin with the version 1 (RFC 1929, 2).
  case wrongAuthenticationVersion(UInt8)
  /// The proxy does not take these credentials; any status but 0 says so (RFC 1929, 2).
  case authenticationFailed(status: UInt8)
  /// The proxy could not connect; the reply is from 1 on (RFC 1928, 6).
  case connectFailed(reply: UInt8)
  /// A byte that is to be 0 is not (RFC 1928, 6).
  case reservedNotZero(UInt8)
  /// An address of a kind that there is not (RFC 1928, 5).
  case unknownAddressType(UInt8)

  // Either.

  /// The proxy closed the connection before it had answered.
  case closedByProxy

  /// What happened, in words.
  public var text: String {
    switch self {
    case .targetNotLegal: "the host or the port cannot be asked of a proxy"
    case .credentialsNotLegal: "the user name or the password cannot be said to this kind of proxy"
    case .malformedResponse(let error): "the proxy does not speak HTTP: \(error.text)"
    case .authenticationRequired(let status):
      "the proxy asks for a user name and a password: \(status.text) (RFC 9110, 15.5.8)"
    case .credentialsRefused(let status):
      "the proxy does not accept the user name and the password: \(status.text) (RFC 9110, 15.5.8)"
    case .refused(let status):
      "the proxy refused the connection: \(status.text) (RFC 9110, 9.3.6)"
    case .wrongVersion(let version):
      "the proxy does not speak SOCKS 5: it began with byte \(version) (RFC 1928, 3)"
    case .noAcceptableMethod(offeredCredentials: false):
      "the proxy wants another authentication than none (RFC 1928, 3)"
    case .noAcceptableMethod(offeredCredentials: true):
      "the proxy wants another authentication than a password (RFC 1928, 3)"
    case .methodNotOffered(let method):
      "the proxy chose authentication method \(method), which was not offered (RFC 1928, 3)"
    case .wrongAuthenticationVersion(let version):
      "the proxy answered the password with version \(version) in place of 1 (RFC 1929, 2)"
    case .authenticationFailed(let status):
      "the proxy does not accept the user name and the password: status \(status) (RFC 1929, 2)"
    case .connectFailed(let reply):
      "the proxy could not connect: \(ProxyError.replyText(reply)) (RFC 1928, 6)"
    case .reservedNotZero(let value):
      "the proxy's reserved byte is \(value) in place of 0 (RFC 1928, 6)"
    case .unknownAddressType(let type):
      "the proxy answered with an address of unknown type \(type) (RFC 1928, 5)"
    case .closedByProxy: "the proxy closed the connection before it had answered"
    }
  }

  /// The meanings of the reply field (RFC 1928, 6).
  private static func replyText(_ reply: UInt8) -> String {
    switch reply {
    case 1: "general failure"
    case 2: "not allowed by its rules"
    case 3: "network unreachable"
    case 4: "host unreachable"
    case 5: "connection refused"
    case 6: "the time to live ran out"
    case 7: "the command is not supported"
    case 8: "the address type is not supported"
    default: "reply \(reply), which has no meaning"
    }
  }
}
