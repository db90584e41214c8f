internal import System

/// The layers of a connection along a route, none of which has said anything yet.
extension Route {
  /// Connects to the proxy, or to the broker where there is none.
  func connect(timeout: Duration, wakeup: Wakeup?) throws(ClientError) -> Socket {
    do {
      return try Socket(
        connectingTo: proxy?.endpoint ?? endpoint, timeout: timeout, wakeup: wakeup)
    } catch {
      throw ClientError(error)
    }
  }

  func makeProxyHandshake() throws(ClientError) -> ProxyHandshake? {
    guard let proxy else { return nil }
    do {
      return try ProxyHandshake(with: proxy, target: endpoint)
    } catch {
      throw .proxy(error)
    }
  }

  func makeTLSSession() throws(ClientError) -> TLSSession? {
    guard let tls else { return nil }
    do {
      return try TLSSession(tls, host: endpoint.host)
    } catch {
      throw .tls(error)
    }
  }

  func makeWebSocket() throws(ClientError) -> WebSocket<Random>? {
    guard let webSocketPath else { return nil }
    var options = WebSocketOptions(endpoint: endpoint, isSecure: tls != nil)
    options.path = webSocketPath
    var random = Random()
    do {
      return try WebSocket(
        options: options, nonce: (random.next(), random.next()), masks: random)
    } catch {
      throw .webSocket(error)
    }
  }
}
