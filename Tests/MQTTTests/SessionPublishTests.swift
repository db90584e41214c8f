import MQTT
import Testing

@Suite struct SessionPublishTests {
  @Test func `a message with QoS 1 is sent, and acknowledged by its token`() throws {
    var session = try Session.connected()
    try session.publish(
      topic: topic("a/b"), payload: [0x21], qos: .atLeastOnce, retain: true, token: .max,
      now: .zero)
    #expect(
      session.takeOutput() == [0x33, 0x08, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x01, 0x21])
    #expect(session.inFlightCount == 1)
    try session.receive(Broker.acknowledges(1), now: .seconds(1))
    #expect(session.takeEvents() == [.acknowledged(token: .max)])
    #expect(session.inFlightCount == 0)
  }

  @Test func `a message with QoS 0 is sent and forgotten`() throws {
    var session = try Session.connected()
    try session.publish(
      topic: topic("t"), payload: [0x21], qos: .atMostOnce, token: 7, now: .zero)
    #expect(session.takeOutput() == [0x30, 0x04, 0x00, 0x01, 0x74, 0x21])
    #expect(session.inFlightCount == 0)
  }

  @Test func `acknowledgements may come in any order`() throws {
    var session = try Session.connected()
    let identifiers = try (0..<5).map { try session.publishOne(token: 100 + $0) }
    #expect(identifiers == [1, 2, 3, 4, 5])
    for index in [3, 0, 4, 2, 1] {
      try session.receive(Broker.acknowledges(identifiers[index]), now: .zero)
    }
    #expect(
      session.takeEvents()
        == [103, 100, 104, 102, 101].map { Session.Event.acknowledged(token: $0) })
  }

  @Test func `a PUBACK nobody waits for ends the session, and what came before it stays`() throws {
    var session = try Session.connected()
    _ = try session.publishOne(token: 9)
    let twice = Broker.acknowledges(1) + Broker.acknowledges(1)
    #expect(throws: SessionError.unknownPacketIdentifier(1)) {
      try session.receive(twice, now: .zero)
    }
    #expect(session.takeEvents() == [.acknowledged(token: 9)])
    #expect(SessionError.unknownPacketIdentifier(1).text.contains("[MQTT-2.3.1-6]"))
  }

  @Test func `the window holds 20 messages, and opens when an acknowledgement is taken`() throws {
    var session = try Session.connected()
    for token in 0..<20 as Range<UInt64> {
      #expect(session.canPublish)
      _ = try session.publishOne(token: token)
    }
    #expect(!session.canPublish)
    #expect(throws: SessionError.windowFull) { try session.publishOne(token: 20) }
    #expect(!session.hasOutput)
    #expect(session.inFlightCount == 20)

    try session.receive(Broker.acknowledges(5), now: .zero)
    #expect(!session.canPublish, "an event that is not taken holds its place")
    #expect(session.nextEvent() == .acknowledged(token: 4))
    #expect(session.canPublish)
    #expect(try session.publishOne(token: 20) == 21)
  }

  @Test(arguments: [(-5, 1), (0, 1), (1, 1), (100_000, 32_767)])
  func `a window is held to what the protocol allows`(option: Int, messages: Int) throws {
    var session = try Session.connected { options in
      options.inFlightMax = option
      options.outputMax = .max
    }
    // The list of messages is searched from its end of old ones; filling a whole window would take
    // a while, so the large one is only begun.
    for token in 0..<UInt64(min(messages, 100)) { _ = try session.publishOne(token: token) }
    #expect(session.canPublish == (messages > 100))
  }

  /// [MQTT-2.3.1-1], [MQTT-2.3.1-2]
  @Test func `identifiers go round without zero and without one that is in flight`() throws {
    var session = try Session.connected()
    #expect(try session.publishOne(token: 1) == 1)
    #expect(try session.publishOne(token: 2) == 2)
    try session.receive(Broker.acknowledges(1), now: .zero)
    _ = session.nextEvent()
    // 2 stays in flight while the ring goes round.
    for expected in 3...65_535 as ClosedRange<UInt16> {
      let identifier = try session.publishOne(token: 3)
      guard identifier == expected else {
        Issue.record("\(identifier) instead of \(expected)")
        return
      }
      try session.receive(Broker.acknowledges(identifier), now: .zero)
      _ = session.nextEvent()
    }
    #expect(try session.publishOne(token: 4) == 1)
    #expect(try session.publishOne(token: 5) == 3)
    try session.receive(Broker.acknowledges(2), now: .zero)
    #expect(session.nextEvent() == .acknowledged(token: 2))
  }

  @Test func `publishing stops while the output is full`() throws {
    var session = try Session.connected { $0.outputMax = 1_000 }
    let payload = Array(repeating: 0x78 as UInt8, count: 394)
    for _ in 0..<3 {
      #expect(session.canPublish)
      try session.publish(
        topic: topic("tt"), payload: payload, qos: .atMostOnce, token: 0, now: .zero)
    }
    #expect(!session.canPublish)
    #expect(throws: SessionError.outputFull) {
      try session.publish(topic: topic("t"), payload: [], qos: .atMostOnce, token: 0, now: .zero)
    }
    // Two bytes of type and one more of length, two of the name's length and two of the name.
    #expect(session.takeOutput().count == 3 * (3 + 4 + 394))
    #expect(session.canPublish)
  }

  @Test func `a message that is too large is not taken, and leaves no trace`() throws {
    var session = try Session.connected { $0.sentPacketSizeMax = 12 }
    // Two bytes of header, two of length, one of name, two of identifier: five are left.
    #expect(throws: SessionError.unsendable(.tooLarge(size: 13, limit: 12))) {
      try session.publish(
        topic: topic("t"), payload: Array(repeating: 0, count: 6), qos: .atLeastOnce, token: 0,
        now: .zero)
    }
    #expect(!session.hasOutput)
    #expect(session.inFlightCount == 0)
    try session.publish(
      topic: topic("t"), payload: Array(repeating: 0, count: 5), qos: .atLeastOnce, token: 0,
      now: .zero)
    #expect(session.takeOutput()[5..<7] == [0, 1])
  }

  @Test func `nothing is taken before CONNACK`() throws {
    var session = try Session(options: .v311("barn"), now: .zero)
    _ = session.takeOutput()
    #expect(throws: SessionError.notConnected) {
      try session.publish(topic: topic("t"), payload: [], qos: .atMostOnce, token: 0, now: .zero)
    }
    #expect(!session.hasOutput)
  }

  /// [MQTT-3.14.4-2]
  @Test func `DISCONNECT is the last packet`() throws {
    var session = try Session.connected()
    try session.publish(
      topic: topic("t"), payload: [], qos: .atLeastOnce, token: 0, now: .zero)
    try session.disconnect(now: .zero)
    try session.disconnect(now: .zero)
    #expect(session.takeOutput() == [0x32, 0x05, 0x00, 0x01, 0x74, 0x00, 0x01, 0xE0, 0x00])
    #expect(!session.canPublish)
    #expect(throws: SessionError.notConnected) { try session.publishOne(token: 1) }
    try session.receive(Broker.acknowledges(1), now: .zero)
    try session.tick(now: .seconds(1_000))
    #expect(!session.hasOutput)
    #expect(session.deadline == nil)
  }

  @Test func `nobody is told goodbye before CONNACK`() throws {
    var session = try Session(options: .v311("barn"), now: .zero)
    _ = session.takeOutput()
    try session.disconnect(now: .zero)
    #expect(!session.hasOutput)
  }

  @Test func `a failed session takes and gives nothing`() throws {
    var session = try Session.connected()
    try session.publish(topic: topic("t"), payload: [], qos: .atLeastOnce, token: 0, now: .zero)
    let failure = SessionError.unexpected(.pingreq)
    #expect(throws: failure) { try session.receive(pingreq, now: .zero) }
    #expect(session.takeOutput().isEmpty)
    #expect(!session.canPublish)
    #expect(throws: failure) { try session.publishOne(token: 1) }
    #expect(throws: failure) { try session.receive(Broker.acknowledges(1), now: .zero) }
    #expect(throws: failure) { try session.tick(now: .zero) }
    #expect(throws: failure) { try session.disconnect(now: .zero) }
    #expect(session.deadline == nil)
    #expect(failure.text == "the broker sent PINGREQ, which only clients send (MQTT 2.2.1)")
  }
}
