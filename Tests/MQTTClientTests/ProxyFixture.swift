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

extension HTTPConnectProxy {
  mutating func receive(_ bytes: [UInt8]) throws(ProxyError) -> [UInt8]? {
    try receive(bytes.span)
  }
}

extension SOCKS5Proxy {
  mutating func receive(_ bytes: [UInt8]) throws(ProxyError) -> [UInt8]? {
    try receive(bytes.span)
  }
}
