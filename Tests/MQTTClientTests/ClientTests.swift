import Glibc
import MQTT
import MQTTClient
import System
import Testing

// By hand from OASIS MQTT 3.1.1, sections 3.1 to 3.14.
private let connect: [UInt8] =
  [0x10, 0x10, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3C]
  + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]
private let accepts: [UInt8] = [0x20, 0x02, 0x00, 0x00]
private let pingreq: [UInt8] = [0xC0, 0x00]
private let pingresp: [UInt8] = [0xD0, 0x00]
private let disconnect: [UInt8] = [0xE0, 0x00]

/// PUBLISH of "x" to "t" with QoS 1.
private func publish(_ identifier: UInt8) -> [UInt8] {
  [0x32, 0x06, 0x00, 0x01, 0x74, 0x00, identifier, 0x78]
}

private func puback(_ identifier: UInt8) -> [UInt8] { [0x40, 0x02, 0x00, identifier] }

private func options(
  _ change: (inout Session.Options) -> Void = { _ in }
) -> Client.Options {
  var session = Session.Options(clientID: "barn")
  session.version = .v311
  change(&session)
  return Client.Options(session: session)
}

/// A moment far enough away that a test which needs it has failed.
private var soon: Duration { Clock.sinceBoot + .seconds(10) }

extension Client {
  fileprivate mutating func publishOne(token: UInt64) throws {
    try publish(topic: TopicName("t"), payload: [0x78], qos: .atLeastOnce, token: token)
  }

  /// Runs until `count` messages are acknowledged and gives their tokens.
  fileprivate mutating func awaitAcknowledgements(_ count: Int) throws -> [UInt64] {
    var tokens: [UInt64] = []
    while tokens.count < count {
      let end = try run(until: soon)
      guard end == .event || end == .room else { break }
      while let event = nextEvent() {
        if case .acknowledged(let token) = event { tokens.append(token) }
      }
    }
    return tokens
  }
}

