import System
import TestSupport
import Testing

@testable import MQTTClient

/// What the other end is told of a failure before the connection is dropped.
@Suite struct LastWordsTests {
  /// A text message with "a", which MQTT forbids [MQTT-6.0.0-1].
  private static let text: [UInt8] = [0x81, 0x01, 0x61]

  private static func webSocket(_ endpoint: Endpoint) -> Route {
    var route = Route(endpoint)
    route.webSocketPath = "/mqtt"
    return route
  }

  private static func open(_ route: Route) throws(ClientError) -> Transport {
    try Transport.open(
      route, connectTimeout: .seconds(10), openTimeout: .seconds(10), wakeup: nil)
  }

  @Test(arguments: [true, false])
  func `a server that breaks the WebSocket is told why`(atOnce: Bool) throws {
    let isOpen = try Wakeup()
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      let accept = try peer.readWebSocketRequest()
      if atOnce {
        try peer.write(accept + Self.text)
      } else {
        try peer.write(accept)
        _ = try? Poll.wait(for: isOpen, timeout: .seconds(10))
        try peer.write(Self.text)
      }
      // 1003, unsupported data (RFC 6455, 7.4.1).
      try peer.expectClose(0x03EB)
      try peer.expectEnd()
    }
    #expect(throws: ClientError.webSocket(.textFrame)) {
      var transport = try Self.open(Self.webSocket(broker.endpoint))
      isOpen.ring()
      try transport.receiveUntilEnd()
    }
    #expect(broker.finish() == nil)
  }

  @Test func `what the server did counts, and not that it cannot be told`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      peer.socket.resetWhenClosed()
      try peer.write(try peer.readWebSocketRequest() + Self.text)
    }
    #expect(throws: ClientError.webSocket(.textFrame)) {
      var transport = try Self.open(Self.webSocket(broker.endpoint))
      // Now the reset is there.
      try #require(broker.finish() == nil)
      try transport.receiveUntilEnd()
    }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a server whose certificate is refused is told why`(version: String) throws {
    let server = try TLSServer(certificate: "unknown-ca", version, keepsErrors: true)
    var route = Route(server.endpoint)
    route.tls = try TLSContext(tlsOptions())
    #expect(throws: (any Error).self) { _ = try Self.open(route) }
    #expect(server.writes("alert unknown ca"), "\(server.output)")
  }

  @Test(arguments: [("-tls1_2", 21), ("-tls1_3", 23)] as [(String, UInt8)])
  func `a record that was changed on the way is answered with an alert`(
    version: String, type: UInt8
  ) throws {
    let server = try TLSServer(certificate: "address", version)
    let port = server.endpoint.port
    let isOpen = try Wakeup()
    let relay = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      let upstream: TestSocket
      do throws(Errno) {
        upstream = try TestSocket(connectingTo: port)
      } catch {
        throw ScriptedBroker.Failure(text: error.text)
      }
      try peer.relay(to: upstream, until: isOpen)
      // Application data of 32 bytes that nobody has encrypted.
      try peer.write([23, 3, 3, 0, 32] + Array(repeating: 7, count: 32))
      // An alert; TLS 1.3 hides its type (RFC 8446, 5.2).
      let header = try peer.read(5)
      guard header.first == type, header.count == 5 else {
        throw ScriptedBroker.Failure(text: "\(header)")
      }
      _ = try peer.read(Int(header[3]) << 8 | Int(header[4]))
      try peer.expectEnd()
    }
    var route = Route(relay.endpoint)
    route.tls = try TLSContext(tlsOptions())
    let error = #expect(throws: ClientError.self) {
      var transport = try Self.open(route)
      isOpen.ring()
      try transport.receiveUntilEnd()
    }
    guard case .tls(.protocolFailure) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(relay.finish() == nil)
  }

  @Test func `last words are the last bytes of the connection`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect([1, 2, 0xE0, 0x00])
      try peer.expectEnd()
    }
    var transport = try Self.open(Route(broker.endpoint))
    try transport.send([1, 2])
    transport.sendLastWords([0xE0, 0x00])
    // It is the end of what is written, and not yet of the connection.
    #expect(broker.finish() == nil)
    withExtendedLifetime(transport) {}
  }

  @Test func `last words go through a WebSocket, and it is closed`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.write(try peer.readWebSocketRequest())
      try peer.expectFrame(0x82, [0xE0, 0x00])
      try peer.expectClose(0x03E8)
      try peer.expectEnd()
    }
    var transport = try Self.open(Self.webSocket(broker.endpoint))
    transport.sendLastWords([0xE0, 0x00])
    #expect(broker.finish() == nil)
    withExtendedLifetime(transport) {}
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `last words go through TLS, and it is closed`(version: String) throws {
    let server = try TLSServer(certificate: "address", "\(version) -state", keepsErrors: true)
    var route = Route(server.endpoint)
    route.tls = try TLSContext(tlsOptions())
    do {
      var transport = try Self.open(route)
      transport.sendLastWords(Array("the last\n".utf8))
    }
    // s_server(1) with -state tells of alerts.
    #expect(server.writes("the last\n"), "\(server.output)")
    #expect(server.writes("alert read:warning:close notify"), "\(server.output)")
  }

  @Test func `last words never wait, and do not stand in the middle of a message`() throws {
    let message = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let isOver = try Wakeup()
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try? Poll.wait(for: isOver, timeout: .seconds(10))
      let came = try peer.read(message.count + 2)
      if came.count == message.count + 2 || came != Array(message.prefix(came.count)) {
        throw ScriptedBroker.Failure(text: "\(came.count) bytes")
      }
    }
    do {
      var transport = try Self.open(Route(broker.endpoint))
      try transport.send(message)
      let start = Clock.sinceBoot
      transport.sendLastWords([0xE0, 0x00])
      #expect(Clock.sinceBoot - start < .seconds(5), "the broker reads nothing before this")
    }
    isOver.ring()
    #expect(broker.finish() == nil)
  }
}

extension Transport {
  /// Takes what comes, and nothing of it, until it fails or the other end closes; 10 s at most.
  fileprivate mutating func receiveUntilEnd() throws(ClientError) {
    let deadline = Clock.sinceBoot + .seconds(10)
    while Clock.sinceBoot < deadline {
      _ = try wait(for: .readable, until: deadline, wakeup: nil)
      if try receive({ (_) throws(ClientError) in }) { return }
    }
  }
}

extension TLSServer {
  /// Whether it writes `text` before long.
  fileprivate func writes(_ text: String) -> Bool {
    let deadline = Clock.sinceBoot + .seconds(10)
    while Clock.sinceBoot < deadline {
      if output.contains(text) { return true }
      Clock.sleep(for: .milliseconds(5))
    }
    return false
  }
}
