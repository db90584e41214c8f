import MQTT
import MQTTClient
import System
import TestSupport
import Testing

/// How packets come, and what comes that is none. The bytes are by hand from the specifications.
@Suite struct ClientScenarioPacketTests {
  @Test(arguments: ProtocolVersion.allCases, [true, false])
  func `all flows at once are understood, in one piece or a byte at a time`(
    version: ProtocolVersion, slowly: Bool
  ) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      func say(_ bytes: [UInt8]) throws(ScriptedBroker.Failure) {
        if slowly { try peer.writeSlowly(bytes) } else { try peer.write(bytes) }
      }
      try peer.expect(Wire.connect(version))
      try say(
        Wire.accepts(version) + Wire.publish(1, 5, version) + Wire.publish(2, 6, version)
          + Wire.publish(2, 7, version))
      try peer.expect(Wire.puback(5) + Wire.pubrec(6) + Wire.pubrec(7))
      try peer.expect(
        Wire.publish(2, 1, version) + Wire.publish(1, 2, version) + Wire.publish(2, 3, version))
      // Reordered as no broker should.
      try say(
        Wire.pubrel(7) + Wire.pubrec(3) + Wire.puback(2) + Wire.pubrec(1) + Wire.pubrel(6))
      try peer.expect(Wire.pubcomp(7) + Wire.pubrel(3) + Wire.pubrel(1) + Wire.pubcomp(6))
      try say(Wire.pubcomp(3) + Wire.pubcomp(1))
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(version))
      var messages = 0
      while messages < 3 {
        try client.run(until: Clock.sinceBoot + .seconds(10))
        while let event = client.nextEvent() {
          if case .message = event { messages += 1 }
        }
      }
      for (index, qos) in ([.exactlyOnce, .atLeastOnce, .exactlyOnce] as [QoS]).enumerated() {
        try client.publishX(qos, token: UInt64(index))
      }
      #expect(client.runToTheEnd().acknowledged == [1, 2, 0])
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `acknowledgements that are lost are not waited for longer than allowed`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(Wire.accepts(.v5))
      try peer.expect((1...3).flatMap { Wire.publish(1, $0, .v5) })
      try peer.write(Wire.puback(1))
      Clock.sleep(for: .milliseconds(50))
      try peer.write(Wire.puback(3))
      // "Unspecified error".
      try peer.expect([0xE0, 0x01, 0x80])
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: scenarioOptions(.v5) { $0.acknowledgeTimeout = .milliseconds(300) })
      for token in 1...3 as ClosedRange<UInt64> {
        try client.publishX(.atLeastOnce, token: token)
      }
      let story = client.runToTheEnd()
      #expect(story.acknowledged == [1, 3])
      #expect(story.end == .session(.acknowledgeTimeout(.milliseconds(300))))
    }
    #expect(broker.finish() == nil)
  }

  /// What the broker says, why the session ends, and what DISCONNECT of 5.0 says of it (4.13.1).
  @Test(
    arguments: [
      ([0x41, 0x02], .malformed(.reservedFlags(.puback, flags: 1)), 0x81),
      ([0x00, 0x00], .malformed(.forbiddenType(0)), 0x81),
      ([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], .malformed(.remainingLengthTooLong), 0x81),
      ([0x40, 0x02, 0x00, 0x07], .unknownPacketIdentifier(7), 0x82),
      ([0xC0, 0x00], .unexpected(.pingreq), 0x82),
      ([0x20, 0x03, 0x00, 0x00, 0x00], .unexpected(.connack), 0x82),
      ([0x30, 0x07, 0x00, 0x01, 0x74, 0x03, 0x23, 0x00, 0x01], .topicAliasInvalid(1), 0x94),
      ([0x30, 0xFE, 0x07], .malformed(.tooLarge(size: 1_025, limit: 1_024)), 0x95),
      (
        [0x30, 0xFF, 0xFF, 0xFF, 0x7F], .malformed(.tooLarge(size: 268_435_460, limit: 1_024)), 0x95
      ),
      (
        (1...21).flatMap { [0x32, 0x06, 0x00, 0x01, 0x74, 0x00, $0, 0x00] },
        .receiveMaximumExceeded(20), 0x93
      ),
    ] as [([UInt8], SessionError, UInt8)])
  func `a broker that breaks the protocol is told how`(
    bytes: [UInt8], error: SessionError, reason: UInt8
  ) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(Wire.accepts(.v5))
      try peer.expect(Wire.publish(1, 1, .v5))
      try peer.write(Wire.puback(1) + bytes)
      try peer.expect([0xE0, 0x01, reason])
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v5))
      try client.publishX(.atLeastOnce, token: 1)
      let story = client.runToTheEnd()
      #expect(story.acknowledged == [1], "what came before counts")
      #expect(story.end == .session(error))
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// With CONNACK in one segment.
  @Test func `a broker that says goodbye at once is heard`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(Wire.accepts(.v5) + [0xE0, 0x01, 0x8B])
      try peer.expectEnd()
    }
    let end = ClientError.session(.disconnected(.serverShuttingDown, ServerRemarks()))
    #expect(throws: end) {
      _ = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v5))
    }
    #expect(broker.finish() == nil)
  }
}
