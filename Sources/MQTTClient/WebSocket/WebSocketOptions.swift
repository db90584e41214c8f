public import System

/// Where a WebSocket is opened, and its limits.
public struct WebSocketOptions: Sendable {
  /// A header field that the request has besides those of the handshake.
  public struct Header: Sendable {
    /// As "Authorization"; no name of the handshake itself.
    public var name: String
    /// As "Bearer ...". It is not checked but for characters that would end the line.
    public var value: String

    /// Names a field.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The server as the request names it; whoever makes the connection may go another way.
  public var endpoint: Endpoint
  /// Whether the connection is TLS (wss): only the port that is left out of the request depends on
  /// it, 443 in place of 80 (RFC 6455, 3).
  public var isSecure: Bool
  /// The path, with the query where there is one (RFC 6455, 3; RFC 3986, 3.3). Brokers listen at
  /// "/mqtt" by custom.
  public var path = "/mqtt"
  /// What the request has besides.
  public var headers: [Header] = []
  /// The largest frame that is let in, in bytes of payload. Payload is handed on as it comes and
  /// never gathered, so the limit only refuses nonsense: it is the largest packet of MQTT, with its
  /// fixed header (MQTT 5.0, 2.1.4).
  public var frameSizeMax = 268_435_460
  /// The same for all frames of one message.
  public var messageSizeMax = 268_435_460
  /// So many bytes may wait to be sent before `send` takes no more: four times what a Session has.
  public var outputMax = 64 * 1_024
  /// So many bytes may wait to be read before `receive` takes no more.
  public var inputMax = 64 * 1_024

  /// The longest request, with everything in it: servers take lines and heads of 8 KiB.
  public static let requestSizeMax = 8 * 1_024

  /// The defaults for a server.
  public init(endpoint: Endpoint, isSecure: Bool = false) {
    self.endpoint = endpoint
    self.isSecure = isSecure
  }
}
