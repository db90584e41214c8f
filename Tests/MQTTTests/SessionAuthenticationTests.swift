import MQTT
import Testing

/// Enhanced authentication (MQTT 5.0, 4.12). The bytes are by hand from the specification.
@Suite struct SessionAuthenticationTests {
  /// AUTH with the method "M" and one byte of data.
  private static func auth(_ reasonCode: UInt8, _ data: UInt8) -> [UInt8] {
    [0xF0, 0x0A, reasonCode, 0x08, 0x15, 0x00, 0x01, 0x4D, 0x16, 0x00, 0x01, data]
  }

  private static let accepts = Broker.accepts5([0x15, 0x00, 0x01, 0x4D])

  private static func method(_ options: inout Session.Options) {
    options.authenticationMethod = string("M")
  }

  private static func connecting() throws -> Session {
    var options = Session.Options(clientID: "barn")
    method(&options)
    var session = try Session(options: options, now: .zero)
    _ = session.takeOutput()
    return session
  }

  private static func data(_ event: Session.Event?) -> [UInt8]? {
    guard case .authentication(let auth) = event else { return nil }
    return auth.properties.authenticationData
  }

  @Test func `the broker asks until it knows enough`() throws {
    var session = try Self.connecting()
    #expect(throws: SessionError.noAuthentication) { try session.authenticate([1], now: .zero) }
    for round in 1...2 as ClosedRange<UInt8> {
      try session.receive(Self.auth(0x18, round))
      #expect(Self.data(session.nextEvent()) == [round])
      try session.authenticate([round + 10], now: .zero)
      #expect(session.takeOutput() == Self.auth(0x18, round + 10))
      #expect(throws: SessionError.noAuthentication) { try session.authenticate([1], now: .zero) }
    }
    try session.receive(Self.accepts)
    #expect(session.takeEvents() == [.connected(sessionPresent: false)])
  }

  @Test func `the time for CONNACK goes on while the broker asks`() throws {
    var session = try Self.connecting()
    for second in 1..<10 as Range<UInt8> {
      try session.receive(Self.auth(0x18, second), now: .seconds(Int(second)))
      _ = session.nextEvent()
      try session.authenticate([second], now: .seconds(Int(second)))
    }
    #expect(throws: SessionError.connackTimeout(.seconds(10))) {
      try session.tick(now: .seconds(10))
    }
  }

  /// [MQTT-4.12.1-1]
  @Test func `a client can prove again who it is`() throws {
    var session = try Session.connected(.v5, connack: Self.accepts, Self.method)
    try session.authenticate([0x01], now: .zero)
    #expect(session.takeOutput() == Self.auth(0x19, 0x01))
    #expect(throws: SessionError.noAuthentication) { try session.authenticate([1], now: .zero) }
    try session.receive(Self.auth(0x18, 0x02))
    #expect(Self.data(session.nextEvent()) == [0x02])
    try session.authenticate([0x03], now: .zero)
    #expect(session.takeOutput() == Self.auth(0x18, 0x03))
    // A success that says nothing else has no method (3.15.2.1).
    try session.receive([0xF0, 0x00])
    #expect(session.takeEvents().count == 1)
    try session.authenticate([0x04], now: .zero)
    #expect(session.takeOutput() == Self.auth(0x19, 0x04))
  }

  /// Only a client begins, and nobody goes on when it is not its turn.
  @Test(arguments: [0x00, 0x18, 0x19] as [UInt8])
  func `a broker that asks out of turn ends the session`(reasonCode: UInt8) throws {
    var session = try Session.connected(.v5, connack: Self.accepts, Self.method)
    #expect(throws: SessionError.unexpected(.auth)) {
      try session.receive(Self.auth(reasonCode, 1))
    }
    #expect(session.takeOutput() == [0xE0, 0x01, 0x82])
  }

  @Test func `a broker that asks twice, or what only a client asks, ends the session`() throws {
    var session = try Self.connecting()
    #expect(throws: SessionError.unexpected(.auth)) {
      try session.receive(Self.auth(0x18, 1) + Self.auth(0x18, 2))
    }
    for reasonCode in [0x00, 0x19] as [UInt8] {
      session = try Self.connecting()
      #expect(throws: SessionError.unexpected(.auth)) {
        try session.receive(Self.auth(reasonCode, 1))
      }
    }
  }

  /// [MQTT-4.12.0-5], [MQTT-4.12.0-6]
  @Test func `the method is the client's`() throws {
    var session = try Self.connecting()
    #expect(throws: SessionError.wrongAuthenticationMethod) {
      try session.receive(Broker.accepts5())
    }
    session = try Self.connecting()
    #expect(throws: SessionError.wrongAuthenticationMethod) {
      try session.receive([0xF0, 0x06, 0x18, 0x04, 0x15, 0x00, 0x01, 0x4E])
    }
    session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.unexpected(.auth)) { try session.receive(Self.auth(0x18, 1)) }
    session = try Session(options: Session.Options(clientID: "barn"), now: .zero)
    #expect(throws: SessionError.wrongAuthenticationMethod) { try session.receive(Self.accepts) }
  }
}
