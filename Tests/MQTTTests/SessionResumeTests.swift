import MQTT
import Testing

/// A session that lasts longer than a connection (4.1, 4.4). The bytes are by hand from the
/// specifications.
@Suite struct SessionResumeTests {
  private static func lasting(_ options: inout Session.Options) {
    options.cleanStart = false
    options.sessionExpiry = 3_600
  }

  private static func remembers(_ version: ProtocolVersion) -> [UInt8] {
    version == .v5 ? Broker.accepts5(sessionPresent: true) : [0x20, 0x02, 0x01, 0x00]
  }

  /// PUBLISH of "x" to "t" with QoS 1.
  private static func publishOnce(
    _ identifier: UInt8, isDuplicate: Bool, _ version: ProtocolVersion
  ) -> [UInt8] {
    let flags: UInt8 = isDuplicate ? 0x3A : 0x32
    return version == .v5
      ? [flags, 0x07, 0x00, 0x01, 0x74, 0x00, identifier, 0x00, 0x78]
      : [flags, 0x06, 0x00, 0x01, 0x74, 0x00, identifier, 0x78]
  }

  /// 1 with QoS 1, 2 and 3 with QoS 2; the broker has said PUBREC to 2.
  private static func interrupted(_ version: ProtocolVersion) throws -> Session.State {
    var session = try Session.connected(version, lasting)
    try session.publish(.atLeastOnce, token: 10)
    try session.publish(.exactlyOnce, token: 20)
    try session.publish(.exactlyOnce, token: 30)
    try session.receive(pubrec(2))
    _ = session.takeOutput()
    return session.state
  }

