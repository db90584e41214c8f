import Glibc
import System
import TestSupport

@testable import MQTTClient

extension Peer {
  /// Reads the request that opens a WebSocket.
  /// - Returns: the answer that accepts it (RFC 6455, 4.2.2).
  func readWebSocketRequest() throws(ScriptedBroker.Failure) -> [UInt8] {
    var request: [UInt8] = []
    while request.suffix(4) != [13, 10, 13, 10] {
      let byte = try read(1)
      if byte.isEmpty { throw ScriptedBroker.Failure(text: "\(request) is no request") }
      request += byte
    }
    let name = "Sec-WebSocket-Key: "
    let line = String(decoding: request, as: UTF8.self).split(separator: "\r\n")
      .first { $0.hasPrefix(name) }
    guard let key = line?.dropFirst(name.count) else {
      throw ScriptedBroker.Failure(text: "no key")
    }
    let digest = SHA1.digest(of: Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
    return WebSocketFixture.response(
      "HTTP/1.1 101 Switching Protocols",
      [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Protocol: mqtt",
        "Sec-WebSocket-Accept: " + String(decoding: Base64.encode(digest), as: UTF8.self),
      ])
  }

  /// Expects a short frame of a client: its first byte, and its payload without the mask
  /// (RFC 6455, 5.2 and 5.3).
  func expectFrame(_ first: UInt8, _ payload: [UInt8]) throws(ScriptedBroker.Failure) {
    let frame = try read(6 + payload.count)
    guard frame.count == 6 + payload.count, frame[0] == first,
      frame[1] == 0x80 | UInt8(payload.count)
    else { throw ScriptedBroker.Failure(text: "\(frame) is not the frame") }
    let clear = frame[6...].enumerated().map { $1 ^ frame[2 + $0 % 4] }
    if clear != payload { throw ScriptedBroker.Failure(text: "\(clear) in place of \(payload)") }
  }

  /// Expects the last frame, with a code (RFC 6455, 5.5.1).
  func expectClose(_ code: UInt16) throws(ScriptedBroker.Failure) {
    try expectFrame(0x88, [UInt8(code >> 8), UInt8(code & 0xFF)])
  }

  /// Carries bytes both ways until `bell` has rung and neither end says anything.
  func relay(to other: TestSocket, until bell: Wakeup) throws(ScriptedBroker.Failure) {
    let deadline = Clock.sinceBoot + .seconds(10)
    while Clock.sinceBoot < deadline {
      var requests = [socket, other].map {
        pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
      }
      if poll(&requests, 2, 20) == 0 {
        if bell.heard() { return }
        continue
      }
      let (from, to) = requests[0].revents != 0 ? (socket, other) : (other, socket)
      let bytes = from.readSome()
      if bytes.isEmpty { break }
      to.send(bytes)
    }
    throw ScriptedBroker.Failure(text: "the bell did not ring")
  }
}
