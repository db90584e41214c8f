internal import System

/// A client's side of the opening handshake of WebSocket, for MQTT (RFC 6455, 4.1; MQTT 5.0, 6).
struct OpeningHandshake: Sendable {
  private let accept: [UInt8]
  private var reader = HTTPResponseReader()
  /// Whether 101 has come.
  private var isSwitching = false
  /// The answer 3xx, until its Location is known.
  private var redirection: HTTPStatus?
  private var isUpgrade = false
  private var isConnectionUpgrade = false
  private var isAccepted = false
  private var hasSubprotocol = false

  /// What the server appends to the key before it hashes it (1.3).
  private static let keySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
  private static let subprotocol = "mqtt"
  /// What is told of a Location or of another subprotocol.
  private static let toldMax = 256

  /// Expects the answer to a request with `key`.
  init(key: [UInt8]) {
    accept = OpeningHandshake.accept(for: key)
  }

  /// What the server answers to `key` (4.2.2).
  static func accept(for key: [UInt8]) -> [UInt8] {
    Base64.encode(SHA1.digest(of: key + Array(keySuffix.utf8)))
  }

  /// Takes one byte of the answer.
  /// - Returns: whether it is complete, and everything in it as it must be.
  mutating func push(_ byte: UInt8) throws(WebSocketError) -> Bool {
    let element: HTTPResponseReader.Element?
    do { element = try reader.push(byte) } catch { throw .malformedResponse(error) }
    switch element {
    case nil: return false
    case .status(let status, let minorVersion):
      try read(status, minorVersion: minorVersion)
      return false
    case .field(let name, let value):
      try readField(name[...], value[...])
      return false
    case .end: return try readEnd()
    }
  }

  private mutating func read(_ status: HTTPStatus, minorVersion: Int) throws(WebSocketError) {
    switch status.code {
    case 101:
      guard minorVersion >= 1 else { throw .switchedByOldHTTP }
      isSwitching = true
    // Interim responses; the one that counts follows (RFC 9110, 15.2).
    case 100, 102...199: break
    case 300...399: redirection = status
    case 401: throw .unauthorized(status)
    case 407: throw .proxyAuthenticationRequired(status)
    default: throw .refused(status)
    }
  }

  private mutating func readField(
    _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>
  ) throws(WebSocketError) {
    if let redirection, ASCII.isSame(name, "location") {
      throw .redirected(redirection, location: OpeningHandshake.told(value))
    }
    guard isSwitching else { return }
    if ASCII.isSame(name, "upgrade") {
      guard ASCII.isSame(value, "websocket") else { throw .notUpgraded }
      isUpgrade = true
    } else if ASCII.isSame(name, "connection") {
      let options = value.split(separator: ASCII.comma)
      if options.contains(where: { ASCII.isSame(ASCII.trimmed($0), "upgrade") }) {
        isConnectionUpgrade = true
      }
    } else if ASCII.isSame(name, "sec-websocket-accept") {
      if isAccepted { throw .repeatedField(name: "Sec-WebSocket-Accept") }
      // Base64 tells capitals from small letters.
      guard value.elementsEqual(accept) else { throw .wrongAccept }
      isAccepted = true
    } else if ASCII.isSame(name, "sec-websocket-protocol") {
      if hasSubprotocol { throw .repeatedField(name: "Sec-WebSocket-Protocol") }
      guard value.elementsEqual(OpeningHandshake.subprotocol.utf8) else {
        throw .wrongSubprotocol(OpeningHandshake.told(value))
      }
      hasSubprotocol = true
    } else if ASCII.isSame(name, "sec-websocket-extensions") {
      throw .extensionNotOffered
    }
  }

  private func readEnd() throws(WebSocketError) -> Bool {
    if let redirection { throw .redirected(redirection, location: nil) }
    guard isSwitching else { return false }
    guard isUpgrade else { throw .notUpgraded }
    guard isConnectionUpgrade else { throw .connectionNotUpgraded }
    guard isAccepted else { throw .wrongAccept }
    guard hasSubprotocol else { throw .wrongSubprotocol(nil) }
    return true
  }

  private static func told(_ value: ArraySlice<UInt8>) -> String {
    String(decoding: value.prefix(toldMax), as: UTF8.self)
  }
}
