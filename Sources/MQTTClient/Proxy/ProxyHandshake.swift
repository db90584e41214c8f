internal import System

/// Asks a proxy for a tunnel to a broker: bytes in, bytes out.
///
/// ```swift
/// var handshake = try ProxyHandshake(with: .http(proxy, nil), target: broker)
/// send(handshake.takeOutput())
/// if let first = try handshake.receive(received.span) { … }  // the tunnel is open
/// send(handshake.takeOutput())                              // else, what comes next
/// ```
/// The caller keeps the time: a proxy that does not answer is not told here.
struct ProxyHandshake: Sendable {
  /// What a byte from the proxy leads to.
  enum Step {
    /// More is to come.
    case more
    /// This is to be said, and more is to come.
    case answer([UInt8])
    /// All further bytes are the target's.
    case open
  }

  private enum Kind {
    case http(HTTPConnectProxy)
    case socks5(SOCKS5Proxy)
  }

  private var kind: Kind
  private var output: [UInt8]
  private var failure: ProxyError?

  /// Whether the tunnel is open.
  private(set) var isOpen = false

  /// Begins with the first words in the output.
  /// - Parameter target: what the proxy is to connect to; it looks a name up itself.
  /// - Throws: `.targetNotLegal`, `.credentialsNotLegal`.
  init(with proxy: Route.Proxy, target: Endpoint) throws(ProxyError) {
    guard let host = HostName(target.host), !host.hadZone, target.port != 0 else {
      throw .targetNotLegal
    }
    switch proxy {
    case .http(_, let credentials):
      kind = .http(HTTPConnectProxy(hasCredentials: credentials != nil))
      output = try HTTPConnectProxy.request(host, port: target.port, credentials)
    case .socks5(_, let credentials):
      kind = .socks5(try SOCKS5Proxy(host, port: target.port, credentials))
      output = SOCKS5Proxy.greeting(hasCredentials: credentials != nil)
    }
  }

  /// The bytes to send, in order; they are the caller's from then on.
  mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// Takes bytes from the proxy, in the order in which they came. There may be output then.
  /// - Returns: nil as long as the proxy has not said all; then what came through the tunnel.
  /// - Throws: why there is no tunnel, from then on always.
  mutating func receive(_ bytes: Span<UInt8>) throws(ProxyError) -> [UInt8]? {
    switch kind {
    case .http(var proxy):
      defer { kind = .http(proxy) }
      return try receive(bytes) { (byte) throws(ProxyError) in try proxy.read(byte) }
    case .socks5(var proxy):
      defer { kind = .socks5(proxy) }
      return try receive(bytes) { (byte) throws(ProxyError) in try proxy.read(byte) }
    }
  }

  private mutating func receive(
    _ bytes: Span<UInt8>, _ read: (UInt8) throws(ProxyError) -> Step
  ) throws(ProxyError) -> [UInt8]? {
    if let failure { throw failure }
    var position = 0
    while position < bytes.count && !isOpen {
      do {
        switch try read(bytes[position]) {
        case .more: break
        case .answer(let answer): output += answer
        case .open: isOpen = true
        }
      } catch {
        throw fail(error)
      }
      position += 1
    }
    guard isOpen else { return nil }
    return bytes.extracting(position...).withUnsafeBufferPointer { Array($0) }
  }

  /// The proxy has closed the connection.
  /// - Throws: `.closedByProxy` where the tunnel is not open; or what was thrown before.
  mutating func receiveEnd() throws(ProxyError) {
    if let failure { throw failure }
    if !isOpen { throw fail(.closedByProxy) }
  }

  private mutating func fail(_ error: ProxyError) -> ProxyError {
    failure = error
    output = []
    return error
  }
}
