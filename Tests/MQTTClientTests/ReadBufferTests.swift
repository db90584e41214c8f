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
    try expectLarge(Route(broker.endpoint))
    #expect(broker.finish() == nil)
  }

  @Test func `what comes through TLS in large reads is whole`() throws {
    let server = try TLSServer(certificate: "address", "-quiet", port: try freePort())
    var route = Route(server.endpoint)
    route.tls = try TLSContext(tlsOptions())
    // It does not say when it is ready.
    while !isOpen(server.endpoint.port) { Clock.sleep(for: .milliseconds(5)) }
    try server.sending(Self.large) { try expectLarge(route) }
  }

  private func expectLarge(_ route: Route) throws {
    var transport = try Transport.open(
      route, connectTimeout: .seconds(10), openTimeout: .seconds(10), wakeup: nil)
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
    #expect(came == Self.large)
    #expect(longest > ReadBuffer.sizeMin && longest <= ReadBuffer.sizeMax)
  }
}
