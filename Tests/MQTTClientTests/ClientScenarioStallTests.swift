import MQTT
import MQTTClient
import System
import TestSupport
import Testing

/// Brokers that do not do their part. The bytes are by hand from the specifications.
@Suite struct ClientScenarioStallTests {
  @Test(arguments: ProtocolVersion.allCases)
  func `a broker that never answers SUBSCRIBE is given up`(version: ProtocolVersion) throws {
    let subscribe: [UInt8] =
      version == .v5
      ? [0x82, 0x07, 0x00, 0x01, 0x00, 0x00, 0x01, 0x61, 0x01]
      : [0x82, 0x06, 0x00, 0x01, 0x00, 0x01, 0x61, 0x01]
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connect(version))
      try peer.write(Wire.accepts(version))
      try peer.expect(subscribe)
      // Messages are no answer.
      try peer.write([0x30, 0x05, 0x00, 0x01, 0x74, 0x00, 0x78])
      if version == .v5 { try peer.expect([0xE0, 0x01, 0x80]) }
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: scenarioOptions(version) { $0.acknowledgeTimeout = .milliseconds(200) })
      try client.subscribe(
        [Subscription(filter: TopicFilter("a"), maximumQoS: .atLeastOnce)], token: 1)
      let story = client.runToTheEnd()
      #expect(story.end == .session(.acknowledgeTimeout(.milliseconds(200))))
      #expect(story.messages.count == 1)
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a broker that answers pings and acknowledges nothing is given up`(
    version: ProtocolVersion
  ) throws {
    let pings = Locked(0)
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Wire.connect(version).count)
      try peer.write(Wire.accepts(version))
      try peer.expect(Wire.publish(2, 1, version))
      while true {
        let packet = try peer.read(2)
        guard packet == [0xC0, 0x00] else {
          if !packet.isEmpty { _ = try peer.read(1) }
          return
        }
        pings.update { $0 += 1 }
        try peer.write([0xD0, 0x00])
      }
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: scenarioOptions(version) {
          $0.keepAlive = .milliseconds(50)
          // A loaded machine must answer in time.
          $0.pingTimeout = .milliseconds(50)
          $0.acknowledgeTimeout = .milliseconds(400)
        })
      try client.publishX(.exactlyOnce, token: 1)
      let end = client.runToTheEnd().end
      #expect(
        end == .session(.acknowledgeTimeout(.milliseconds(400)))
          || end == .session(.pingTimeout(.milliseconds(50))))
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that stops reading is given up, and holds up whoever publishes`() throws {
    let isOver = try Wakeup()
    let broker = try ScriptedBroker(receiveBuffer: 4_096) {
      (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Wire.connect(.v5).count)
      try peer.write(Wire.accepts(.v5))
      _ = try? Poll.wait(for: isOver, timeout: .seconds(10))
    }
    var taken = 0
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: scenarioOptions(.v5) { $0.keepAlive = .milliseconds(300) })
      let payload = Array(repeating: 0x78 as UInt8, count: 10_000)
      var end: ClientError?
      while end == nil {
        do throws(ClientError) {
          while client.canPublish {
            guard let topic = try? TopicName("t") else { return }
            try client.publish(topic: topic, payload: payload, qos: .atMostOnce, token: 0)
            taken += payload.count
          }
          try client.run(until: Clock.sinceBoot + .seconds(10))
        } catch {
          end = error
        }
      }
      #expect(end == .session(.pingTimeout(.milliseconds(300))))
      isOver.ring()
    }
    // What the kernel buffers on both sides (tcp_wmem, 4 MiB), and two lots of the session's.
    #expect(taken < 16 << 20)
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// Each packet asks for an answer of the same size, which piles up where nobody reads it.
  @Test func `a broker that sends without ever reading is held up, and given up`() throws {
    let written = Locked(0)
    // Small, so that the answers fill the kernel's buffers soon.
    let broker = try ScriptedBroker(receiveBuffer: 4_096) { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Wire.connect(.v311).count)
      try peer.write(Wire.accepts(.v311))
      let flood = (0..<4_096).flatMap { _ in Wire.pubrel(9) }
      while written.withLock({ $0 }) < 256 << 20 {
        guard peer.socket.send(flood) else { return }
        written.update { $0 += flood.count }
      }
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: scenarioOptions(.v311) { $0.keepAlive = .milliseconds(300) })
      // The kernel takes half a million answers before it takes no more.
      #expect(
        client.runToTheEnd(within: .seconds(60)).end
          == .session(.pingTimeout(.milliseconds(300))))
    }
    #expect(broker.finish() == nil)
    #expect(written.withLock { $0 } < 64 << 20, "the kernel's buffers of both directions")
    #expect(broker.openConnections() == 0)
  }

  @Test func `messages that nobody takes hold up the broker`() throws {
    let written = Locked(0)
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Wire.connect(.v311).count)
      try peer.write(Wire.accepts(.v311))
      let flood = (0..<4_096).flatMap { _ in [0x30, 0x04, 0x00, 0x01, 0x74, 0x78] as [UInt8] }
      while written.withLock({ $0 }) < 256 << 20 {
        guard peer.socket.send(flood) else { return }
        written.update { $0 += flood.count }
      }
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: scenarioOptions(.v311))
      // Until the kernel's buffers are full.
      var before = -1
      while before != written.withLock({ $0 }) {
        before = written.withLock { $0 }
        for _ in 0..<100 {
          expect(try client.run(until: Clock.sinceBoot + .seconds(10)), .event)
          Clock.sleep(for: .milliseconds(1))
        }
      }
      var count = 0
      while client.nextEvent() != nil { count += 1 }
      #expect(1...16_384 / 6 ~= count, "no more than one read's")
    }
    #expect(broker.finish() == nil)
    #expect(written.withLock { $0 } < 64 << 20)
  }

  /// QoS 0 brings no acknowledgement that would end the wait.
  @Test func `a run ends when what it sends makes room`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Wire.connect(.v5).count)
      try peer.write(Wire.accepts(.v5))
      while try !peer.read(65_536).isEmpty {}
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: scenarioOptions(.v5) { $0.outputMax = 1 })
      for _ in 0..<3 {
        try client.publishX(.atMostOnce, token: 0)
        expect(client.canPublish, false)
        expect(try client.run(until: Clock.sinceBoot + .seconds(10)), .room)
      }
    }
    #expect(broker.finish() == nil)
  }

  @Test func `a run ends when a message turns out not to be sent again`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connectAgain(.v5))
      try peer.write(Wire.accepts(.v5))
      try peer.expect(Wire.publish(1, 1, .v5))
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connectAgain(.v5))
      // Maximum packet size: 8.
      try peer.write([0x20, 0x08, 0x01, 0x00, 0x05, 0x27, 0x00, 0x00, 0x00, 0x08])
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: scenarioOptions(.v5, lasting))
      try client.publishX(.atLeastOnce, token: 1)
      _ = client.runToTheEnd()
      var next = try Client(
        connectingTo: broker.endpoint, options: scenarioOptions(.v5, lasting),
        resuming: client.state)
      expect(try next.run(until: Clock.sinceBoot + .seconds(10)), .event)
      expect(next.nextEvent(), .unresolved(token: 1))
    }
    #expect(broker.finish() == nil)
  }
}
