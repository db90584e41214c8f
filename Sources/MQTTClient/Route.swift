public import System

/// How a broker is reached: where it is, and what is between.
public struct Route: Sendable {
  /// A host that passes connections on.
  public enum Proxy: Sendable {
    /// By HTTP's CONNECT (RFC 9110, 9.3.6).
    case http(Endpoint, ProxyCredentials?)
    /// By SOCKS version 5 (RFC 1928).
    case socks5(Endpoint, ProxyCredentials?)

    var endpoint: Endpoint {
      switch self {
      case .http(let endpoint, _), .socks5(let endpoint, _): endpoint
      }
    }
  }

  /// The broker's host and port.
  public var endpoint: Endpoint
  /// What connections go through; it looks the broker's name up itself.
  public var proxy: Proxy?
  /// Whom to trust; nil for a connection without TLS. One context serves all connections to a
  /// broker: it keeps the session that makes the next handshake short.
  public var tls: TLSContext?
  /// The path of the WebSocket that carries MQTT, e.g. "/mqtt"; nil for MQTT without one.
  public var webSocketPath: String?

  /// Plain TCP, straight to the broker.
  public init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
  }
}
