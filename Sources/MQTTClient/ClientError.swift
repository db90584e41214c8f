public import MQTT
public import System

/// Why a client cannot go on, or why a message is not taken.
public enum ClientError: Error, Equatable, Sendable {
  /// The broker's name has no address (getaddrinfo(3)); the code is e.g. `EAI_NONAME`.
  case nameNotFound(code: Int32)
  /// No address of the broker could be connected to.
  case connectFailed(Errno)
  /// The wakeup rang before the broker had accepted the connection.
  case cancelled
  /// The broker closed the connection, in the middle of a packet or between two.
  case closedByBroker(insidePacket: Bool)
  /// The connection broke, e.g. `ECONNRESET`, `ETIMEDOUT`.
  case connectionLost(Errno)
  /// The proxy gave no tunnel.
  case proxy(ProxyError)
  /// TLS found that the server is not who it should be, or broke.
  case tls(TLSError)
  /// The WebSocket was not opened, or has ended.
  case webSocket(WebSocketError)
  /// Proxy, TLS and WebSocket were not open in time.
  case openTimeout
  /// The session took no message, or ended; see `SessionError` for which is which.
  case session(SessionError)

  /// What happened, in words.
  public var text: String {
    switch self {
    case .nameNotFound(let code):
      "the broker's name was not found: \(SocketError.nameNotFound(code: code).text)"
    case .connectFailed(let errno): "no connection to the broker: \(errno.text)"
    case .cancelled: "cancelled"
    case .closedByBroker(insidePacket: false): "the broker closed the connection"
    case .closedByBroker(insidePacket: true):
      "the broker closed the connection in the middle of a packet"
    case .connectionLost(let errno): "the connection to the broker broke: \(errno.text)"
    case .proxy(let error): "no way through the proxy: \(error.text)"
    case .tls(let error): "TLS: \(error.text)"
    case .webSocket(let error): "WebSocket: \(error.text)"
    case .openTimeout: "the connection to the broker was not open in time"
    case .session(let error): error.text
    }
  }

  /// Whether the call was refused, and the connection goes on as if it had not been made.
  public var isRefusal: Bool {
    if case .session(let error) = self { error.isRefusal } else { false }
  }

  init(_ error: SocketError) {
    self =
      switch error {
      case .nameNotFound(let code): .nameNotFound(code: code)
      case .connectFailed(let errno): .connectFailed(errno)
      case .cancelled: .cancelled
      }
  }
}
