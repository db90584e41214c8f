internal import System

/// The handshake with whichever kind of proxy a route goes through.
enum ProxyHandshake {
  case http(HTTPConnectProxy)
  case socks5(SOCKS5Proxy)

  /// The handshake for a route; nil where it goes through no proxy.
  init?(_ route: Route) throws(ClientError) {
    guard let proxy = route.proxy else { return nil }
    do throws(ProxyError) {
      switch proxy {
      case .http(_, let credentials):
        self = .http(try HTTPConnectProxy(target: route.endpoint, credentials: credentials))
      case .socks5(_, let credentials):
        self = .socks5(try SOCKS5Proxy(target: route.endpoint, credentials: credentials))
      }
    } catch {
      throw .proxy(error)
    }
  }

  /// The bytes to send to the proxy.
  mutating func takeOutput() -> [UInt8] {
    switch self {
    case .http(var handshake):
      defer { self = .http(handshake) }
      return handshake.takeOutput()
    case .socks5(var handshake):
      defer { self = .socks5(handshake) }
      return handshake.takeOutput()
    }
  }

  /// Takes bytes from the proxy.
  /// - Returns: nil until the tunnel is open; then what came through it.
  mutating func receive(_ bytes: Span<UInt8>) throws(ClientError) -> [UInt8]? {
    do throws(ProxyError) {
      switch self {
      case .http(var handshake):
        defer { self = .http(handshake) }
        return try handshake.receive(bytes)
      case .socks5(var handshake):
        defer { self = .socks5(handshake) }
        return try handshake.receive(bytes)
      }
    } catch {
      throw .proxy(error)
    }
  }

  /// The proxy has closed the connection.
  mutating func receiveEnd() throws(ClientError) {
    do throws(ProxyError) {
      switch self {
      case .http(var handshake): try handshake.receiveEnd()
      case .socks5(var handshake): try handshake.receiveEnd()
      }
    } catch {
      throw .proxy(error)
    }
  }
}