  /// [MQTT-4.4.0-1], [MQTT-4.6.0-1], [MQTT-3.3.1-1]
  @Test(arguments: ProtocolVersion.allCases)
  func `what was in flight is sent again to a broker that remembers`(
    version: ProtocolVersion
  ) throws {
    let state = try Self.interrupted(version)
    #expect(state.outgoingCount == 3)
    var session = try Session.connected(
      version, resuming: state, connack: Self.remembers(version), Self.lasting)
    #expect(!session.canPublish, "what is older goes first")
    #expect(
      session.takeOutput() == pubrel(2) + Self.publishOnce(1, isDuplicate: true, version)
        + Broker.publishesTwice(3, isDuplicate: true, version))
    #expect(session.canPublish)
    try session.receive(puback(1) + pubcomp(2) + pubrec(3) + pubcomp(3))
    #expect(session.takeOutput() == pubrel(3))
    #expect(
      session.takeEvents()
        == [.acknowledged(token: 10), .acknowledged(token: 20), .acknowledged(token: 30)])
    try session.publish(.atLeastOnce, token: 40)
    #expect(session.takeOutput() == Self.publishOnce(4, isDuplicate: false, version))
  }

  /// [MQTT-3.2.2-5]
  @Test(arguments: ProtocolVersion.allCases)
  func `a broker that has forgotten gets QoS 1 anew, and QoS 2 is left to whoever knows`(
    version: ProtocolVersion
  ) throws {
    var session = try Session.connected(
      version, resuming: try Self.interrupted(version), Self.lasting)
    #expect(session.takeEvents() == [.unresolved(token: 20), .unresolved(token: 30)])
    #expect(session.takeOutput() == Self.publishOnce(1, isDuplicate: false, version))
    try session.receive(puback(1))
    #expect(session.takeEvents() == [.acknowledged(token: 10)])
    #expect(session.state.outgoingCount == 0)
  }

  @Test func `a clean start forgets, and counts on`() throws {
    var session = try Session.connected(.v5, resuming: try Self.interrupted(.v5))
    #expect(!session.hasOutput && !session.hasEvents && session.inFlightCount == 0)
    try session.publish(.atLeastOnce, token: 1)
    #expect(session.takeOutput() == Self.publishOnce(4, isDuplicate: false, .v5))
  }

  /// [MQTT-4.6.0-4]: PUBREL in the order of PUBREC, which an odd broker may have chosen freely.
  @Test func `PUBREL is sent again in the order of PUBREC`() throws {
    var session = try Session.connected(.v311, Self.lasting)
    for token in 1...4 as ClosedRange<UInt64> { try session.publish(.exactlyOnce, token: token) }
    try session.receive(pubrec(3) + pubrec(1) + pubrec(3))
    var next = try Session.connected(
      .v311, resuming: session.state, connack: Self.remembers(.v311), Self.lasting)
    #expect(
      next.takeOutput() == pubrel(3) + pubrel(1)
        + Broker.publishesTwice(2, isDuplicate: true, .v311)
        + Broker.publishesTwice(4, isDuplicate: true, .v311))
  }

  /// [MQTT-3.3.4-7]: the window of the new connection, and not of the old.
  @Test func `no more is sent again than the broker takes now`() throws {
    var session = try Session.connected(.v5, Self.lasting)
    for token in 1...4 as ClosedRange<UInt64> { try session.publish(.atLeastOnce, token: token) }
    // Receive maximum: 2.
    var next = try Session.connected(
      .v5, resuming: session.state,
      connack: Broker.accepts5(sessionPresent: true, [0x21, 0x00, 0x02]), Self.lasting)
    func again(_ identifier: UInt8) -> [UInt8] {
      Self.publishOnce(identifier, isDuplicate: true, .v5)
    }
    #expect(next.takeOutput() == again(1) + again(2))
    #expect(!next.hasOutput)
    try next.receive(puback(2))
    #expect(next.takeOutput() == again(3))
    // Interrupted again, the fourth is a duplicate still.
    var last = try Session.connected(
      .v5, resuming: next.state, connack: Self.remembers(.v5), Self.lasting)
    #expect(last.takeOutput() == again(1) + again(3) + again(4))
  }

  /// mosquitto repeats PUBREC when a client comes back, before the client has said anything.
  @Test func `a broker may go on before the client does`() throws {
    var session = try Session.connected(
      .v311, resuming: try Self.interrupted(.v311), connack: Self.remembers(.v311), Self.lasting)
    try session.receive(pubrec(3))
    #expect(
      session.takeOutput() == pubrel(2) + pubrel(3)
        + Self.publishOnce(1, isDuplicate: true, .v311))
    try session.receive(pubcomp(2) + pubcomp(3) + pubcomp(3) + puback(1) + puback(77))
    #expect(session.takeEvents().count == 3)
    #expect(session.state.outgoingCount == 0)
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a message with QoS 2 comes once, however often the connection breaks`(
    version: ProtocolVersion
  ) throws {
    var session = try Session.connected(version, Self.lasting)
    // 5 is taken, 6 is not.
    try session.receive(Broker.publishesTwice(5, version) + Broker.publishesTwice(6, version))
    #expect(session.nextEvent() != nil)
    let again =
      Broker.publishesTwice(5, isDuplicate: true, version)
      + Broker.publishesTwice(6, isDuplicate: true, version)

    session = try Session.connected(
      version, resuming: session.state, connack: Self.remembers(version), Self.lasting)
    try session.receive(again)
    #expect(session.takeOutput() == pubrec(5))
    #expect(session.takeEvents().count == 1)
    #expect(session.takeOutput() == pubrec(6))

    session = try Session.connected(
      version, resuming: session.state, connack: Self.remembers(version), Self.lasting)
    try session.receive(Broker.publishesTwice(6, isDuplicate: true, version) + pubrel(5))
    #expect(session.takeEvents().isEmpty)
    #expect(session.takeOutput() == pubrec(6) + pubcomp(5))

    // To a broker that has forgotten, 6 is another message.
    session = try Session.connected(version, resuming: session.state, Self.lasting)
    try session.receive(Broker.publishesTwice(6, version))
    #expect(session.takeEvents().count == 1)
  }

  @Test func `what the new connection cannot carry is unresolved`() throws {
    var session = try Session.connected(.v5, Self.lasting)
    try session.publish(.exactlyOnce, token: 1)
    try session.publish(
      topic: topic("t"), payload: Array(repeating: 0, count: 100), qos: .atLeastOnce, token: 2,
      now: .zero)
    try session.publish(.atLeastOnce, token: 3)
    // Maximum QoS: 1, maximum packet size: 50.
    var next = try Session.connected(
      .v5, resuming: session.state,
      connack: Broker.accepts5(sessionPresent: true, [0x24, 0x01, 0x27, 0, 0, 0, 50]),
      Self.lasting)
    #expect(next.takeOutput() == Self.publishOnce(3, isDuplicate: true, .v5))
    #expect(next.takeEvents() == [.unresolved(token: 1), .unresolved(token: 2)])
  }

  @Test func `a session that keeps no messages has nothing to send again`() throws {
    var session = try Session.connected(.v5)
    try session.publish(.atLeastOnce, token: 1)
    var next = try Session.connected(
      .v5, resuming: session.state, connack: Self.remembers(.v5), Self.lasting)
    #expect(next.takeOutput().isEmpty)
    #expect(next.takeEvents() == [.unresolved(token: 1)])
  }
}
