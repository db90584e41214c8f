internal import System

/// The request that opens a WebSocket (RFC 6455, 4.1).
enum OpeningRequest {
  /// The names that the handshake itself uses, or that would change how the request is read.
  private static let ownNames = [
    "host", "upgrade", "connection", "content-length", "transfer-encoding", "sec-websocket-key",
    "sec-websocket-version", "sec-websocket-protocol", "sec-websocket-extensions",
    "sec-websocket-accept",
  ]

  /// The bytes of the request.
  /// - Parameter key: Base64 of 16 random bytes.
  /// - Throws: `.hostNotLegal`, `.pathNotLegal`, `.headerNotLegal`, `.requestTooLong`.
  static func bytes(_ options: WebSocketOptions, key: [UInt8]) throws(WebSocketError) -> [UInt8] {
    guard let host = HostName(options.endpoint.host) else { throw .hostNotLegal }
    let path = Array(options.path.utf8)
    guard isLegal(path: path) else { throw .pathNotLegal }
    let defaultPort: UInt16 = options.isSecure ? 443 : 80
    let port = options.endpoint.port == defaultPort ? nil : options.endpoint.port

    var request = Array("GET ".utf8) + path
    request.append(contentsOf: " HTTP/1.1\r\nHost: ".utf8)
    request += host.authority(port: port)
    request.append(
      contentsOf: "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ".utf8)
    request += key
    request.append(
      contentsOf: "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n".utf8)
    for header in options.headers {
      guard isLegal(header) else { throw .headerNotLegal(name: header.name) }
      request.append(contentsOf: header.name.utf8)
      request.append(contentsOf: ": ".utf8)
      request.append(contentsOf: header.value.utf8)
      request.append(contentsOf: "\r\n".utf8)
    }
    request.append(contentsOf: "\r\n".utf8)
    guard request.count <= WebSocketOptions.requestSizeMax else {
      throw .requestTooLong(limit: WebSocketOptions.requestSizeMax)
    }
    return request
  }

  /// Whether it is an absolute path with or without a query, everything else in it escaped
  /// (RFC 3986, 3.3 and 3.4). A fragment is not sent (RFC 6455, 3).
  private static func isLegal(path: [UInt8]) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return false }
    var position = 0
    while position < path.count {
      let byte = path[position]
      if byte == UInt8(ascii: "%") {
        guard position + 2 < path.count, ASCII.hexValue(path[position + 1]) != nil,
          ASCII.hexValue(path[position + 2]) != nil
        else { return false }
        position += 2
      } else if !ASCII.isLetter(byte) && !ASCII.isDigit(byte)
        && !ASCII.contains("-._~!$&'()*+,;=:@/?", byte)
      {
        return false
      }
      position += 1
    }
    return true
  }

  private static func isLegal(_ header: WebSocketOptions.Header) -> Bool {
    let name = Array(header.name.utf8)
    return !name.isEmpty && name.allSatisfy { ASCII.isTokenByte($0) }
      && header.value.utf8.allSatisfy { ASCII.isFieldByte($0) }
      && !ownNames.contains { ASCII.isSame(name[...], $0) }
  }
}
