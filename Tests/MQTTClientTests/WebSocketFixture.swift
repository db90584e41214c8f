import System

@testable import MQTTClient

/// Masks in a given order, over and over.
struct FixedMasks: RandomNumberGenerator, Sendable {
  var masks: [UInt32]
  var index = 0

  mutating func next() -> UInt64 {
    defer { index += 1 }
    return UInt64(masks[index % masks.count])
  }
}

/// What the tests of WebSocket begin with: the key of RFC 6455, 1.3, and the mask of 5.7.
enum WebSocketFixture {
  /// The 16 bytes "the sample nonce", which give the key dGhlIHNhbXBsZSBub25jZQ==.
  static let nonce: (UInt64, UInt64) = (0x7468_6520_7361_6D70, 0x6C65_206E_6F6E_6365)
  static let mask: UInt32 = 0x37FA_213D
  static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

  static var options: WebSocketOptions {
    WebSocketOptions(endpoint: Endpoint(host: "server.example.com", port: 80))
  }

  /// The fields of a good answer, one a line.
  static let fields = [
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: \(accept)",
    "Sec-WebSocket-Protocol: mqtt",
  ]

  static func response(
    _ status: String = "HTTP/1.1 101 Switching Protocols", _ fields: [String] = fields,
    lineEnd: String = "\r\n"
  ) -> [UInt8] {
    Array(([status] + fields + ["", ""]).joined(separator: lineEnd).utf8)
  }

  static func opening(
    _ options: WebSocketOptions = options, masks: [UInt32] = [mask]
  ) throws -> WebSocket<FixedMasks> {
    try WebSocket(options: options, nonce: nonce, masks: FixedMasks(masks: masks))
  }

  /// A WebSocket that the server has opened, with nothing left in it.
  static func open(
    _ options: WebSocketOptions = options, masks: [UInt32] = [mask]
  ) throws -> WebSocket<FixedMasks> {
    var socket = try opening(options, masks: masks)
    _ = socket.takeOutput()
    try socket.receive(response())
    return socket
  }
}

/// Everything that bytes from a server do.
struct WebSocketOutcome: Equatable {
  var payload: [UInt8] = []
  var output: [UInt8] = []
  var error: WebSocketError?
  var isOpen = false
  var isClosed = false

  /// Gives `chunks` to a copy of `socket`; the output is taken at the end, for how many pings are
  /// answered depends on it.
  init<Masks>(_ chunks: [[UInt8]], to socket: WebSocket<Masks>) {
    var socket = socket
    for chunk in chunks {
      do throws(WebSocketError) {
        try socket.receive(chunk)
      } catch {
        self.error = error
      }
      payload += socket.read()
    }
    output = socket.takeOutput()
    isOpen = socket.isOpen
    isClosed = socket.isClosed
  }
}

extension [UInt8] {
  /// Cut into two at every place, and into single bytes.
  var splits: [[[UInt8]]] {
    (0...count).map { [Array(self[..<$0]), Array(self[$0...])] } + [map { [$0] }]
  }
}

extension WebSocket {
  mutating func receive(_ bytes: [UInt8]) throws(WebSocketError) { try receive(bytes.span) }
  mutating func send(_ bytes: [UInt8]) throws(WebSocketError) { try send(bytes.span) }
}
