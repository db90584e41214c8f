/// A place where a broker can be reached.
public struct BrokerEndpoint: Equatable, Sendable {
  /// What carries MQTT.
  public var scheme: Scheme
  /// A host name, or an address without brackets.
  public var host: String
  /// The TCP port.
  public var port: UInt16
  /// The path of a WebSocket, from its slash on; empty for the others.
  public var path: String

  /// A broker's place.
  public init(scheme: Scheme = .mqtt, host: String, port: UInt16, path: String = "") {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
  }

  /// The schemes of a broker's URL.
  public enum Scheme: Equatable, Sendable, CaseIterable {
    /// TCP.
    case mqtt
    /// TLS over TCP.
    case mqtts
    /// WebSocket over TCP (RFC 6455).
    case ws
    /// WebSocket over TLS.
    case wss

    /// How it is written.
    public var name: String {
      switch self {
      case .mqtt: "mqtt"
      case .mqtts: "mqtts"
      case .ws: "ws"
      case .wss: "wss"
      }
    }

    /// Whether what is sent is encrypted.
    public var isSecure: Bool { self == .mqtts || self == .wss }

    /// Whether MQTT is in a WebSocket.
    public var isWebSocket: Bool { self == .ws || self == .wss }
  }

  /// The endpoint as a URL, for people.
  public var text: String {
    let host = host.utf8.contains(Byte.colon) ? "[\(host)]" : host
    return "\(scheme.name)://\(host):\(port)\(path)"
  }
}
