import System
import TestSupport
import Testing

@testable import MQTTClient

/// How much is read at once.
@Suite struct ReadBufferTests {
  @Test func `reads grow while what comes fills them, up to the limit`() {
    var buffer = ReadBuffer()
    func room(filling part: (Int) -> Int?) -> Int {
      var room = 0
      _ = buffer.fill { bytes in
        room = bytes.count
        return part(room)
      }
      return room
    }
    #expect(room { _ in 4 } == 2_048)
    #expect(room { $0 - 1 } == 2_048)
    #expect(room { $0 } == 2_048)
    #expect(room { _ in nil } == 4_096)
    #expect(room { $0 } == 4_096)
    #expect(room { $0 } == 8_192)
    #expect(room { $0 } == 16_384)
    #expect(room { $0 } == 16_384)
    #expect(room { _ in 0 } == 16_384)
  }

  private static let large: [UInt8] = {
    var random = SplitMix64(seed: 7)
    return (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &random) }
  }()

  @Test func `what comes through TCP in large reads is whole`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.write(Self.large)
    }
    var transport = try Self.open(Route(broker.endpoint))
    try expectLarge(from: &transport)
    #expect(broker.finish() == nil)
  }

  @Test func `what comes through TLS in large reads is whole`() throws {
    let server = try TLSServer(certificate: "address", "-quiet", port: try freePort())
    var route = Route(server.endpoint)
    route.tls = try TLSContext(tlsOptions())
    var transport = try Self.open(route)
    // s_server(1) with both its input and the end of the handshake before it would wait for ever.
    try transport.send([0x78])
    try transport.flush()
    let deadline = Clock.sinceBoot + .seconds(20)
    while server.received.isEmpty, Clock.sinceBoot < deadline { Clock.sleep(for: .milliseconds(5)) }
    try server.sending(Self.large) { try expectLarge(from: &transport) }
  }

  /// A quiet server does not say when it is ready; until then it refuses.
  private static func open(_ route: Route) throws(ClientError) -> Transport {
    let deadline = Clock.sinceBoot + .seconds(20)
    while true {
      do throws(ClientError) {
        return try Transport.open(
          route, connectTimeout: .seconds(10), openTimeout: .seconds(10), wakeup: nil)
      } catch {
        guard case .connectFailed = error, Clock.sinceBoot < deadline else { throw error }
        Clock.sleep(for: .milliseconds(10))
      }
    }
  }

  private func expectLarge(from transport: inout Transport) throws {
    let deadline = Clock.sinceBoot + .seconds(20)
    var came: [UInt8] = []
    var longest = 0
    while came.count < Self.large.count, Clock.sinceBoot < deadline {
      _ = try transport.wait(for: .readable, until: deadline, wakeup: nil)
      let hasEnded = try transport.receive { (bytes) throws(ClientError) in
        bytes.withUnsafeBufferPointer { came += $0 }
        longest = max(longest, bytes.count)
      }
      if hasEnded { break }
    }
    // Not within the macro, which would take minutes to tell the difference.
    let isWhole = came == Self.large
    #expect(isWhole, "\(came.count) bytes")
    #expect(longest > ReadBuffer.sizeMin && longest <= ReadBuffer.sizeMax)
  }
}
