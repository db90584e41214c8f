import Testing

@testable import MQTTClient

/// The closing handshake (RFC 6455, 5.5.1 and 7).
@Suite struct WebSocketCloseTests {
  @Test func `we close, and the server agrees`() throws {
    var socket = try WebSocketFixture.open(masks: [0])
    try socket.send([7])
    socket.close()
    #expect(!socket.isOpen && !socket.isClosed)
    #expect(throws: WebSocketError.notOpen) { try socket.send([1]) }
    socket.close(.goingAway)
    #expect(
      socket.takeOutput()
        == [0x82, 0x81, 0, 0, 0, 0, 7, 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])
    // What was under way before the server knew can be read, and a ping is still answered.
    try socket.receive([0x82, 0x01, 9, 0x89, 0x00])
    #expect(socket.read() == [9])
    #expect(socket.takeOutput() == [0x8A, 0x80, 0, 0, 0, 0])
    try socket.receive([0x89, 0x00, 0x88, 0x02, 0x03, 0xE8])
    #expect(socket.isClosed && !socket.hasOutput)
    // Nothing counts after it (RFC 6455, 1.4).
    try socket.receive([0x82, 0x01, 9, 0xFF])
    #expect(socket.read().isEmpty)
    try socket.receiveEnd()
    #expect(socket.isClosed)
  }

  @Test(arguments: [([0x88, 0x00], true), ([0x88, 0x02, 0x03, 0xE9], true)] as [([UInt8], Bool)])
  func `any legal code agrees`(frame: [UInt8], isClosed: Bool) throws {
    var socket = try WebSocketFixture.open()
    socket.close()
    try socket.receive(frame)
    #expect(socket.isClosed == isClosed)
  }

  @Test(
    arguments: [
      (.normal, [0x03, 0xE8]), (.goingAway, [0x03, 0xE9]), (.policyViolation, [0x03, 0xF0]),
      (WebSocketCloseCode(rawValue: 4000), [0x0F, 0xA0]),
    ] as [(WebSocketCloseCode, [UInt8])])
  func `we close with a code`(code: WebSocketCloseCode, bytes: [UInt8]) throws {
    var socket = try WebSocketFixture.open(masks: [0])
    socket.close(code)
    #expect(socket.takeOutput() == [0x88, 0x82, 0, 0, 0, 0] + bytes)
  }

  @Test(
    arguments: [
      ([], nil, "", "the server closed the WebSocket"),
      ([0x03, 0xE8], 1000, "", "the server closed the WebSocket: 1000 normal"),
      (
        [0x03, 0xE9, 0x62, 0x79, 0x65], 1001, "bye",
        "the server closed the WebSocket: 1001 going away: bye"
      ),
      ([0x0B, 0xB8], 3000, "", "the server closed the WebSocket: 3000"),
      ([0x13, 0x87, 0xC3, 0xA4], 4999, "\u{E4}", "the server closed the WebSocket: 4999: \u{E4}"),
    ] as [([UInt8], UInt16?, String, String)])
  func `the server closes, is answered with its code, and its words are told`(
    payload: [UInt8], code: UInt16?, reason: String, text: String
  ) throws {
    let socket = try WebSocketFixture.open(masks: [0])
    let error = WebSocketError.closedByServer(
      code.map { WebSocketCloseCode(rawValue: $0) }, reason: reason)
    #expect(error.text == text)
    let stream = [0x89, 0x00, 0x82, 0x01, 9, 0x88, UInt8(payload.count)] + payload
    let answer = Array(payload.prefix(2))
    for chunks in (stream + [0x82, 0x01, 9]).splits {
      let outcome = WebSocketOutcome(chunks, to: socket)
      #expect(outcome.error == error)
      #expect(outcome.payload == [9])
      // The ping that was not answered yet needs no answer any more (RFC 6455, 5.5.2).
      #expect(outcome.output == [0x88, 0x80 | UInt8(answer.count), 0, 0, 0, 0] + answer)
    }
    var closed = socket
    #expect(throws: error) { try closed.receive(stream) }
    #expect(throws: error) { try closed.receiveEnd() }
  }

  @Test func `a code is legal where RFC 6455 or the registry says so`() {
    let legal = (0...UInt16.max).filter { WebSocketCloseCode(rawValue: $0).isLegal }
    #expect(
      legal == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
  }

  @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] as [UInt16])
  func `a code that no frame may have is refused`(code: UInt16) throws {
    var socket = try WebSocketFixture.open(masks: [0])
    #expect(throws: WebSocketError.illegalCloseCode(code)) {
      try socket.receive([0x88, 0x02, UInt8(code >> 8), UInt8(code & 0xFF)])
    }
    #expect(socket.takeOutput() == [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xEA])
  }

  @Test func `what we sent last stays the last, whatever the server does then`() throws {
    var socket = try WebSocketFixture.open(masks: [0])
    socket.close()
    #expect(throws: WebSocketError.textFrame) { try socket.receive([0x81]) }
    #expect(socket.takeOutput() == [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])
  }

  @Test func `a connection that ends without the last frame is told, after ours too`() throws {
    var socket = try WebSocketFixture.open()
    socket.close()
    #expect(throws: WebSocketError.endedWithoutClose(insideMessage: false)) {
      try socket.receiveEnd()
    }
    #expect(!socket.isClosed && !socket.hasOutput)
  }
}
