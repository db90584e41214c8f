import MQTT
import Testing

@Suite struct SessionConnectTests {
  @Test func `a session begins with CONNECT`() throws {
    var options = Session.Options.v311("barn")
    options.username = "u"
    options.password = [0xFF, 0x00]
    var session = try Session(options: options, now: .zero)
    let connect: [UInt8] =
      [0x10, 0x17, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x04, 0xC2, 0x00, 0x3C]
      + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E, 0x00, 0x01, 0x75, 0x00, 0x02, 0xFF, 0x00]
    #expect(session.takeOutput() == connect)
    #expect(!session.hasOutput)
    #expect(session.takeOutput().isEmpty)
    #expect(session.nextEvent() == nil)
    #expect(!session.canPublish)
  }

  @Test(
    arguments: [
      (.zero, 0), (.milliseconds(200), 1), (.seconds(60), 60), (.milliseconds(1_500), 2),
      (.seconds(65_535), 65_535), (.seconds(1_000_000), 65_535), (.seconds(-1), 0),
    ] as [(Duration, UInt16)])
  func `the keep alive is told in whole seconds`(keepAlive: Duration, wire: UInt16) throws {
    var options = Session.Options.v311("")
    options.keepAlive = keepAlive
    var session = try Session(options: options, now: .zero)
    #expect(session.takeOutput()[10..<12] == [UInt8(wire >> 8), UInt8(wire & 0xFF)])
  }

  @Test func `the broker accepts`() throws {
    var session = try Session(options: .v311("barn"), now: .zero)
    for byte in Broker.accepts {
      #expect(session.nextEvent() == nil)
      try session.receive([byte], now: .seconds(1))
    }
    #expect(session.nextEvent() == .connected(sessionPresent: false))
    #expect(session.canPublish)
  }

  @Test(
    arguments: [
      (1, .unsupportedProtocolVersion, "version"), (2, .clientIdentifierNotValid, "identifier"),
      (3, .serverUnavailable, "unavailable"), (4, .badUserNameOrPassword, "password"),
      (5, .notAuthorized, "not authorized"),
    ] as [(UInt8, ReasonCode, String)])
  func `the broker refuses, and says why`(
    code: UInt8, reasonCode: ReasonCode, word: String
  ) throws {
    let error = SessionError.refused(reasonCode, ServerRemarks())
    var session = try Session(options: .v311("barn"), now: .zero)
    #expect(throws: error) {
      try session.receive(Broker.refuses(code), now: .zero)
    }
    #expect(error.text.contains(word))
    #expect(session.deadline == nil)
    #expect(session.nextEvent() == nil)
  }

  @Test func `a broker that does not answer CONNECT is given up`() throws {
    var session = try Session(options: .v311("barn"), now: .seconds(100))
    #expect(session.deadline == .seconds(110))
    try session.tick(now: .seconds(110) - .nanoseconds(1))
    #expect(throws: SessionError.connackTimeout(.seconds(10))) {
      try session.tick(now: .seconds(110))
    }
    #expect(
      SessionError.connackTimeout(.seconds(10)).text
        == "the broker did not answer CONNECT within 10 s")
    #expect(
      SessionError.connackTimeout(.milliseconds(250)).text
        == "the broker did not answer CONNECT within 0.25 s")
  }

  @Test func `the broker must not remember a clean session`() throws {
    var session = try Session(options: .v311("barn"), now: .zero)
    #expect(throws: SessionError.unexpectedSessionPresent) {
      try session.receive([0x20, 0x02, 0x01, 0x00], now: .zero)
    }
  }

  @Test func `the broker may remember another session`() throws {
    var options = Session.Options.v311("barn")
    options.cleanStart = false
    var session = try Session(options: options, now: .zero)
    #expect(session.takeOutput()[9] == 0x00)
    try session.receive([0x20, 0x02, 0x01, 0x00], now: .zero)
    #expect(session.nextEvent() == .connected(sessionPresent: true))
  }

  /// [MQTT-3.2.0-1]: CONNACK comes first.
  @Test(
    arguments: Vector.version311.filter { $0.packet.type != .connack })
  func `nothing else comes before CONNACK`(vector: Vector) throws {
    var session = try Session(options: .v311("barn"), now: .zero)
    #expect(throws: SessionError.unexpected(vector.packet.type)) {
      try session.receive(vector.bytes, now: .zero)
    }
  }

  /// What only a client sends, and a second CONNACK.
  @Test(
    arguments: Vector.version311.filter {
      switch $0.packet {
      case .connect, .subscribe, .unsubscribe, .pingreq, .disconnect, .pingresp: true
      case .connack(let connack): connack.reasonCode == .success && !connack.sessionPresent
      default: false
      }
    })
  func `what a broker never sends ends the session`(vector: Vector) throws {
    var session = try Session.connected()
    #expect(throws: SessionError.unexpected(vector.packet.type)) {
      try session.receive(vector.bytes, now: .zero)
    }
  }

  @Test(
    arguments: [
      [0x40, 0x02, 0x00, 0x07], [0x50, 0x02, 0x00, 0x07], [0x70, 0x02, 0x00, 0x07],
      [0x90, 0x03, 0x00, 0x07, 0x00], [0xB0, 0x02, 0x00, 0x07],
    ] as [[UInt8]])
  func `an answer to what was not asked ends the session`(answer: [UInt8]) throws {
    var session = try Session.connected()
    #expect(throws: SessionError.unknownPacketIdentifier(7)) {
      try session.receive(answer, now: .zero)
    }
  }

  @Test func `what is no packet ends the session with its clause`() throws {
    var session = try Session.connected()
    #expect(throws: SessionError.malformed(.reservedFlags(.puback, flags: 1))) {
      try session.receive([0x41], now: .zero)
    }
    #expect(
      SessionError.malformed(.reservedFlags(.puback, flags: 1)).text
        == "the broker broke the protocol: PUBACK has the flags 1, not 0 [MQTT-2.2.2-2]")
  }

  @Test func `a client identifier that is too long makes no CONNECT`() {
    let options = Session.Options.v311(String(repeating: "c", count: 65_536))
    #expect(throws: SessionError.unsendable(.stringTooLong(65_536))) {
      _ = try Session(options: options, now: .zero)
    }
  }

  @Test(
    arguments: [
      ("a\0b", nil, nil, .nullCharacter), ("c", "\0", nil, .nullCharacter),
      ("c", nil, [0x70], .passwordWithoutUsername),
    ] as [(String, String?, [UInt8]?, PacketError)])
  func `options that make no CONNECT are refused`(
    clientID: String, username: String?, password: [UInt8]?, error: PacketError
  ) {
    var options = Session.Options.v311(clientID)
    options.username = username
    options.password = password
    #expect(throws: SessionError.unsendable(error)) {
      _ = try Session(options: options, now: .zero)
    }
  }
}
