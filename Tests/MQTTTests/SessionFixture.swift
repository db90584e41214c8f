import MQTT

/// What a broker sends, by hand from the specification.
enum Broker {
  static let accepts: [UInt8] = [0x20, 0x02, 0x00, 0x00]
  static let pingresp: [UInt8] = [0xD0, 0x00]

  static func refuses(_ code: UInt8) -> [UInt8] { [0x20, 0x02, 0x00, code] }

  static func acknowledges(_ identifier: UInt16) -> [UInt8] {
    [0x40, 0x02, UInt8(identifier >> 8), UInt8(identifier & 0xFF)]
  }
}

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

  mutating func receive(_ bytes: [UInt8], now: Duration) throws(SessionError) {
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
