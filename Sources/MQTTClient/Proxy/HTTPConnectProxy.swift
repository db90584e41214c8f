public import System

/// Asks an HTTP proxy for a tunnel with CONNECT (RFC 9110, 9.3.6): bytes in, bytes out.
///
/// ```swift
/// var proxy = try HTTPConnectProxy(target: Endpoint(host: "broker.example.org", port: 8883))
/// send(proxy.takeOutput())                              // CONNECT
/// if let first = try proxy.receive(received.span) { … }  // the tunnel is open
/// ```
/// The caller keeps the time: a proxy that does not answer is not told here.
public struct HTTPConnectProxy: Sendable {
  private let hasCredentials: Bool
  private var output: [UInt8]
  private var reader = HTTPResponseReader()
  /// The final status, once it has come and is good.
  private var isAccepted = false
  private var failure: ProxyError?

  /// Whether the tunnel is open: all bytes are the target's from here on.
  public private(set) var isOpen = false

  /// Begins with the request in the output.
  /// - Parameters:
  ///   - target: what the proxy is to connect to; the proxy looks a name up.
  ///   - credentials: said at once, readable for everyone on the way to the proxy (RFC 7617, 4).
  /// - Throws: `.targetNotLegal`, `.credentialsNotLegal`.
  public init(target: Endpoint, credentials: ProxyCredentials? = nil) throws(ProxyError) {
    guard let host = HostName(target.host), !host.hadZone, target.port != 0 else {
      throw .targetNotLegal
    }
    let authority = host.authority(port: target.port)
    output = Array("CONNECT ".utf8) + authority
    output.append(contentsOf: " HTTP/1.1\r\nHost: ".utf8)
    output += authority
    if let credentials {
      output.append(contentsOf: "\r\nProxy-Authorization: Basic ".utf8)
      output += try HTTPConnectProxy.basic(credentials)
    }
    output.append(contentsOf: "\r\n\r\n".utf8)
    hasCredentials = credentials != nil
  }

  /// The bytes to send, in order; they are the caller's from then on.
  public mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// Takes bytes from the proxy, in the order in which they came.
  /// - Returns: nil as long as the proxy has not said all; then what came through the tunnel.
  /// - Throws: why there is no tunnel, from then on always.
  public mutating func receive(_ bytes: Span<UInt8>) throws(ProxyError) -> [UInt8]? {
    if let failure { throw failure }
    var position = 0
    while position < bytes.count && !isOpen {
      let byte = bytes[position]
      position += 1
      do throws(HTTPResponseError) {
        if let element = try reader.push(byte) { read(element) }
      } catch {
        throw fail(.malformedResponse(error))
      }
      if let failure { throw failure }
    }
    guard isOpen else { return nil }
    return bytes.extracting(position...).withUnsafeBufferPointer { Array($0) }
  }

  /// The proxy has closed the connection.
  /// - Throws: `.closedByProxy` where the tunnel is not open; or what was thrown before.
  public mutating func receiveEnd() throws(ProxyError) {
    if let failure { throw failure }
    if !isOpen { throw fail(.closedByProxy) }
  }
}

extension HTTPConnectProxy {
  private mutating func read(_ element: HTTPResponseReader.Element) {
    switch element {
    case .status(let status, _): read(status)
    // A length, or chunks, mean nothing in an answer to CONNECT (RFC 9110, 9.3.6).
    case .field: break
    case .end: isOpen = isAccepted
    }
  }

  private mutating func read(_ status: HTTPStatus) {
    switch status.code {
    case 200...299: isAccepted = true
    // Nothing was offered to switch to; the others of this class say that an answer will follow.
    case 100, 102...199: break
    case 407 where hasCredentials: _ = fail(.credentialsRefused(status))
    case 407: _ = fail(.authenticationRequired(status))
    default: _ = fail(.refused(status))
    }
  }

  private mutating func fail(_ error: ProxyError) -> ProxyError {
    failure = error
    output = []
    return error
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
