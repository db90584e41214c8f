import Glibc
import MQTT
import MQTTClient
import System
import TestSupport
import Testing

/// Brokers that do not know 5.0. The bytes are by hand from the specifications.
@Suite struct ClientScenarioVersionTests {
  /// How they say so; nothing is a connection that is closed.
  private static let refusals: [[UInt8]] = [
    [0x20, 0x02, 0x00, 0x01], [0x20, 0x03, 0x00, 0x84, 0x00], [],
  ]

  @Test(arguments: refusals, [false, true])
  func `a broker that refuses 5_0 is asked again with 3_1_1`(
    refusal: [UInt8], resets: Bool
  ) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(refusal)
      if resets { peer.socket.resetWhenClosed() } else { peer.socket.finishWriting() }
      // What was said must not be overtaken by the reset.
      if resets, !refusal.isEmpty { try peer.expectEnd() }
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v311))
      try peer.write(Wire.accepts(.v311))
      try peer.expect(Wire.publish(1, 1, .v311))
      try peer.write(Wire.puback(1))
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v5))
      expect(client.version, .v311)
      try client.publishX(.atLeastOnce, token: 1)
      #expect(client.runToTheEnd().acknowledged == [1])
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test(
    arguments: refusals,
    [
      ([0x20, 0x02, 0x00, 0x05], .session(.refused(.notAuthorized, ServerRemarks()))),
      (
        [0x20, 0x02, 0x00, 0x01],
        .session(.refused(.unsupportedProtocolVersion, ServerRemarks()))
      ),
      ([], .closedByBroker(insidePacket: false)),
    ] as [([UInt8], ClientError)])
  func `a broker that refuses 3_1_1 too is not asked a third time`(
    refusal: [UInt8], second: ([UInt8], ClientError)
  ) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(refusal)
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v311))
      try peer.write(second.0)
    }
    var options = scenarioOptions(.v5)
    options.session.connackTimeout = .seconds(1)
    #expect(throws: second.1) { _ = try Client(connectingTo: broker.endpoint, options: options) }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// A password without a user name.
  @Test func `where 3_1_1 cannot say what is wanted, the answer to 5_0 is told`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(30)
      try peer.write([0x20, 0x02, 0x00, 0x01])
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try peer.expectEnd()
    }
    let options = scenarioOptions(.v5) { $0.password = [0x01] }
    let refused = ClientError.session(.refused(.unsupportedProtocolVersion, ServerRemarks()))
    #expect(throws: refused) { _ = try Client(connectingTo: broker.endpoint, options: options) }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// Nobody answers a second time.
  @Test func `other refusals are final`() throws {
    let code1: [UInt8] = [0x20, 0x02, 0x00, 0x01]
    let unsupported = SessionError.refused(.unsupportedProtocolVersion, ServerRemarks())
    let cases: [([UInt8], SessionError, (inout Client.Options) -> Void)] = [
      ([0x20, 0x03, 0x00, 0x87, 0x00], .refused(.notAuthorized, ServerRemarks()), { _ in }),
      ([0x20, 0x02, 0x00, 0x05], .refused(.notAuthorized, ServerRemarks()), { _ in }),
      (code1, unsupported, { $0.fallsBackToVersion311 = false }),
      (code1, unsupported, { $0.session.authenticationMethod = try? EncodedString("M") }),
      (code1, unsupported, { $0.session.version = .v311 }),
    ]
    for (answer, error, change) in cases {
      var options = scenarioOptions(.v5)
      options.session.connackTimeout = .milliseconds(500)
      change(&options)
      let size = options.session.authenticationMethod == nil ? 18 : 31
      let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
        _ = try peer.read(size)
        try peer.write(answer)
      }
      #expect(throws: ClientError.session(error)) {
        _ = try Client(connectingTo: broker.endpoint, options: options)
      }
      #expect(broker.finish() == nil)
      #expect(broker.openConnections() == 0)
    }
  }

  /// It was not asked for 5.0, and has said nothing of it.
  @Test func `a connection that does not open is not tried again`() throws {
    let listener = try Listener()
    let attempts = Locked(0)
    let thread = try Thread("broker") {
      // It ends by `stop`.
      while let client = try? listener.accept() {
        attempts.update { $0 += 1 }
        _ = client.readSome()
        client.resetWhenClosed()
      }
    }
    var route = Route(listener.endpoint)
    route.webSocketPath = "/mqtt"
    #expect(throws: ClientError.connectionLost(Errno(ECONNRESET))) {
      _ = try Client(connectingTo: route, options: scenarioOptions(.v5))
    }
    // A second attempt would have come by now: it is made by the same call.
    listener.stop()
    #expect(thread.join(within: .seconds(10)))
    #expect(attempts.withLock { $0 } == 1)
  }
}
