import System
import Testing

@testable import MQTTClient

/// CONNECT through an HTTP proxy (RFC 9110, 9.3.6).
@Suite struct ProxyHTTPConnectTests {
  /// The user and the password of RFC 7617, 2, and what they are there.
  private static let aladdin = ProxyCredentials(username: "Aladdin", password: "open sesame")

  @Test(
    arguments: [
      ("server.example.com", 80, "server.example.com:80"), ("192.0.2.1", 1883, "192.0.2.1:1883"),
      ("2001:db8::1", 8883, "[2001:db8::1]:8883"),
    ] as [(String, UInt16, String)])
  func `the request names the target with its port`(host: String, port: UInt16, target: String)
    throws
  {
    var proxy = try ProxyHandshake.http(target: Endpoint(host: host, port: port))
    #expect(
      String(decoding: proxy.takeOutput(), as: UTF8.self)
        == "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\r\n")
    #expect(proxy.takeOutput().isEmpty)
  }

  @Test func `credentials are those of RFC 7617`() throws {
    var proxy = try ProxyHandshake.http(
      target: Endpoint(host: "a", port: 1), credentials: Self.aladdin)
    #expect(
      String(decoding: proxy.takeOutput(), as: UTF8.self)
        == """
        CONNECT a:1 HTTP/1.1\r
        Host: a:1\r
        Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r
        \r

        """)
  }

  @Test func `an empty password and one with a colon go, in UTF-8`() throws {
    // RFC 7617, 2.1: "test" and "123" with a pound sign.
    var proxy = try ProxyHandshake.http(
      target: Endpoint(host: "a", port: 1),
      credentials: ProxyCredentials(username: "test", password: "123\u{A3}"))
    #expect(
      String(decoding: proxy.takeOutput(), as: UTF8.self).contains(" Basic dGVzdDoxMjPCow==\r\n"))
    for password in ["", ":", String(repeating: "a", count: 255)] {
      _ = try ProxyHandshake.http(
        target: Endpoint(host: "a", port: 1),
        credentials: ProxyCredentials(username: "u", password: password))
    }
  }

  @Test(arguments: [
    ("", "p"), ("a:b", "p"), ("a\n", "p"), ("a", "p\u{0}"), ("a", "\u{7F}"),
    (String(repeating: "a", count: 256), "p"), ("a", String(repeating: "a", count: 256)),
  ])
  func `credentials that cannot be said are refused`(username: String, password: String) {
    #expect(throws: ProxyError.credentialsNotLegal) {
      try ProxyHandshake.http(
        target: Endpoint(host: "a", port: 1),
        credentials: ProxyCredentials(username: username, password: password))
    }
  }

  @Test(
    arguments: [
      ("", 1), ("a b", 1), ("a\r\nX: y", 1), ("a:1", 1), ("[::1]", 1), ("fe80::1%eth0", 1),
      ("a", 0),
      ("a/b", 1), ("\u{E4}", 1),
    ] as [(String, UInt16)])
  func `a target that cannot be asked for is refused`(host: String, port: UInt16) {
    #expect(throws: ProxyError.targetNotLegal) {
      try ProxyHandshake.http(target: Endpoint(host: host, port: port))
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 Connection established\r\n\r\n",
    "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 204 \r\nServer: a\r\n\r\n",
    "HTTP/1.1 299 Odd\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nVia: 1.1 a\r\n\r\n",
  ])
  func `any 2xx opens the tunnel, and what follows is the tunnel's`(response: String) throws {
    let head = Array(response.utf8)
    let stream = head + Array("HTTP".utf8)
    for chunks in stream.splits {
      var proxy = try ProxyHandshake.http(target: Endpoint(host: "a", port: 1))
      #expect(try Tunnel.bytes(chunks) { try proxy.receive($0) } == Array("HTTP".utf8))
      #expect(proxy.isOpen)
      try proxy.receiveEnd()
    }
    for count in head.indices {
      var proxy = try ProxyHandshake.http(target: Endpoint(host: "a", port: 1))
      let part = Array(head[..<count])
      #expect(try proxy.receive(part) == nil)
      #expect(!proxy.isOpen)
      #expect(throws: ProxyError.closedByProxy) { try proxy.receiveEnd() }
      #expect(throws: ProxyError.closedByProxy) { try proxy.receive(head) }
    }
  }

  @Test(
    arguments: [
      ("HTTP/1.1 407 No\r\n", .authenticationRequired(status(407, "No"))),
      ("HTTP/1.1 403 Forbidden\r\n", .refused(status(403, "Forbidden"))),
      ("HTTP/1.1 502 Bad Gateway\r\n", .refused(status(502, "Bad Gateway"))),
      ("HTTP/1.1 302 Found\r\n", .refused(status(302, "Found"))),
      ("HTTP/1.1 101 Switching\r\n", .refused(status(101, "Switching"))),
      ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500\r\n", .refused(status(500, ""))),
      ("SSH-2.0-OpenSSH\r\n", .malformedResponse(.malformedStatusLine)),
      ("\u{5}", .malformedResponse(.malformedStatusLine)),
      ("HTTP/1.1 200 OK\r\na: b\r\n c\r\n", .malformedResponse(.foldedField)),
      ("HTTP/1.1 200 OK\r\na\r\n", .malformedResponse(.malformedField)),
    ] as [(String, ProxyError)])
  func `anything else is told`(response: String, error: ProxyError) throws {
    for chunks in Array(response.utf8).splits {
      var proxy = try ProxyHandshake.http(target: Endpoint(host: "a", port: 1))
      #expect(throws: error) { try Tunnel.bytes(chunks) { try proxy.receive($0) } }
      #expect(throws: error) { try proxy.receiveEnd() }
      #expect(!proxy.isOpen && proxy.takeOutput().isEmpty)
    }
    #expect(!error.text.isEmpty)
  }

  @Test func `credentials that are not taken are told as such`() throws {
    var proxy = try ProxyHandshake.http(
      target: Endpoint(host: "a", port: 1), credentials: Self.aladdin)
    let response = Array("HTTP/1.1 407 Who\r\n".utf8)
    #expect(throws: ProxyError.credentialsRefused(Self.status(407, "Who"))) {
      try proxy.receive(response)
    }
  }

  @Test func `a flood of fields ends`() throws {
    var proxy = try ProxyHandshake.http(target: Endpoint(host: "a", port: 1))
    let line = Array("HTTP/1.1 200 OK\r\n".utf8)
    _ = try proxy.receive(line)
    let field = Array("a: \(String(repeating: "a", count: 1_000))\r\n".utf8)
    let limit = HTTPResponseReader.headMax
    #expect(throws: ProxyError.malformedResponse(.headTooLong(limit: limit))) {
      for _ in 0..<1_000 { _ = try proxy.receive(field) }
    }
  }

  private static func status(_ code: Int, _ reason: String) -> HTTPStatus {
    HTTPStatus(code: code, reason: Array(reason.utf8)[...])
  }
}
