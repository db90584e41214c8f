import System
import Testing

@testable import MQTTClient

/// The opening handshake (RFC 6455, 4.1).
@Suite struct WebSocketHandshakeTests {
  @Test func `the request is the one of RFC 6455, for MQTT`() throws {
    var socket = try WebSocketFixture.opening()
    let request = """
      GET /mqtt HTTP/1.1\r
      Host: server.example.com\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Protocol: mqtt\r
      \r

      """
    #expect(socket.hasOutput)
    #expect(String(decoding: socket.takeOutput(), as: UTF8.self) == request)
    #expect(!socket.hasOutput)
    #expect(!socket.isOpen && !socket.canSend)
  }

  @Test func `the accept key is the one of RFC 6455, 1.3`() {
    #expect(
      OpeningHandshake.accept(for: Array("dGhlIHNhbXBsZSBub25jZQ==".utf8))
        == Array(WebSocketFixture.accept.utf8))
  }

  @Test(
    arguments: [
      ("server.example.com", 80, false, "server.example.com"),
      ("server.example.com", 443, false, "server.example.com:443"),
      ("server.example.com", 443, true, "server.example.com"),
      ("server.example.com", 80, true, "server.example.com:80"),
      ("192.0.2.1", 8080, false, "192.0.2.1:8080"),
      ("2001:db8::1", 80, false, "[2001:db8::1]"),
      ("2001:db8::1", 8080, false, "[2001:db8::1]:8080"),
      ("fe80::1%eth0", 80, false, "[fe80::1]"),
    ] as [(String, UInt16, Bool, String)])
  func `the Host field has the port where it is not the usual one`(
    host: String, port: UInt16, isSecure: Bool, expected: String
  ) throws {
    let options = WebSocketOptions(
      endpoint: Endpoint(host: host, port: port), isSecure: isSecure)
    #expect(try request(options).contains("\r\nHost: \(expected)\r\n"))
  }

  @Test(arguments: ["/", "/mqtt", "/a/b;c=d?e=f&g=%2Fh", "/~a.b-c_d!$'()*+,:@"])
  func `a legal path is sent as it is`(path: String) throws {
    var options = WebSocketFixture.options
    options.path = path
    #expect(try request(options).hasPrefix("GET \(path) HTTP/1.1\r\n"))
  }

  @Test(arguments: [
    "", "mqtt", "?a", "/a b", "/a\r\nX: y", "/a\n", "/a#b", "/%", "/%2", "/%2g", "/\u{E4}",
    "/\u{0}",
    "/\"", "/<", "/\\", "/^", "/`", "/{", "/|", "/\u{7F}",
  ])
  func `a path that is none is refused`(path: String) {
    var options = WebSocketFixture.options
    options.path = path
    #expect(throws: WebSocketError.pathNotLegal) { try WebSocketFixture.opening(options) }
  }

  @Test(arguments: [
    "", "a b", "a\r\nX: y", "a/b", "a:80", "[::1]", "::1]", "user@host", "b\u{FC}cher.example",
    String(repeating: "a", count: 256),
  ])
  func `a host that is none is refused`(host: String) {
    let options = WebSocketOptions(endpoint: Endpoint(host: host, port: 80))
    #expect(throws: WebSocketError.hostNotLegal) { try WebSocketFixture.opening(options) }
  }

  @Test func `more fields come at the end of the request`() throws {
    var options = WebSocketFixture.options
    options.headers = [
      .init(name: "Authorization", value: "Bearer a.b-c="), .init(name: "X-Empty", value: ""),
    ]
    let request = try request(options)
    #expect(
      request.hasSuffix(
        "Protocol: mqtt\r\nAuthorization: Bearer a.b-c=\r\nX-Empty: \r\n\r\n"))
  }

  @Test(arguments: [
    ("", "a"), ("A B", "a"), ("A:", "a"), ("A\r\n", "a"), ("\u{E4}", "a"), ("A", "a\r\nB: c"),
    ("A", "a\n"), ("A", "a\u{0}"), ("A", "\u{7F}"), ("Host", "a"), ("UPGRADE", "a"),
    ("connection", "close"), ("Sec-WebSocket-Key", "a"), ("sec-websocket-extensions", "a"),
    ("Sec-WebSocket-Protocol", "a"), ("Sec-WebSocket-Version", "8"), ("Content-Length", "5"),
    ("Transfer-Encoding", "chunked"),
  ])
  func `a field that would break the request is refused`(name: String, value: String) {
    var options = WebSocketFixture.options
    options.headers = [.init(name: name, value: value)]
    #expect(throws: WebSocketError.headerNotLegal(name: name)) {
      try WebSocketFixture.opening(options)
    }
  }

  @Test func `a request has a largest size`() throws {
    var options = WebSocketFixture.options
    let empty = try request(options).utf8.count
    let room = WebSocketOptions.requestSizeMax - empty - "A: \r\n".utf8.count
    options.headers = [.init(name: "A", value: String(repeating: "a", count: room))]
    #expect(try request(options).utf8.count == WebSocketOptions.requestSizeMax)
    options.headers[0].value += "a"
    #expect(throws: WebSocketError.requestTooLong(limit: WebSocketOptions.requestSizeMax)) {
      try WebSocketFixture.opening(options)
    }
  }

  @Test(arguments: [
    WebSocketFixture.response(),
    WebSocketFixture.response(lineEnd: "\n"),
    WebSocketFixture.response("HTTP/1.1 101 "),
    WebSocketFixture.response("HTTP/1.1 101"),
    WebSocketFixture.response(
      "HTTP/1.1 101 \u{E4}",
      [
        "UPGRADE:WebSocket", "connection:keep-alive, \tupgrade", "x:", "Set-Cookie: a",
        "Set-Cookie: b", "sec-websocket-accept: \t\(WebSocketFixture.accept) ",
        "SEC-WEBSOCKET-PROTOCOL:mqtt",
      ]),
    WebSocketFixture.response(
      "HTTP/1.1 101", WebSocketFixture.fields + ["Connection: keep-alive"]),
    // Interim responses may come first (RFC 9110, 15.2).
    WebSocketFixture.response("HTTP/1.1 103 Early Hints", ["Link: </a>"])
      + WebSocketFixture.response("HTTP/1.1 100 Continue", []) + WebSocketFixture.response(),
  ])
  func `a good answer opens it, however it is split`(response: [UInt8]) throws {
    var socket = try WebSocketFixture.opening()
    _ = socket.takeOutput()
    // The first frame comes with the answer: a pong without bytes, and "Hi".
    let stream = response + [0x8A, 0x00, 0x82, 0x02, 0x48, 0x69]
    for chunks in stream.splits {
      let outcome = WebSocketOutcome(chunks, to: socket)
      #expect(outcome.isOpen && outcome.payload == Array("Hi".utf8) && outcome.output.isEmpty)
    }
    for count in response.indices {
      let outcome = WebSocketOutcome([Array(response[..<count])], to: socket)
      #expect(!outcome.isOpen && outcome.error == nil)
    }
  }

  private static let redirected = HTTPStatus(code: 302, reason: [UInt8]("Found".utf8)[...])

  @Test(arguments: [
    ("HTTP/1.1 401 Unauthorized", "401 Unauthorized"),
    ("HTTP/1.1 407 Proxy Authentication Required", "407 Proxy Authentication Required"),
    ("HTTP/1.1 404 Not Found", "404 Not Found"),
    ("HTTP/1.1 200 OK", "200 OK"),
    ("HTTP/1.0 426", "426"),
    ("HTTP/1.1 503 ", "503"),
  ])
  func `any other status is told`(line: String, status: String) throws {
    let error = try refusal(WebSocketFixture.response(line, []))
    switch error {
    case .unauthorized(let refused): #expect(refused.code == 401 && refused.text == status)
    case .proxyAuthenticationRequired(let refused):
      #expect(refused.code == 407 && refused.text == status)
    case .refused(let refused):
      #expect(![401, 407].contains(refused.code) && refused.text == status)
    default: Issue.record("\(error)")
    }
    #expect(error.text.contains(status))
  }

  @Test func `a redirection is told with its place`() throws {
    let place = "Location: wss://other.example/mqtt"
    #expect(
      try refusal(WebSocketFixture.response("HTTP/1.1 302 Found", ["Server: a", place]))
        == .redirected(Self.redirected, location: "wss://other.example/mqtt"))
    #expect(
      try refusal(WebSocketFixture.response("HTTP/1.1 302 Found", ["Server: a"]))
        == .redirected(Self.redirected, location: nil))
  }

  @Test(
    arguments: [
      (0, nil, .notUpgraded), (0, "Upgrade: h2c", .notUpgraded),
      (0, "Upgrade: websocket, h2c", .notUpgraded), (0, "Upgrade: websocke", .notUpgraded),
      (1, nil, .connectionNotUpgraded), (1, "Connection: close", .connectionNotUpgraded),
      (1, "Connection: upgrade2", .connectionNotUpgraded),
      (2, nil, .wrongAccept), (2, "Sec-WebSocket-Accept:", .wrongAccept),
      (2, "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", .wrongAccept),
      (2, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo", .wrongAccept),
      (2, "Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==", .wrongAccept),
      (3, nil, .wrongSubprotocol(nil)), (3, "Sec-WebSocket-Protocol:", .wrongSubprotocol("")),
      (3, "Sec-WebSocket-Protocol: MQTT", .wrongSubprotocol("MQTT")),
      (3, "Sec-WebSocket-Protocol: mqttv3.1", .wrongSubprotocol("mqttv3.1")),
      (3, "Sec-WebSocket-Protocol: mqtt, chat", .wrongSubprotocol("mqtt, chat")),
      (4, "Sec-WebSocket-Extensions: permessage-deflate", .extensionNotOffered),
      (4, "Sec-WebSocket-Extensions:", .extensionNotOffered),
      (
        4, "Sec-WebSocket-Accept: \(WebSocketFixture.accept)",
        .repeatedField(name: "Sec-WebSocket-Accept")
      ),
      (4, "Sec-WebSocket-Protocol: mqtt", .repeatedField(name: "Sec-WebSocket-Protocol")),
      (4, "Upgrade: h2c", .notUpgraded),
      (4, " folded", .malformedResponse(.foldedField)),
      (4, "no colon", .malformedResponse(.malformedField)),
    ] as [(Int, String?, WebSocketError)])
  func `an answer with one fault is refused for it`(
    index: Int, field: String?, expected: WebSocketError
  ) throws {
    var fields = WebSocketFixture.fields
    fields.replaceSubrange(index..<min(index + 1, fields.count), with: field.map { [$0] } ?? [])
    #expect(try refusal(WebSocketFixture.response("HTTP/1.1 101 Hi", fields)) == expected)
  }

  @Test func `HTTP 1.0 cannot switch`() throws {
    #expect(try refusal(WebSocketFixture.response("HTTP/1.0 101 Hi")) == .switchedByOldHTTP)
  }

  @Test func `a server of something else is told by its first byte`() throws {
    #expect(try refusal([0x20]) == .malformedResponse(.malformedStatusLine))
  }

  @Test func `a connection that ends in the handshake is told so`() throws {
    var socket = try WebSocketFixture.opening()
    try socket.receive(Array(WebSocketFixture.response().dropLast()))
    #expect(throws: WebSocketError.endedDuringHandshake) { try socket.receiveEnd() }
    #expect(throws: WebSocketError.endedDuringHandshake) { try socket.receive([0x0A]) }
    #expect(throws: WebSocketError.endedDuringHandshake) { try socket.receiveEnd() }
    #expect(!socket.hasOutput)
  }

  @Test func `a handshake that is given up sends nothing and takes nothing`() throws {
    var socket = try WebSocketFixture.opening()
    #expect(throws: WebSocketError.notOpen) { try socket.send([1]) }
    socket.close()
    #expect(socket.isClosed && !socket.hasOutput)
    try socket.receive(WebSocketFixture.response())
    #expect(socket.isClosed && !socket.isOpen)
    try socket.receiveEnd()
    #expect(throws: WebSocketError.notOpen) { try socket.send([1]) }
  }

  private func request(_ options: WebSocketOptions) throws -> String {
    var socket = try WebSocketFixture.opening(options)
    return String(decoding: socket.takeOutput(), as: UTF8.self)
  }

  /// What an answer is refused for, the same however it is split; nothing is said to it.
  private func refusal(_ response: [UInt8]) throws -> WebSocketError {
    let socket = try WebSocketFixture.opening()
    let outcome = WebSocketOutcome([response], to: socket)
    for chunks in response.splits {
      #expect(WebSocketOutcome(chunks, to: socket) == outcome)
    }
    #expect(!outcome.isOpen && outcome.output.isEmpty && outcome.payload.isEmpty)
    let error = try #require(outcome.error)
    #expect(!error.text.isEmpty)
    return error
  }
}
