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
}
