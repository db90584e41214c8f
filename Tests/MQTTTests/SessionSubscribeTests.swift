import MQTT
import Testing

/// SUBSCRIBE and UNSUBSCRIBE. The bytes are by hand from the specifications.
@Suite struct SessionSubscribeTests {
  private static let subscriptions = [
    Subscription(filter: filter("a/+"), maximumQoS: .atLeastOnce),
    Subscription(filter: filter("#"), maximumQoS: .exactlyOnce),
  ]

  @Test func `SUBSCRIBE and UNSUBSCRIBE of 3_1_1 are answered by their tokens`() throws {
    var session = try Session.connected(.v311)
    try session.subscribe(Self.subscriptions, token: 7, now: .zero)
    try session.unsubscribe([filter("a/+"), filter("#")], token: 8, now: .zero)
    #expect(
      session.takeOutput()
        == [0x82, 0x0C, 0x00, 0x01, 0x00, 0x03, 0x61, 0x2F, 0x2B, 0x01, 0x00, 0x01, 0x23, 0x02]
        + [0xA2, 0x0A, 0x00, 0x02, 0x00, 0x03, 0x61, 0x2F, 0x2B, 0x00, 0x01, 0x23])
    try session.receive([0xB0, 0x02, 0x00, 0x02, 0x90, 0x04, 0x00, 0x01, 0x01, 0x80])
    #expect(
      session.takeEvents() == [
        .unsubscribed(token: 8, [.success, .success]),
        .subscribed(token: 7, [.grantedQoS1, .unspecifiedError]),
      ])
    #expect(session.deadline == .seconds(60), "nothing but a ping is due")
  }

  @Test func `SUBSCRIBE and UNSUBSCRIBE of 5_0 are answered by their tokens`() throws {
    var session = try Session.connected(.v5)
    var subscription = Subscription(filter: filter("$share/g/a"), maximumQoS: .exactlyOnce)
    subscription.retainAsPublished = true
    subscription.retainHandling = .never
    try session.subscribe(
      [subscription], properties: with(Subscribe.Properties()) { $0.subscriptionIdentifier = 200 },
      token: 7, now: .zero)
    try session.unsubscribe([filter("b")], token: 8, now: .zero)
    #expect(
      session.takeOutput()
        == [0x82, 0x13, 0x00, 0x01, 0x03, 0x0B, 0xC8, 0x01, 0x00, 0x0A] + Array("$share/g/a".utf8)
        + [0x2A] + [0xA2, 0x06, 0x00, 0x02, 0x00, 0x00, 0x01, 0x62])
    try session.receive([0x90, 0x04, 0x00, 0x01, 0x00, 0x9E, 0xB0, 0x04, 0x00, 0x02, 0x00, 0x11])
    #expect(
      session.takeEvents() == [
        .subscribed(token: 7, [.sharedSubscriptionsNotSupported]),
        .unsubscribed(token: 8, [.noSubscriptionExisted]),
      ])
  }

  /// [MQTT-3.8.4-5]; MQTT 5.0, 3.11.3.
  @Test func `an answer has as many reason codes as there were filters`() throws {
    var session = try Session.connected(.v5)
    try session.subscribe(Self.subscriptions, token: 7, now: .zero)
    #expect(throws: SessionError.wrongReasonCodeCount(.suback, 1, expected: 2)) {
      try session.receive([0x90, 0x04, 0x00, 0x01, 0x00, 0x00])
    }
    session = try Session.connected(.v5)
    try session.unsubscribe([filter("b")], token: 8, now: .zero)
    #expect(throws: SessionError.wrongReasonCodeCount(.unsuback, 2, expected: 1)) {
      try session.receive([0xB0, 0x05, 0x00, 0x01, 0x00, 0x00, 0x00])
    }
  }

  @Test func `the answer to one is not the answer to the other`() throws {
    var session = try Session.connected(.v5)
    try session.unsubscribe([filter("b")], token: 8, now: .zero)
    #expect(throws: SessionError.unknownPacketIdentifier(1)) {
      try session.receive([0x90, 0x04, 0x00, 0x01, 0x00, 0x00])
    }
    session = try Session.connected(.v5)
    try session.subscribe(Self.subscriptions, token: 7, now: .zero)
    #expect(throws: SessionError.unknownPacketIdentifier(1)) { try session.receive(puback(1)) }
  }

  /// [MQTT-2.2.1-3]: one ring for all.
  @Test func `a message does not get the identifier of a request`() throws {
    var session = try Session.connected(.v311)
    try session.subscribe(Self.subscriptions, token: 7, now: .zero)
    _ = session.takeOutput()
    for expected in 2...65_535 as ClosedRange<UInt16> {
      guard try session.publishOne(token: 1) == expected else {
        Issue.record("not \(expected)")
        return
      }
      try session.receive(Broker.acknowledges(expected))
      _ = session.nextEvent()
    }
    #expect(try session.publishOne(token: 1) == 2, "1 is still asked for")
  }

  @Test func `only so many requests wait for their answer`() throws {
    var session = try Session.connected(.v5)
    for token in 0..<UInt64(Session.requestsMax) {
      try session.unsubscribe([filter("b")], token: token, now: .zero)
    }
    #expect(throws: SessionError.requestsFull) {
      try session.subscribe(Self.subscriptions, token: 99, now: .zero)
    }
    try session.publish(.atLeastOnce, token: 1)
    try session.receive([0xB0, 0x04, 0x00, 0x05, 0x00, 0x00])
    try session.subscribe(Self.subscriptions, token: 99, now: .zero)
  }

  @Test func `a request is not taken before CONNACK, and none without a filter`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.notConnected) {
      try session.subscribe(Self.subscriptions, token: 1, now: .zero)
    }
    session = try Session.connected(.v5)
    #expect(throws: SessionError.unsendable(.noTopicFilter(.subscribe))) {
      try session.subscribe([], token: 1, now: .zero)
    }
    #expect(!session.hasOutput)
    #expect(session.deadline == .seconds(60))
  }
}
