import Glibc
import MQTT
import MQTTClient
import System
import Testing

@Suite struct ClientFailureTests {
  /// As long as any CONNECT of these tests: client identifier "barn" and nothing else.
  private static let connectSize = 18

  private var options: Client.Options

  init() {
    options = Client.Options(session: Session.Options(clientID: "barn"))
    options.session.version = .v311
  }

  @Test(
    arguments: [
      (1, .unsupportedProtocolVersion), (2, .clientIdentifierNotValid), (3, .serverUnavailable),
      (4, .badUserNameOrPassword), (5, .notAuthorized),
    ] as [(UInt8, ReasonCode)])
  func `a refusal is told`(code: UInt8, reasonCode: ReasonCode) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      try peer.write([0x20, 0x02, 0x00, code])
    }
    let error = ClientError.session(.refused(reasonCode, ServerRemarks()))
    #expect(throws: error) { _ = try Client(connectingTo: broker.endpoint, options: options) }
    #expect(error.text == "the broker refused the connection: \(reasonCode.text)")
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that never answers CONNECT is given up`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      try peer.expectEnd()
    }
    var options = options
    options.session.connackTimeout = .milliseconds(50)
    #expect(throws: ClientError.session(.connackTimeout(.milliseconds(50)))) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that closes instead of answering is told`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
    }
    #expect(throws: ClientError.closedByBroker(insidePacket: false)) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `a broker that closes in the middle of a packet is told`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      try peer.write([0x20, 0x02, 0x00])
    }
    #expect(throws: ClientError.closedByBroker(insidePacket: true)) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    #expect(broker.finish() == nil)
  }

  @Test func `what was acknowledged before the broker failed can be taken`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      try peer.write([0x20, 0x02, 0x00, 0x00])
      _ = try peer.read(8)
      // PUBACK 1, PUBACK 7.
      try peer.write([0x40, 0x02, 0x00, 0x01, 0x40, 0x02, 0x00, 0x07])
      try peer.expectEnd()
    }
    do {
      var client = try Client(connectingTo: broker.endpoint, options: options)
      try client.publish(topic: TopicName("t"), payload: [0], qos: .atLeastOnce, token: 3)
      #expect(throws: ClientError.session(.unknownPacketIdentifier(7))) {
        while true { try client.run(until: Clock.sinceBoot + .seconds(10)) }
      }
      expect(client.nextEvent(), .acknowledged(token: 3))
      expect(client.nextEvent(), nil)
      expect(client.canPublish, false)
      expect(client.disconnect(within: .seconds(10)), false)  // Nothing is said after a failure.
    }
    #expect(broker.finish() == nil)
  }

  @Test(
    arguments: [
      ([0x00, 0x00], .malformed(.forbiddenType(0))),
      (Array("HTTP/1.1 400 Bad Request\r\n".utf8), .malformed(.reservedFlags(.puback, flags: 8))),
      ([0x30, 0xFF, 0xFF, 0xFF, 0x7F], .malformed(.tooLarge(size: 268_435_460, limit: 1_024))),
      ([0xD0, 0x00], .unexpected(.pingresp)), ([0x40, 0x02, 0x00, 0x01], .unexpected(.puback)),
    ] as [([UInt8], SessionError)])
  func `what is not the protocol ends the attempt`(answer: [UInt8], error: SessionError) throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      try peer.write(answer)
      try peer.expectEnd()
    }
    #expect(throws: ClientError.session(error)) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    _ = broker.finish()
    #expect(broker.openConnections() == 0)
  }

  @Test func `a wakeup ends the wait for the broker's answer`() throws {
    let wakeup = try Wakeup()
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      _ = try peer.read(Self.connectSize)
      wakeup.ring()
      try peer.expectEnd()
    }
    var options = options
    options.session.connackTimeout = .seconds(60)
    let start = Clock.sinceBoot
    #expect(throws: ClientError.cancelled) {
      _ = try Client(connectingTo: broker.endpoint, options: options, wakeup: wakeup)
    }
    #expect(Clock.sinceBoot - start < .seconds(10), "promptly, and not by CONNACK's deadline")
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }

  @Test func `no broker, no name and no packet are told apart`() throws {
    let endpoint: Endpoint
    do {
      let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in }
      endpoint = broker.endpoint
      _ = try? Client(connectingTo: endpoint, options: options)
      #expect(broker.finish() == nil)
    }
    let refused = ClientError.connectFailed(Errno(ECONNREFUSED))
    #expect(throws: refused) { _ = try Client(connectingTo: endpoint, options: options) }
    #expect(refused.text == "no connection to the broker: Connection refused")

    let notFound = ClientError.nameNotFound(code: EAI_NONAME)
    #expect(throws: notFound) {
      _ = try Client(connectingTo: Endpoint(host: "no such host", port: 1883), options: options)
    }
    #expect(notFound.text == "the broker's name was not found: Name or service not known")
  }

  @Test func `options that make no CONNECT leave no connection behind`() throws {
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expectEnd()
    }
    var options = options
    options.session.password = [1]
    #expect(throws: ClientError.session(.unsendable(.passwordWithoutUsername))) {
      _ = try Client(connectingTo: broker.endpoint, options: options)
    }
    #expect(broker.finish() == nil)
    #expect(broker.openConnections() == 0)
  }
}
