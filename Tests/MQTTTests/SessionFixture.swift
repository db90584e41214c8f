import MQTT

/// What a broker sends, by hand from the specification.
enum Broker {
  static let accepts: [UInt8] = [0x20, 0x02, 0x00, 0x00]
  static let pingresp: [UInt8] = [0xD0, 0x00]

  static func refuses(_ code: UInt8) -> [UInt8] { [0x20, 0x02, 0x00, code] }

  static func acknowledges(_ identifier: UInt16) -> [UInt8] {
    [0x40, 0x02, UInt8(identifier >> 8), UInt8(identifier & 0xFF)]
  }

  /// CONNACK of 5.0 with these properties, at most 124 bytes of them.
  static func accepts5(sessionPresent: Bool = false, _ properties: [UInt8] = []) -> [UInt8] {
    let count = UInt8(properties.count)
    return [0x20, 3 + count, sessionPresent ? 0x01 : 0x00, 0x00, count] + properties
  }

  /// "x" to "t" with QoS 2, in 3.1.1 and in 5.0, where there are no properties.
  static func publishesTwice(
    _ identifier: UInt8, isDuplicate: Bool = false, _ version: ProtocolVersion = .v5
  ) -> [UInt8] {
    let flags: UInt8 = isDuplicate ? 0x3C : 0x34
    return version == .v5
      ? [flags, 0x07, 0x00, 0x01, 0x74, 0x00, identifier, 0x00, 0x78]
      : [flags, 0x06, 0x00, 0x01, 0x74, 0x00, identifier, 0x78]
  }
}

// The acknowledgements of identifiers below 256, the same in both directions and versions.
func puback(_ identifier: UInt8) -> [UInt8] { [0x40, 0x02, 0x00, identifier] }
func pubrec(_ identifier: UInt8) -> [UInt8] { [0x50, 0x02, 0x00, identifier] }
func pubrel(_ identifier: UInt8) -> [UInt8] { [0x62, 0x02, 0x00, identifier] }
func pubcomp(_ identifier: UInt8) -> [UInt8] { [0x70, 0x02, 0x00, identifier] }

let pingreq: [UInt8] = [0xC0, 0x00]

extension Session {
  /// A session that the broker has accepted at zero, with nothing left to take.
  static func connected(
    _ change: (inout Options) -> Void = { _ in }
  ) throws -> Session {
    var options = Options.v311("barn")
    change(&options)
    var session = try Session(options: options, now: .zero)
    _ = session.takeOutput()
    try session.receive(Broker.accepts, now: .zero)
    _ = session.nextEvent()
    return session
  }

  /// The same with 5.0, or to resume `state`; the events behind `.connected` are left.
  static func connected(
    _ version: ProtocolVersion, resuming state: State = State(), connack: [UInt8]? = nil,
    _ change: (inout Options) -> Void = { _ in }
  ) throws -> Session {
    var options = Options(clientID: "barn")
    options.version = version
    change(&options)
    var session = try Session(options: options, resuming: state, now: .zero)
    _ = session.takeOutput()
    try session.receive(
      connack ?? (version == .v5 ? Broker.accepts5() : Broker.accepts), now: .zero)
    guard case .connected = session.nextEvent() else { fatalError("CONNACK was not taken") }
    return session
  }

  /// Publishes "x" to "t".
  mutating func publish(_ qos: QoS, token: UInt64) throws(SessionError) {
    try publish(topic: topic("t"), payload: [0x78], qos: qos, token: token, now: .zero)
  }

  mutating func receive(_ bytes: [UInt8], now: Duration = .zero) throws(SessionError) {
    try receive(bytes.span, now: now)
  }

  /// Publishes one byte with QoS 1 and gives the identifier that is on the wire.
  mutating func publishOne(token: UInt64, now: Duration = .zero) throws -> UInt16 {
    try publish(topic: topic("t"), payload: [0x78], qos: .atLeastOnce, token: token, now: now)
    let packet = takeOutput()
    precondition(packet.prefix(5) == [0x32, 0x06, 0x00, 0x01, 0x74] && packet.count == 8)
    return UInt16(packet[5]) << 8 | UInt16(packet[6])
  }

  mutating func takeEvents() -> [Event] {
    var events: [Event] = []
    while let event = nextEvent() { events.append(event) }
    return events
  }
}

extension Session.Options {
  /// The defaults, but for 3.1.1.
  static func v311(_ clientID: String) -> Session.Options {
    var options = Session.Options(clientID: clientID)
    options.version = .v311
    return options
  }
}
