import MQTT
import Testing

/// What each side lets the other send: numbers, sizes, features and topic aliases of MQTT 5.0. The
/// bytes are by hand from the specification.
@Suite struct SessionFlowTests {
  /// [MQTT-3.3.4-7]
  @Test func `no more messages are in flight than the broker takes`() throws {
    // Receive maximum: 2.
    var session = try Session.connected(.v5, connack: Broker.accepts5([0x21, 0x00, 0x02]))
    try session.publish(.exactlyOnce, token: 1)
    try session.publish(.atLeastOnce, token: 2)
    #expect(!session.canPublish)
    #expect(throws: SessionError.windowFull) { try session.publish(.atLeastOnce, token: 3) }
    try session.publish(.atMostOnce, token: 4)
    // A message with QoS 2 has its place until PUBCOMP, or until a PUBREC that refuses it.
    try session.receive(pubrec(1))
    #expect(!session.canPublish)
    try session.receive(pubcomp(1))
    _ = session.takeEvents()
    #expect(session.canPublish)
    try session.publish(.exactlyOnce, token: 5)
    #expect(!session.canPublish)
    try session.receive([0x50, 0x03, 0x00, 0x03, 0x80])
    _ = session.takeEvents()
    #expect(session.canPublish)
  }

  /// [MQTT-3.3.4-9]
  @Test func `no more messages are taken than was said`() throws {
    let publish: [UInt8] = [0x32, 0x06, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00]
    var session = try Session.connected(.v5) { $0.receiveMaximum = 2 }
    try session.receive(publish)
    try session.receive(Broker.publishesTwice(2))
    _ = session.takeEvents()
    #expect(session.takeOutput() == puback(1) + pubrec(2))
    try session.receive(publish)
    _ = session.takeEvents()
    // 2 waits for its end, and counts.
    try session.receive(publish)
    #expect(throws: SessionError.receiveMaximumExceeded(2)) { try session.receive(publish) }
    #expect(session.takeOutput() == [0xE0, 0x01, 0x93])

    session = try Session.connected(.v5) { $0.receiveMaximum = 1 }
    for identifier in 1...3 as ClosedRange<UInt8> {
      try session.receive(Broker.publishesTwice(identifier))
      _ = session.takeEvents()
      try session.receive(pubrel(identifier))
    }
    try session.receive([0x30, 0x04, 0x00, 0x01, 0x74, 0x00] + publish)
    #expect(session.takeEvents().count == 2)
  }

