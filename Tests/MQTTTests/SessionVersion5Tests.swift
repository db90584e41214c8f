import MQTT
import Testing

/// How a session of 5.0 begins and ends. The bytes are by hand from the specification.
@Suite struct SessionVersion5Tests {
  /// "OK" as reason string and "b:1" as server reference.
  private static let remarks: [UInt8] = [
    0x1F, 0x00, 0x02, 0x4F, 0x4B, 0x1C, 0x00, 0x03, 0x62, 0x3A, 0x31,
  ]

  @Test func `a session begins with CONNECT`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    // Maximum packet size 1,024.
    #expect(
      session.takeOutput() == [0x10, 0x16, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x02, 0x00]
        + [0x3C, 0x05, 0x27, 0x00, 0x00, 0x04, 0x00]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E])
  }

  @Test func `CONNECT says all options`() throws {
    var options = Session.Options(clientID: "")
    options.password = [0xFF]
    options.cleanStart = false
    options.sessionExpiry = .max
    options.keepAlive = .zero
    options.receiveMaximum = 0
    options.packetSizeMax = 0
    options.topicAliasMaximum = 7
    options.requestResponseInformation = true
    options.requestProblemInformation = false
    options.userProperties = [userProperty("a", "b")]
    options.authenticationMethod = string("M")
    options.authenticationData = [0x01]
    var session = try Session(options: options, now: .zero)
    #expect(
      session.takeOutput() == [0x10, 0x33, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x40, 0, 0]
        + [0x23, 0x11, 0xFF, 0xFF, 0xFF, 0xFF, 0x21, 0x00, 0x01, 0x27, 0x00, 0x00, 0x00, 0x04]
        + [0x22, 0x00, 0x07, 0x19, 0x01, 0x17, 0x00, 0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62]
        + [0x15, 0x00, 0x01, 0x4D, 0x16, 0x00, 0x01, 0x01] + [0x00, 0x00, 0x00, 0x01, 0xFF])
  }

  @Test func `what the broker says besides can be asked for`() throws {
    // Session expiry 1 h, assigned identifier "x", server keep alive 10 s.
    let session = try Session.connected(
      .v5,
      connack: Broker.accepts5([
        0x11, 0x00, 0x00, 0x0E, 0x10, 0x12, 0x00, 0x01, 0x78, 0x13, 0x00, 0x0A,
      ]))
    #expect(session.acceptance?.properties.assignedClientIdentifier?.text == "x")
    #expect(session.acceptance?.properties.sessionExpiryInterval == 3_600)
    #expect(session.deadline == .seconds(10), "the server's keep alive counts [MQTT-3.2.2-21]")
  }

  @Test(arguments: [(0, nil), (65_535, 65_535)] as [(UInt16, Int?)])
  func `the server's keep alive takes the place of ours`(wire: UInt16, seconds: Int?) throws {
    let session = try Session.connected(
      .v5, connack: Broker.accepts5([0x13, UInt8(wire >> 8), UInt8(wire & 0xFF)]))
    #expect(session.deadline == seconds.map { .seconds($0) })
  }

  @Test func `a refusal comes with its reason and another server`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    _ = session.takeOutput()
    let error = SessionError.refused(
      .serverMoved, ServerRemarks(reason: string("OK"), serverReference: string("b:1")))
    #expect(throws: error) {
      try session.receive([0x20, 0x0E, 0x00, 0x9D, 0x0B] + Self.remarks)
    }
    #expect(error.text.contains("\"OK\"") && error.text.contains("b:1"))
    #expect(!session.hasOutput)
  }

  /// The CONNACK of 3.1.1 has two bytes, and one of 5.0 has three or more.
  @Test(
    arguments: [
      (1, .unsupportedProtocolVersion), (2, .clientIdentifierNotValid), (3, .serverUnavailable),
      (4, .badUserNameOrPassword), (5, .notAuthorized),
    ] as [(UInt8, ReasonCode)], [1, 2, 4])
  func `a refusal in the words of 3.1.1 is understood`(
    refusal: (UInt8, ReasonCode), chunk: Int
  ) throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.refused(refusal.1, ServerRemarks())) {
      for bytes in ([0x20, 0x02, 0x00, refusal.0] as [UInt8]).chunks(of: chunk) {
        try session.receive(Array(bytes))
      }
    }
  }

  @Test(
    arguments: [
      [0x20, 0x02, 0x00, 0x00], [0x20, 0x02, 0x00, 0x06], [0x20, 0x02, 0x01, 0x01],
    ] as [[UInt8]])
  func `what else 3.1.1 may say is no answer to 5.0`(connack: [UInt8]) throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect {
      try session.receive(connack)
    } throws: { error in
      if case .malformed = error as? SessionError { true } else { false }
    }
  }

  @Test func `a CONNACK may come a byte at a time`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    for byte in Broker.accepts5([0x22, 0x00, 0x02]) { try session.receive([byte]) }
    #expect(session.takeEvents() == [.connected(sessionPresent: false)])
  }

  @Test func `the broker's DISCONNECT is told with its reason and another server`() throws {
    var session = try Session.connected(.v5)
    try session.publish(.atLeastOnce, token: 1)
    let error = SessionError.disconnected(
      .useAnotherServer, ServerRemarks(reason: string("OK"), serverReference: string("b:1")))
    #expect(throws: error) {
      try session.receive(puback(1) + [0xE0, 0x0D, 0x9C, 0x0B] + Self.remarks)
    }
    #expect(session.takeEvents() == [.acknowledged(token: 1)])
    #expect(!session.hasOutput, "nobody listens any more")

    session = try Session.connected(.v5)
    #expect(throws: SessionError.disconnected(.normalDisconnection, ServerRemarks())) {
      try session.receive([0xE0, 0x00])
    }
  }

  /// [MQTT-3.14.0-1], [MQTT-3.14.2-2]
  @Test func `a DISCONNECT that a broker must not send is told so`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.unexpected(.disconnect)) { try session.receive([0xE0, 0x00]) }
    session = try Session.connected(.v5)
    #expect(throws: SessionError.misplacedProperty(.sessionExpiryInterval, .disconnect)) {
      try session.receive([0xE0, 0x07, 0x8B, 0x05, 0x11, 0x00, 0x00, 0x00, 0x01])
    }
  }

  @Test func `our DISCONNECT may change the session's expiry, but not from none`() throws {
    var properties = Disconnect.Properties()
    properties.sessionExpiryInterval = 1
    var session = try Session.connected(.v5)
    #expect(throws: SessionError.self) {
      try session.disconnect(properties: properties, now: .zero)
    }
    #expect(session.canPublish && !session.hasOutput)
    session = try Session.connected(.v5) { $0.sessionExpiry = 5 }
    try session.disconnect(properties: properties, now: .zero)
    #expect(session.takeOutput() == [0xE0, 0x07, 0x00, 0x05, 0x11, 0x00, 0x00, 0x00, 0x01])
  }

  /// What the broker is told before the connection is closed (4.13.1).
  @Test(
    arguments: [
      ([0x41], 0x81),  // reserved bits
      ([0x30, 0x03, 0x00, 0x01, 0x2B], 0x90),  // a wildcard in the topic
      ([0x36, 0x00], 0x81),  // QoS 3
      ([0x40, 0x02, 0x00, 0x00], 0x82),  // identifier 0
      ([0x40, 0x02, 0x00, 0x07], 0x82), ([0x70, 0x02, 0x00, 0x07], 0x82),
      ([0x90, 0x04, 0x00, 0x07, 0x00, 0x00], 0x82), ([0xB0, 0x04, 0x00, 0x07, 0x00, 0x00], 0x82),
      ([0xD0, 0x00], 0x82), ([0xC0, 0x00], 0x82), ([0x20, 0x03, 0x00, 0x00, 0x00], 0x82),
      ([0xF0, 0x00], 0x82),  // AUTH without a method
      ([0x30, 0xFF, 0xFF, 0xFF, 0x7F], 0x95), ([0x30, 0xFF, 0xFF, 0xFF, 0xFF], 0x81),
    ] as [([UInt8], UInt8)])
  func `the broker is told what it did wrong`(bytes: [UInt8], reason: UInt8) throws {
    var session = try Session.connected(.v5)
    try session.publish(.exactlyOnce, token: 1)
    #expect(throws: SessionError.self) { try session.receive(bytes) }
    #expect(session.takeOutput() == [0xE0, 0x01, reason])
    #expect(session.takeOutput().isEmpty)
    #expect(session.failure != nil)
  }

  /// [MQTT-3.1.0-1]
  @Test func `a broker that speaks before CONNECT is sent hears nothing`() throws {
    var session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.self) { try session.receive(Broker.accepts5() + [0x41]) }
    #expect(session.takeOutput().isEmpty)
  }

  @Test func `a stalled broker is told, a dead link is not`() throws {
    var session = try Session.connected(.v5) { $0.keepAlive = .zero }
    try session.publish(.atLeastOnce, token: 1)
    _ = session.takeOutput()
    #expect(throws: SessionError.acknowledgeTimeout(.seconds(30))) {
      try session.tick(now: .seconds(30))
    }
    #expect(session.takeOutput() == [0xE0, 0x01, 0x80])
    session = try Session.connected(.v5)
    try session.tick(now: .seconds(60))
    _ = session.takeOutput()
    #expect(throws: SessionError.self) { try session.tick(now: .seconds(80)) }
    #expect(!session.hasOutput)
  }

  /// [MQTT-3.1.2-29]
  @Test(
    arguments: [
      ([0x40, 0x07, 0x00, 0x01, 0x00, 0x03, 0x1F, 0x00, 0x00], .puback),
      ([0x50, 0x07, 0x00, 0x02, 0x00, 0x03, 0x1F, 0x00, 0x00], .pubrec),
      ([0x62, 0x07, 0x00, 0x09, 0x00, 0x03, 0x1F, 0x00, 0x00], .pubrel),
      ([0x90, 0x07, 0x00, 0x03, 0x03, 0x1F, 0x00, 0x00, 0x00], .suback),
      ([0xF0, 0x09, 0x18, 0x07, 0x15, 0x00, 0x01, 0x4D, 0x1F, 0x00, 0x00], .auth),
    ] as [([UInt8], PacketType)])
  func `explanations that were not asked for are refused`(
    bytes: [UInt8], type: PacketType
  ) throws {
    // Authentication method: "M".
    var session = try Session.connected(
      .v5, connack: Broker.accepts5([0x15, 0x00, 0x01, 0x4D])
    ) {
      $0.requestProblemInformation = false
      $0.authenticationMethod = string("M")
    }
    try session.authenticate(nil, now: .zero)
    try session.publish(.atLeastOnce, token: 1)
    try session.publish(.exactlyOnce, token: 2)
    try session.subscribe(
      [Subscription(filter: filter("a"), maximumQoS: .atMostOnce)], token: 3, now: .zero)
    #expect(throws: SessionError.unrequestedProblemInformation(type)) {
      try session.receive(bytes)
    }
  }
}