@Suite struct ClientTests {
  @Test func `a broker that answers a byte at a time is understood`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.writeSlowly(accepts)
      try peer.expect(publish(1) + publish(2))
      try peer.writeSlowly(puback(2) + puback(1))
      try peer.expect(disconnect)
      try peer.expectEnd()
    }
    var client = try Client(connectingTo: broker.endpoint, options: options())
    expect(client.sessionPresent, false)
    expect(client.canPublish, true)
    expect(client.nextEvent(), nil)
    try client.publishOne(token: 10)
    try client.publishOne(token: 20)
    expect(client.inFlightCount, 2)
    expect(try client.awaitAcknowledgements(2), [20, 10])
    expect(client.disconnect(within: .seconds(10)), true)
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that acknowledges a whole window at once is understood`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      try peer.expect((1...20).flatMap { publish($0) })
      try peer.write((1...20).flatMap { puback($0) })
      try peer.expect(publish(21))
      try peer.write(puback(21))
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: options())
      for token in 0..<20 as Range<UInt64> { try client.publishOne(token: token) }
      expect(client.canPublish, false)
      #expect(throws: ClientError.session(.windowFull)) { try client.publishOne(token: 20) }
      expect(try client.awaitAcknowledgements(20), Array(0..<20))
      try client.publishOne(token: 20)
      expect(try client.awaitAcknowledgements(1), [20])
      // Dropped without a goodbye, the client closes all the same.
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  /// 8 MiB are more than the kernel's buffers take at once (tcp_wmem, 4 MiB unless it is set
  /// otherwise), so the message goes out in parts.
  private static let large = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test func `a large message goes through a narrow link whole`() throws {
    // 8,388,613 bytes: topic and identifier have five.
    let header: [UInt8] = [0x32, 0x85, 0x80, 0x80, 0x04, 0x00, 0x01, 0x74, 0x00, 0x01]
    let payload = Self.large
    let broker = try ScriptedBroker(receiveBuffer: 65_536) {
      (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      // Long enough for the client to find the kernel's buffer full.
      Clock.sleep(for: .milliseconds(50))
      try peer.expect(header + payload)
      try peer.write(puback(1))
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: options { $0.sentPacketSizeMax = .max })
      try client.publish(topic: TopicName("t"), payload: payload, qos: .atLeastOnce, token: 1)
      expect(client.canPublish, false)
      // The next message can be made ready while this one is on its way.
      expect(try client.run(until: soon), .room)
      expect(client.canPublish, true)
      expect(try client.awaitAcknowledgements(1), [1])
    }
    #expect(broker.finish() == nil)
  }

  @Test func `what is published goes out before the goodbye`() throws {
    // 8,388,611 bytes: the topic has three.
    let header: [UInt8] = [0x30, 0x83, 0x80, 0x80, 0x04, 0x00, 0x01, 0x74]
    let payload = Self.large
    let broker = try ScriptedBroker(receiveBuffer: 65_536) {
      (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      Clock.sleep(for: .milliseconds(50))
      try peer.expect(header + payload + disconnect)
      try peer.expectEnd()
    }
    var client = try Client(
      connectingTo: broker.endpoint, options: options { $0.sentPacketSizeMax = .max })
    try client.publish(topic: TopicName("t"), payload: payload, qos: .atMostOnce, token: 1)
    expect(client.disconnect(within: .seconds(10)), true)
    #expect(broker.finish() == nil)
  }

  @Test func `a goodbye to a broker that does not close ends in time`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      try peer.expect(disconnect)
      try peer.expectEnd()
      // The kernel holds the connection open until this script ends.
      Clock.sleep(for: .milliseconds(200))
    }
    let client = try Client(connectingTo: broker.endpoint, options: options())
    expect(client.disconnect(within: .milliseconds(50)), false)
    #expect(broker.openConnections() == 0)
    #expect(broker.finish() == nil)
  }

  @Test func `a run ends at its deadline, by its wakeup, and goes on after both`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      try peer.expect(publish(1))
      try peer.write(puback(1))
      try peer.expectEnd()
    }
    let wakeup = try Wakeup()
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: options())
      expect(
        try client.run(until: Clock.sinceBoot + .milliseconds(10), wakeup: wakeup), .deadline)
      expect(try client.run(until: .zero, wakeup: wakeup), .deadline)
      wakeup.ring()
      expect(try client.run(until: soon, wakeup: wakeup), .wakeup)
      expect(try client.run(until: .zero, wakeup: wakeup), .deadline)  // It is silenced.
      try client.publishOne(token: 1)
      expect(try client.awaitAcknowledgements(1), [1])
    }
    #expect(broker.finish() == nil)
  }

  @Test func `where events wait to be taken a run does not wait, but sends`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      try peer.expect(publish(1))
      try peer.write(puback(1))
      try peer.expect(publish(2))
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: options())
      try client.publishOne(token: 1)
      expect(try client.run(until: soon), .event)
      // If this one waited, the broker would lose its patience before it ended.
      expect(try client.run(until: soon + .seconds(60)), .event)
      try client.publishOne(token: 2)
      expect(try client.run(until: soon), .event)
      expect(client.nextEvent(), .acknowledged(token: 1))
    }
    #expect(broker.finish() == nil)
  }

  /// [MQTT-3.1.2-23], with a keep alive of 100 ms; on the wire it is a second.
  @Test func `a quiet link is pinged, and one that does not answer is given up`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect[..<11] + [0x01] + connect[12...])
      try peer.write(accepts)
      for _ in 0..<2 {
        try peer.expect(pingreq)
        try peer.write(pingresp)
      }
      try peer.expect(pingreq)
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: options { $0.keepAlive = .milliseconds(100) })
      #expect(throws: ClientError.session(.pingTimeout(.milliseconds(100)))) {
        try client.run(until: soon)
      }
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that takes messages and acknowledges none is given up`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(connect)
      try peer.write(accepts)
      try peer.expect(publish(1))
      try peer.expectEnd()
    }
    do {
      var client = try Client(
        connectingTo: broker.endpoint,
        options: options { $0.acknowledgeTimeout = .milliseconds(100) })
      try client.publishOne(token: 1)
      #expect(throws: ClientError.session(.acknowledgeTimeout(.milliseconds(100)))) {
        try client.run(until: soon)
      }
    }
    #expect(broker.finish() == nil)
  }
}
