import TestSupport
import Testing

@testable import MQTTClient

/// Input that nobody would send in good faith. The seeds are fixed, so that a failure comes again.
@Suite struct WebSocketHostileTests {
  @Test func `random bytes never crash a handshake, and the split makes no difference`() throws {
    var socket = try WebSocketFixture.opening()
    _ = socket.takeOutput()
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      check(bytes(Int.random(in: 0...60, using: &random), &random), socket, &random)
    }
  }

  @Test func `damaged handshakes never crash, and the split makes no difference`() throws {
    var socket = try WebSocketFixture.opening()
    _ = socket.takeOutput()
    var opened = 0
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let stream = damaged(
        WebSocketFixture.response("HTTP/1.1 101 Hi", WebSocketFixture.fields + ["X: y"]), &random)
      if check(stream, socket, &random).isOpen { opened += 1 }
    }
    #expect(20..<1_500 ~= opened, "both outcomes must come often: \(opened)")
  }

  @Test func `random bytes never crash a WebSocket, and the split makes no difference`() throws {
    let socket = try WebSocketFixture.open()
    var refused = 0
    for seed in 0..<4_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let stream = bytes(Int.random(in: 0...60, using: &random), &random)
      if check(stream, socket, &random).error != nil { refused += 1 }
    }
    #expect(refused > 3_000, "random bytes were taken for frames too often to be a test")
  }

  @Test func `damaged frames never crash a WebSocket, and the split makes no difference`() throws {
    let socket = try WebSocketFixture.open()
    var refused = 0
    for seed in 0..<4_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var stream: [UInt8] = []
      for _ in 0..<6 {
        let payload = bytes(Int.random(in: 0...20, using: &random), &random)
        let heads: [[UInt8]] = [[0x82], [0x02, 0x00, 0x80], [0x89], [0x8A]]
        let head = heads.randomElement(using: &random) ?? []
        stream += head + [UInt8(payload.count)] + payload
      }
      let outcome = check(damaged(stream, &random), socket, &random)
      #expect(outcome.payload.count <= stream.count)
      if outcome.error != nil { refused += 1 }
    }
    #expect(1_000..<4_000 ~= refused, "both outcomes must come often: \(refused)")
  }

  /// What `stream` does, which must be the same in random chunks and in single bytes.
  @discardableResult
  private func check<Masks>(
    _ stream: [UInt8], _ socket: WebSocket<Masks>, _ random: inout SplitMix64
  ) -> WebSocketOutcome {
    let whole = WebSocketOutcome([stream], to: socket)
    var chunks: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(Int.random(in: 1...9, using: &random))
      chunks.append(Array(chunk))
      rest = rest.dropFirst(chunk.count)
    }
    // Not `#expect`, which costs more than the reading.
    if WebSocketOutcome(chunks, to: socket) != whole { Issue.record("split: \(stream)") }
    if WebSocketOutcome(stream.map { [$0] }, to: socket) != whole {
      Issue.record("split into bytes: \(stream)")
    }
    if whole.output.count > 140 { Issue.record("answered too much: \(stream)") }
    return whole
  }

  private func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  private func damaged(_ stream: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var stream = stream
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let index = stream.indices.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<3, using: &random) {
      case 0: stream[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: stream.remove(at: index)
      default: stream.insert(UInt8.random(in: 0...255, using: &random), at: index)
      }
    }
    return stream
  }
}
