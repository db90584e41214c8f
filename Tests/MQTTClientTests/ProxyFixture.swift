import System

@testable import MQTTClient

/// What comes through a tunnel.
enum Tunnel {
  /// Gives `chunks` to `receive` in order; nil where there is no tunnel behind the last.
  static func bytes(
    _ chunks: [[UInt8]], _ receive: ([UInt8]) throws -> [UInt8]?
  ) rethrows -> [UInt8]? {
    var bytes: [UInt8]?
    for chunk in chunks {
      if let part = try receive(chunk) { bytes = (bytes ?? []) + part }
    }
    return bytes
  }
}

extension ProxyHandshake {
  /// Where the proxy is makes no difference to what is said to it.
  private static let proxy = Endpoint(host: "proxy.example", port: 3128)

  static func http(
    target: Endpoint, credentials: ProxyCredentials? = nil
  ) throws(ProxyError) -> ProxyHandshake {
    try ProxyHandshake(with: .http(proxy, credentials), target: target)
  }

  static func socks5(
    target: Endpoint, credentials: ProxyCredentials? = nil
  ) throws(ProxyError) -> ProxyHandshake {
    try ProxyHandshake(with: .socks5(proxy, credentials), target: target)
  }

  mutating func receive(_ bytes: [UInt8]) throws(ProxyError) -> [UInt8]? {
    try receive(bytes.span)
  }
}
