import MQTT
import Testing

@Suite struct SessionTimeTests {
  /// [MQTT-3.1.2-23]
  @Test func `a ping is sent when nothing was sent for the keep alive`() throws {
    var session = try Session.connected()
    #expect(session.deadline == .seconds(60))
    try session.tick(now: .seconds(60) - .nanoseconds(1))
    #expect(!session.hasOutput)
    try session.tick(now: .seconds(60))
    #expect(session.takeOutput() == pingreq)
    #expect(session.deadline == .seconds(80))
    try session.tick(now: .seconds(79))
    #expect(!session.hasOutput, "one ping at a time")
    try session.receive(Broker.pingresp, now: .seconds(79))
    #expect(session.deadline == .seconds(120))
  }

  @Test func `what is sent puts the ping off, and what is received does not`() throws {
    var session = try Session.connected()
    _ = try session.publishOne(token: 1, now: .seconds(50))
    try session.receive(Broker.acknowledges(1), now: .seconds(55))
    #expect(session.deadline == .seconds(110))
    try session.tick(now: .seconds(110))
    #expect(session.takeOutput() == pingreq)
  }

  @Test func `a link that does not answer the ping is given up`() throws {
    var session = try Session.connected()
    try session.tick(now: .seconds(60))
    try session.publish(
      topic: topic("t"), payload: [], qos: .atMostOnce, token: 0, now: .seconds(70))
    try session.tick(now: .seconds(80) - .nanoseconds(1))
    #expect(throws: SessionError.pingTimeout(.seconds(20))) { try session.tick(now: .seconds(80)) }
  }

  @Test func `an answer to the ping is expected within the keep alive`() throws {
    var session = try Session.connected { $0.keepAlive = .seconds(5) }
    try session.tick(now: .seconds(5))
    #expect(session.deadline == .seconds(10))
    #expect(throws: SessionError.pingTimeout(.seconds(5))) { try session.tick(now: .seconds(10)) }
  }

  @Test func `an answer without a ping ends the session`() throws {
    var session = try Session.connected()
    try session.tick(now: .seconds(60))
    try session.receive(Broker.pingresp, now: .seconds(61))
    #expect(throws: SessionError.unexpected(.pingresp)) {
      try session.receive(Broker.pingresp, now: .seconds(62))
    }
  }

  @Test func `without a keep alive no ping is sent`() throws {
    var session = try Session.connected { $0.keepAlive = .zero }
    #expect(session.deadline == nil)
    try session.tick(now: .seconds(1_000_000))
    #expect(!session.hasOutput)
  }

  @Test func `a broker that answers pings and acknowledges nothing is given up`() throws {
    var session = try Session.connected { $0.keepAlive = .seconds(10) }
    _ = try session.publishOne(token: 1, now: .seconds(5))
    for now in [15, 25] as [Int] {
      #expect(session.deadline == .seconds(now))
      try session.tick(now: .seconds(now))
      #expect(session.takeOutput() == pingreq)
      try session.receive(Broker.pingresp, now: .seconds(now))
    }
    #expect(session.deadline == .seconds(35))
    #expect(throws: SessionError.acknowledgeTimeout(.seconds(30))) {
      try session.tick(now: .seconds(35))
    }
  }

  @Test func `every acknowledgement gives the broker more time, another message does not`() throws {
    var session = try Session.connected { $0.keepAlive = .zero }
    let first = try session.publishOne(token: 1, now: .seconds(0))
    let second = try session.publishOne(token: 2, now: .seconds(20))
    #expect(session.deadline == .seconds(30))
    try session.receive(Broker.acknowledges(first), now: .seconds(29))
    #expect(session.deadline == .seconds(59))
    try session.receive(Broker.acknowledges(second), now: .seconds(58))
    #expect(session.deadline == nil)
    _ = session.takeEvents()
    _ = try session.publishOne(token: 3, now: .seconds(200))
    #expect(session.deadline == .seconds(230))
  }

  /// PINGRESP lies in the kernel behind the messages, for nobody takes them.
  @Test func `a broker is not late while its messages wait to be taken`() throws {
    var session = try Session.connected { $0.keepAlive = .seconds(10) }
    _ = try session.publishOne(token: 1, now: .zero)
    try session.tick(now: .seconds(10))
    try session.receive([0x30, 0x03, 0x00, 0x01, 0x74], now: .seconds(12))
    try session.tick(now: .seconds(12))
    for second in [21, 40, 100] {
      try session.tick(now: .seconds(second))
      #expect(session.deadline.map { $0 > .seconds(second) } == true)
    }
    _ = session.takeEvents()
    try session.tick(now: .seconds(109))
    #expect(throws: SessionError.pingTimeout(.seconds(10))) { try session.tick(now: .seconds(110)) }
  }

  @Test func `a broker that is in the middle of a message is not late with its ping`() throws {
    var session = try Session.connected { $0.keepAlive = .seconds(10) }
    try session.tick(now: .seconds(10))
    for (index, byte) in ([0x30, 0x03, 0x00, 0x01, 0x74] as [UInt8]).enumerated() {
      try session.receive([byte], now: .seconds(15 + 5 * index))
      try session.tick(now: .seconds(15 + 5 * index))
    }
    _ = session.takeEvents()
    #expect(throws: SessionError.pingTimeout(.seconds(10))) { try session.tick(now: .seconds(45)) }
  }

  /// Who reads in parts and looks at the clock after each must read to the end first.
  @Test func `a broker is not too late at the moment when something comes from it`() throws {
    var session = try Session.connected { $0.keepAlive = .zero }
    let identifier = try session.publishOne(token: 1, now: .zero)
    try session.receive([0x40, 0x02], now: .seconds(31))
    try session.tick(now: .seconds(31))
    try session.receive([0x00, UInt8(identifier)], now: .seconds(31))
    #expect(session.takeEvents() == [.acknowledged(token: 1)])
    _ = try session.publishOne(token: 2, now: .seconds(31))
    try session.receive([0x40, 0x02], now: .seconds(61))
    #expect(throws: SessionError.acknowledgeTimeout(.seconds(30))) {
      try session.tick(now: .seconds(62))
    }
  }

  @Test func `a broker that does not answer SUBSCRIBE is given up`() throws {
    var session = try Session.connected { $0.keepAlive = .zero }
    try session.subscribe(
      [Subscription(filter: filter("a"), maximumQoS: .atMostOnce)], token: 1, now: .zero)
    #expect(session.deadline == .seconds(30))
    #expect(throws: SessionError.acknowledgeTimeout(.seconds(30))) {
      try session.tick(now: .seconds(30))
    }
  }
}