  /// 3.1.2.11.4: what is larger than the client takes is refused at its header.
  @Test func `a packet that is too large is refused with its reason`() throws {
    var session = try Session.connected(.v5) { $0.packetSizeMax = 100 }
    #expect(throws: SessionError.malformed(.tooLarge(size: 101, limit: 100))) {
      try session.receive([0x30, 0x63])
    }
    #expect(session.takeOutput() == [0xE0, 0x01, 0x95])
  }

  /// [MQTT-3.2.2-15]
  @Test func `no packet is larger than the broker takes`() throws {
    // Maximum packet size: 9, what PUBLISH needs for one byte on a topic of one.
    var session = try Session.connected(.v5, connack: Broker.accepts5([0x27, 0, 0, 0, 9]))
    try session.publish(.atLeastOnce, token: 1)
    let tooLarge = SessionError.unsendable(.tooLarge(size: 10, limit: 9))
    #expect(throws: tooLarge) {
      try session.publish(
        topic: topic("t"), payload: [1, 2], qos: .atLeastOnce, token: 2, now: .zero)
    }
    #expect(throws: tooLarge) {
      try session.subscribe(
        [Subscription(filter: filter("tt"), maximumQoS: .atMostOnce)], token: 3, now: .zero)
    }
    try session.subscribe(
      [Subscription(filter: filter("t"), maximumQoS: .atMostOnce)], token: 3, now: .zero)
    #expect(
      session.takeOutput() == [0x32, 0x07, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00, 0x78]
        + [0x82, 0x07, 0x00, 0x02, 0x00, 0x00, 0x01, 0x74, 0x00])
    #expect(session.inFlightCount == 1)
  }

  /// Its acknowledgements would have five bytes at most, and could not be left out.
  @Test func `a broker that takes no answers is not a broker`() throws {
    for size in 1...4 as ClosedRange<UInt8> {
      var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
      #expect(throws: SessionError.packetSizeTooSmall(Int(size))) {
        try session.receive(Broker.accepts5([0x27, 0, 0, 0, size]))
      }
      #expect(!SessionError.packetSizeTooSmall(Int(size)).isRefusal)
    }
    _ = try Session.connected(.v5, connack: Broker.accepts5([0x27, 0, 0, 0, 5]))
  }

  /// [MQTT-3.2.2-11], [MQTT-3.2.2-14], 3.2.2.3.11 to 3.2.2.3.13
  @Test func `what the broker does not have is not asked for`() throws {
    var session = try Session.connected(
      .v5,
      connack: Broker.accepts5([0x24, 0x01, 0x25, 0x00, 0x28, 0x00, 0x29, 0x00, 0x2A, 0x00]))
    #expect(throws: SessionError.notOffered(.qos(.exactlyOnce))) {
      try session.publish(.exactlyOnce, token: 1)
    }
    #expect(throws: SessionError.notOffered(.retain)) {
      try session.publish(
        topic: topic("t"), payload: [], qos: .atMostOnce, retain: true, token: 1, now: .zero)
    }
    for (text, feature) in [
      ("a/+", .wildcardSubscriptions), ("$share/g/a", .sharedSubscriptions),
    ] as [(String, ServerFeature)] {
      #expect(throws: SessionError.notOffered(feature)) {
        try session.subscribe(
          [Subscription(filter: filter(text), maximumQoS: .atMostOnce)], token: 1, now: .zero)
      }
    }
    #expect(throws: SessionError.notOffered(.subscriptionIdentifiers)) {
      try session.subscribe(
        [Subscription(filter: filter("a"), maximumQoS: .atMostOnce)],
        properties: with(Subscribe.Properties()) { $0.subscriptionIdentifier = 1 }, token: 1,
        now: .zero)
    }
    #expect(!session.hasOutput)
    try session.publish(.atLeastOnce, token: 1)
  }

  /// [MQTT-3.3.2-12]: a zero length topic only behind the number that stands for it.
  @Test func `topics that are used often become numbers`() throws {
    // Topic alias maximum: 2.
    var session = try Session.connected(.v5, connack: Broker.accepts5([0x22, 0x00, 0x02])) {
      $0.sentTopicAliasMax = 5
    }
    for name in ["a", "b", "a", "c", "a", "b"] {
      try session.publish(
        topic: topic(name), payload: [], qos: .atMostOnce, token: 0, now: .zero)
    }
    func first(_ name: UInt8, _ alias: UInt8) -> [UInt8] {
      [0x30, 0x07, 0x00, 0x01, name, 0x03, 0x23, 0x00, alias]
    }
    func again(_ alias: UInt8) -> [UInt8] { [0x30, 0x06, 0x00, 0x00, 0x03, 0x23, 0x00, alias] }
    #expect(
      session.takeOutput()
        == first(0x61, 1) + first(0x62, 2) + again(1) + first(0x63, 2) + again(1)
        + first(0x62, 2))
  }

  @Test func `an alias is not what makes a message too large`() throws {
    // Topic alias maximum: 2, maximum packet size: 9.
    var session = try Session.connected(
      .v5, connack: Broker.accepts5([0x22, 0x00, 0x02, 0x27, 0, 0, 0, 9])
    ) { $0.sentTopicAliasMax = 2 }
    try session.publish(.atLeastOnce, token: 1)
    #expect(session.takeOutput() == [0x32, 0x07, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00, 0x78])
    try session.publish(.atMostOnce, token: 1)
    #expect(session.takeOutput() == [0x30, 0x05, 0x00, 0x01, 0x74, 0x00, 0x78])
  }

  /// Aliases end with the connection, 3.3.2.3.4.
  @Test func `what is sent again has its whole topic`() throws {
    func lasting(_ options: inout Session.Options) {
      options.cleanStart = false
      options.sentTopicAliasMax = 1
    }
    let connack = Broker.accepts5(sessionPresent: true, [0x22, 0x00, 0x01])
    var session = try Session.connected(.v5, connack: connack, lasting)
    try session.publish(.atLeastOnce, token: 1)
    try session.publish(.atLeastOnce, token: 2)
    var next = try Session.connected(.v5, resuming: session.state, connack: connack, lasting)
    #expect(
      next.takeOutput() == [0x3A, 0x07, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00, 0x78]
        + [0x3A, 0x07, 0x00, 0x01, 0x74, 0x00, 0x02, 0x00, 0x78])
    try next.publish(.atMostOnce, token: 3)
    #expect(
      next.takeOutput() == [0x30, 0x08, 0x00, 0x01, 0x74, 0x03, 0x23, 0x00, 0x01, 0x78])
  }

  @Test func `the broker's aliases are resolved`() throws {
    var session = try Session.connected(.v5) { $0.topicAliasMaximum = 2 }
    try session.receive([0x30, 0x07, 0x00, 0x01, 0x61, 0x03, 0x23, 0x00, 0x02])
    try session.receive([0x30, 0x06, 0x00, 0x00, 0x03, 0x23, 0x00, 0x02])
    try session.receive([0x30, 0x07, 0x00, 0x01, 0x62, 0x03, 0x23, 0x00, 0x02])
    try session.receive([0x30, 0x06, 0x00, 0x00, 0x03, 0x23, 0x00, 0x02])
    let topics = session.takeEvents().map { event in
      guard case .message(let message) = event else { return "?" }
      return (message.topic?.text ?? "nil") + (message.properties.topicAlias.map { " \($0)" } ?? "")
    }
    #expect(topics == ["a", "a", "b", "b"], "and are nobody else's business")
  }

  /// 3.3.4: a number that is not allowed is "topic alias invalid", one that stands for nothing is a
  /// protocol error.
  @Test(
    arguments: [
      (2, 0x61, 3, .topicAliasInvalid(3), 0x94), (0, 0x61, 1, .topicAliasInvalid(1), 0x94),
      (2, nil, 3, .topicAliasInvalid(3), 0x94), (2, nil, 1, .topicAliasUnknown(1), 0x82),
      (2, 0x61, 0, .malformed(.propertyValue(.topicAlias, 0, .packet(.publish))), 0x94),
    ] as [(UInt16, UInt8?, UInt8, SessionError, UInt8)])
  func `an alias that is not one ends the session`(
    maximum: UInt16, name: UInt8?, alias: UInt8, error: SessionError, reason: UInt8
  ) throws {
    var session = try Session.connected(.v5) { $0.topicAliasMaximum = maximum }
    let body: [UInt8] =
      (name.map { [0x00, 0x01, $0] } ?? [0x00, 0x00]) + [0x03, 0x23, 0x00, alias]
    #expect(throws: error) { try session.receive([0x30, UInt8(body.count)] + body) }
    #expect(session.takeOutput() == [0xE0, 0x01, reason])
  }

  @Test func `what only a broker or the session may say is not published`() throws {
    var session = try Session.connected(.v5)
    var properties = Publish.Properties()
    properties.topicAlias = 1
    #expect(throws: SessionError.self) {
      try session.publish(
        topic: topic("t"), payload: [], qos: .atMostOnce, properties: properties, token: 0,
        now: .zero)
    }
    properties = Publish.Properties()
    properties.subscriptionIdentifiers = [1]
    #expect(throws: SessionError.self) {
      try session.publish(
        topic: topic("t"), payload: [], qos: .atMostOnce, properties: properties, token: 0,
        now: .zero)
    }
    #expect(!session.hasOutput)
  }

  @Test func `a limit of the output below a byte is one byte`() throws {
    for limit in [0, -1, 1] {
      var session = try Session.connected(.v5) { $0.outputMax = limit }
      #expect(session.wantsInput)
      try session.publish(.atMostOnce, token: 0)
      #expect(throws: SessionError.outputFull) { try session.publish(.atMostOnce, token: 0) }
    }
  }

  /// A broker that sends and does not read gets nothing piled up: each step of reading is followed
  /// by the question whether more is wanted.
  @Test(arguments: ProtocolVersion.allCases)
  func `answers do not pile up`(version: ProtocolVersion) throws {
    var session = try Session.connected(version) { $0.outputMax = 100 }
    var count = 0
    while session.wantsInput {
      try session.receive(pubrel(9))
      count += 1
    }
    #expect(count == (version == .v5 ? 20 : 25))
  }
}
