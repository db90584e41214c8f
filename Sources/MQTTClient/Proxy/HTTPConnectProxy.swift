internal import System

/// What an HTTP proxy is asked for a tunnel with CONNECT, and what it answers (RFC 9110, 9.3.6).
struct HTTPConnectProxy: Sendable {
  /// Whether the request has credentials; what a refusal means depends on it.
  let hasCredentials: Bool
  private var reader = HTTPResponseReader()
  /// The final status, once it has come and is good.
  private var isAccepted = false

  init(hasCredentials: Bool) {
    self.hasCredentials = hasCredentials
  }

  /// The whole request. Credentials are said at once, readable for everyone on the way to the proxy
  /// (RFC 7617, 4).
  static func request(
    _ host: HostName, port: UInt16, _ credentials: ProxyCredentials?
  ) throws(ProxyError) -> [UInt8] {
    let authority = host.authority(port: port)
    var request = Array("CONNECT ".utf8) + authority
    request.append(contentsOf: " HTTP/1.1\r\nHost: ".utf8)
    request += authority
    if let credentials {
      request.append(contentsOf: "\r\nProxy-Authorization: Basic ".utf8)
      request += try basic(credentials)
    }
    request.append(contentsOf: "\r\n\r\n".utf8)
    return request
  }

  /// Takes the next byte of the answer.
  mutating func read(_ byte: UInt8) throws(ProxyError) -> ProxyHandshake.Step {
    let element: HTTPResponseReader.Element?
    do throws(HTTPResponseError) {
      element = try reader.push(byte)
    } catch {
      throw .malformedResponse(error)
    }
    switch element {
    case .status(let status, _): try read(status)
    // A length, or chunks, mean nothing in an answer to CONNECT (RFC 9110, 9.3.6).
    case .field, nil: break
    case .end: if isAccepted { return .open }
    }
    return .more
  }

  private mutating func read(_ status: HTTPStatus) throws(ProxyError) {
    switch status.code {
    case 200...299: isAccepted = true
    // Nothing was offered to switch to; the others of this class say that an answer will follow.
    case 100, 102...199: break
    case 407: throw hasCredentials ? .credentialsRefused(status) : .authenticationRequired(status)
    default: throw .refused(status)
    }
  }

  /// Name and password in Base64 (RFC 7617, 2). A colon ends the name, so it can have none.
  private static func basic(_ credentials: ProxyCredentials) throws(ProxyError) -> [UInt8] {
    let name = Array(credentials.username.utf8)
    let password = Array(credentials.password.utf8)
    let isControl = { (byte: UInt8) in byte < ASCII.space || byte == 0x7F }
    guard (1...ProxyCredentials.lengthMax).contains(name.count),
      password.count <= ProxyCredentials.lengthMax,
      !name.contains(ASCII.colon), !name.contains(where: isControl),
      !password.contains(where: isControl)
    else { throw .credentialsNotLegal }
    return Base64.encode(name + [ASCII.colon] + password)
  }
}
