import MQTT
import MQTTClient
import System
import TestSupport
import Testing

/// Farewells of both sides, and AUTH. The bytes are by hand from the specification.
@Suite struct ClientScenarioEndTests {
  @Test(
    arguments: [
      ([0xE0, 0x00], .normalDisconnection, nil, nil),
      ([0xE0, 0x01, 0x8E], .sessionTakenOver, nil, nil),
      ([0xE0, 0x02, 0x8B, 0x00], .serverShuttingDown, nil, nil),
      ([0xE0, 0x07, 0x97, 0x05, 0x1F, 0x00, 0x02, 0x4F, 0x4B], .quotaExceeded, "OK", nil),
      (
        [0xE0, 0x08, 0x9C, 0x06, 0x1C, 0x00, 0x03, 0x62, 0x3A, 0x31], .useAnotherServer, nil, "b:1"
      ),
      ([0xE0, 0x08, 0x9D, 0x06, 0x1C, 0x00, 0x03, 0x62, 0x3A, 0x31], .serverMoved, nil, "b:1"),
    ] as [([UInt8], ReasonCode, String?, String?)], [false, true])
  func `the broker's DISCONNECT is told, even where it breaks the connection`(
    farewell: ([UInt8], ReasonCode, String?, String?), resets: Bool
  ) throws {
    let isOver = try Wakeup()
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(Wire.accepts(.v5))
      if resets {
        try peer.expect(Wire.publish(1, 1, .v5))
        // The second message lies unread in the kernel: closing resets the connection.
        _ = try? Poll.wait(for: isOver, timeout: .seconds(10))
        try peer.write(Wire.puback(1) + farewell.0)
        return
      }
      try peer.expect(Wire.publish(1, 1, .v5) + Wire.publish(1, 2, .v5))
      try peer.write(Wire.puback(1) + farewell.0)
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v5))
      try client.publishX(.atLeastOnce, token: 1)
      try client.publishX(.atLeastOnce, token: 2)
      if resets {
        try client.run(until: .zero)
        isOver.ring()
        try #require(broker.finish() == nil)
        // The connection is gone, and the next words find no ear.
        try client.publishX(.atLeastOnce, token: 3)
      }
      let story = client.runToTheEnd()
      let reason = try farewell.2.map { try EncodedString($0) }
      let reference = try farewell.3.map { try EncodedString($0) }
      #expect(
        story.end
          == .session(
            .disconnected(
              farewell.1, ServerRemarks(reason: reason, serverReference: reference))))
      #expect(story.acknowledged == [1])
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `our DISCONNECT may ask for the will`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v5))
      try peer.write(Wire.accepts(.v5) + Wire.publish(2, 9, .v5))
      try peer.expect(Wire.pubrec(9) + [0xE0, 0x01, 0x04])
      try peer.expectEnd()
    }
    var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v5))
    while client.nextEvent() == nil { try client.run(until: Clock.sinceBoot + .seconds(10)) }
    expect(
      client.disconnect(reasonCode: .disconnectWithWillMessage, within: .seconds(10)), true)
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// AUTH with the method "M" and one byte of data.
  private static func auth(_ reasonCode: UInt8, _ data: UInt8) -> [UInt8] {
    [0xF0, 0x0A, reasonCode, 0x08, 0x15, 0x00, 0x01, 0x4D, 0x16, 0x00, 0x01, data]
  }

  @Test func `challenges are answered, before CONNACK and after`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      // CONNECT of 27 bytes, and the method's four.
      _ = try peer.read(31)
      try peer.write(Self.auth(0x18, 1))
      try peer.expect(Self.auth(0x18, 101))
      try peer.writeSlowly(Self.auth(0x18, 2))
      try peer.expect(Self.auth(0x18, 102))
      try peer.write([0x20, 0x07, 0x00, 0x00, 0x04, 0x15, 0x00, 0x01, 0x4D])
      try peer.expect(Self.auth(0x19, 7))
      try peer.write(Self.auth(0x18, 3))
      try peer.expect(Self.auth(0x18, 103))
      try peer.write(Self.auth(0x00, 4))
      try peer.expectEnd()
    }
    do {
      let method = try EncodedString("M")
      var options = scenarioOptions(.v5) { $0.authenticationMethod = method }
      options.answerChallenge = { $0?.map { $0 + 100 } }
      var client = try Client(connectingTo: broker.endpoint, options: options)
      try client.authenticate([7])
      for data in [3, 4] as [UInt8] {
        try client.run(until: Clock.sinceBoot + .seconds(10))
        guard case .authentication(let auth) = client.nextEvent() else {
          Issue.record("no AUTH")
          return
        }
        #expect(auth.properties.authenticationData == [data])
        if auth.reasonCode == .continueAuthentication { try client.authenticate([data + 100]) }
      }
    }
    #expect(broker.finish() == nil)
  }

  @Test func `a challenge that nobody answers ends the attempt`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(31)
      try peer.write(Self.auth(0x18, 1))
      try peer.expectEnd()
    }
    let method = try EncodedString("M")
    let options = scenarioOptions(.v5) { $0.authenticationMethod = method }
    #expect(throws: ClientError.session(.noAuthentication)) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `challenges without end are not answered for longer than CONNACK has`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(31)
      while true {
        try peer.write(Self.auth(0x18, 1))
        if try peer.read(12).count < 12 { return }
      }
    }
    let method = try EncodedString("M")
    var options = scenarioOptions(.v5) {
      $0.authenticationMethod = method
      $0.connackTimeout = .milliseconds(100)
    }
    options.answerChallenge = { $0 }
    #expect(throws: ClientError.session(.connackTimeout(.milliseconds(100)))) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    _ = broker.finish()
    #expect(broker.openConnections() == 0)
  }

  @Test func `a client whose session has ended says so at once`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(.v311))
      try peer.write(Wire.accepts(.v311))
      try peer.expect(Wire.publish(1, 1, .v311))
      try peer.write(Wire.puback(2))
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v311))
      try client.publishX(.atLeastOnce, token: 1)
      for _ in 0..<2 {
        let start = Clock.sinceBoot
        #expect(throws: ClientError.session(.unknownPacketIdentifier(2))) {
          try client.run(until: start + .seconds(60))
        }
        #expect(Clock.sinceBoot - start < .seconds(30))
      }
    }
    #expect(broker.finish() == nil)
  }
}
