import MQTT
import Testing

/// QoS 2 in both directions (4.3.3), and QoS 1 from the broker. The bytes are by hand from the
/// specifications.
@Suite struct SessionExactlyOnceTests {
  @Test(arguments: ProtocolVersion.allCases)
  func `a message with QoS 2 goes out in two steps`(version: ProtocolVersion) throws {
    var session = try Session.connected(version)
    try session.publish(.exactlyOnce, token: 9)
    #expect(session.takeOutput() == Broker.publishesTwice(1, version))
    try session.receive(pubrec(1))
    #expect(session.takeOutput() == pubrel(1))
    #expect(session.nextEvent() == nil)
    #expect(session.inFlightCount == 1)
    try session.receive(pubcomp(1))
    #expect(session.takeEvents() == [.acknowledged(token: 9)])
    #expect(session.inFlightCount == 0)
    #expect(!session.hasOutput)
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a message with QoS 2 comes in two steps, and once`(version: ProtocolVersion) throws {
    var session = try Session.connected(version)
    try session.receive(Broker.publishesTwice(5, version))
    try session.receive(Broker.publishesTwice(5, isDuplicate: true, version))
    #expect(!session.hasOutput, "nobody has taken it yet")
    guard case .message(let message) = session.nextEvent() else {
      Issue.record("no message")
      return
    }
    #expect(message.topic == topic("t") && message.payload == [0x78])
    #expect(!session.hasOutput, "whoever has taken it has not finished")
    #expect(session.nextEvent() == nil)
    #expect(session.takeOutput() == pubrec(5))
    // The broker has not heard PUBREC.
    try session.receive(Broker.publishesTwice(5, isDuplicate: true, version))
    #expect(session.takeEvents().isEmpty)
    #expect(session.takeOutput() == pubrec(5))
    try session.receive(pubrel(5))
    #expect(session.takeOutput() == pubcomp(5))
    // From here on the identifier belongs to another message.
    try session.receive(Broker.publishesTwice(5, version))
    #expect(session.takeEvents().count == 1)
    #expect(session.takeOutput() == pubrec(5))
  }

  @Test(
    arguments: [
      (.v311, [0x32, 0x06, 0x00, 0x01, 0x74, 0x00, 0x05, 0x78]),
      (.v5, [0x32, 0x07, 0x00, 0x01, 0x74, 0x00, 0x05, 0x00, 0x78]),
    ] as [(ProtocolVersion, [UInt8])])
  func `a message with QoS 1 is acknowledged when the next event is asked for`(
    version: ProtocolVersion, publish: [UInt8]
  ) throws {
    var session = try Session.connected(version)
    try session.receive(publish + publish)
    #expect(!session.wantsInput)
    #expect(session.nextEvent() != nil)
    #expect(!session.hasOutput)
    #expect(session.nextEvent() != nil, "a second copy is a message of its own")
    #expect(session.takeOutput() == puback(5))
    #expect(session.wantsInput)
    #expect(session.nextEvent() == nil)
    #expect(session.takeOutput() == puback(5))
  }

  @Test func `what was taken is acknowledged before the goodbye`() throws {
    var session = try Session.connected(.v5)
    try session.receive(Broker.publishesTwice(5))
    _ = session.nextEvent()
    try session.disconnect(reasonCode: .disconnectWithWillMessage, now: .zero)
    #expect(session.takeOutput() == pubrec(5) + [0xE0, 0x01, 0x04])
  }

  @Test func `the broker may refuse a message with QoS 2`() throws {
    var session = try Session.connected(.v5)
    try session.publish(.exactlyOnce, token: 1)
    try session.publish(.exactlyOnce, token: 2)
    try session.publish(.atLeastOnce, token: 3)
    _ = session.takeOutput()
    // "Quota exceeded" to the first, "no matching subscribers" to the second.
    try session.receive([0x50, 0x03, 0x00, 0x01, 0x97, 0x50, 0x03, 0x00, 0x02, 0x10])
    #expect(session.takeOutput() == pubrel(2))
    // "Packet identifier not found": the broker had finished with it.
    try session.receive([0x70, 0x03, 0x00, 0x02, 0x92, 0x40, 0x03, 0x00, 0x03, 0x87])
    #expect(
      session.takeEvents() == [
        .rejected(token: 1, .quotaExceeded), .acknowledged(token: 2),
        .rejected(token: 3, .notAuthorized),
      ])
    #expect(session.inFlightCount == 0)
  }

  @Test(arguments: [(.atMostOnce, 1), (.atLeastOnce, 1), (.exactlyOnce, 1)] as [(QoS, UInt8)])
  func `the answers of one quality of service do not fit another`(
    qos: QoS, identifier: UInt8
  ) throws {
    for (answer, fits) in [
      (puback(1), qos == .atLeastOnce), (pubrec(1), qos == .exactlyOnce), (pubcomp(1), false),
    ] {
      var session = try Session.connected(.v311)
      try session.publish(qos, token: 1)
      if fits {
        try session.receive(answer)
      } else {
        #expect(throws: SessionError.unknownPacketIdentifier(1)) { try session.receive(answer) }
      }
    }
  }

  @Test func `a PUBREC that nobody waits for is answered so in 5.0`() throws {
    var session = try Session.connected(.v5)
    try session.receive(pubrec(9))
    #expect(session.takeOutput() == [0x62, 0x03, 0x00, 0x09, 0x92])
    try session.receive([0x70, 0x03, 0x00, 0x09, 0x92])
    // A refusal ends the exchange.
    try session.receive([0x50, 0x03, 0x00, 0x0A, 0x80])
    #expect(!session.hasOutput && !session.hasEvents)
  }

  @Test(
    arguments: [
      (.v311, [0x70, 0x02, 0x00, 0x09]), (.v5, [0x70, 0x03, 0x00, 0x09, 0x92]),
    ] as [(ProtocolVersion, [UInt8])])
  func `a PUBREL that nobody waits for is answered`(
    version: ProtocolVersion, answer: [UInt8]
  ) throws {
    var session = try Session.connected(version)
    try session.receive(pubrel(9))
    #expect(session.takeOutput() == answer)
  }

  /// Brokers that are impatient do so, and finish each PUBREL that they get.
  @Test(arguments: ProtocolVersion.allCases)
  func `a repeated PUBREC is answered again`(version: ProtocolVersion) throws {
    var session = try Session.connected(version)
    try session.publish(.exactlyOnce, token: 1)
    _ = session.takeOutput()
    try session.receive(pubrec(1) + pubrec(1))
    #expect(session.takeOutput() == pubrel(1) + pubrel(1))
    try session.receive(pubcomp(1) + pubcomp(1))
    #expect(session.takeEvents() == [.acknowledged(token: 1)])
  }
}
