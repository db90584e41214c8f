import MQTT
import Testing

/// Packets that would break a rule are not generated, and nothing of them is left behind.
@Suite struct UnsendableTests {
  @Test(
    arguments: [
      (
        .connect(Connect(clientID: string("c"), keepAlive: 1, password: [1])),
        .passwordWithoutUsername
      ),
      (
        .connect(Connect(clientID: string(""), cleanStart: false, keepAlive: 1)),
        .emptyClientIDWithoutCleanSession
      ),
      (
        .publish(Publish(topic: topic("t"), payload: [], qos: .atLeastOnce)),
        .zeroPacketIdentifier(.publish)
      ),
      (
        .publish(Publish(topic: topic("t"), payload: [], qos: .atMostOnce, packetIdentifier: 1)),
        .packetIdentifierWithQoS0
      ),
      (
        .publish(Publish(topic: topic("t"), payload: [], qos: .atMostOnce, isDuplicate: true)),
        .duplicateWithQoS0
      ),
      (.puback(Puback(packetIdentifier: 0)), .zeroPacketIdentifier(.puback)),
      (
        .connack(Connack(sessionPresent: true, returnCode: .serverUnavailable)),
        .sessionPresentInRefusal
      ),
    ] as [(Packet, PacketError)])
  func `a packet that would break a rule is not generated`(packet: Packet, error: PacketError) {
    var output: [UInt8] = [0xAA]
    #expect(throws: error) { try packet.encode(into: &output) }
    #expect(output == [0xAA])
  }

  /// Not among the arguments above, for the test's report would print them.
  @Test func `a packet that is too large is not generated`() {
    var output: [UInt8] = []
    let publish = Publish(
      topic: topic("t"), payload: Array(repeating: 0, count: 268_435_453), qos: .atMostOnce)
    #expect(throws: PacketError.tooLarge(size: 268_435_456, limit: 268_435_455)) {
      try Packet.publish(publish).encode(into: &output)
    }
    let connect = Connect(
      clientID: string("c"), keepAlive: 1, username: string("u"),
      password: Array(repeating: 0, count: 65_536))
    #expect(throws: PacketError.stringTooLong(65_536)) {
      try Packet.connect(connect).encode(into: &output)
    }
    #expect(output.isEmpty)
  }

  @Test(arguments: Unsendable.version311 + Unsendable.version5)
  func `what cannot be said is refused`(unsendable: Unsendable) {
    var output: [UInt8] = [0xAA]
    #expect(throws: unsendable.error) {
      try unsendable.packet.encode(into: &output, version: unsendable.version)
    }
    #expect(output == [0xAA])
  }

  /// 3.1.1 has no properties: nothing that it cannot say is silently left out.
  @Test(arguments: Vector.version5.filter { !Vector.version311.map(\.packet).contains($0.packet) })
  func `a packet of 5_0 is not sent as one of 3_1_1 that says less`(vector: Vector) throws {
    var output: [UInt8] = []
    do throws(PacketError) {
      try vector.packet.encode(into: &output, version: .v311)
    } catch {
      #expect(output.isEmpty)
      return
    }
    #expect(Decoded(output, .v311).packets == [vector.packet])
  }

  @Test func `a property of 65536 bytes is not generated`() {
    let long = [UInt8](repeating: 0, count: 65_536)
    let packets: [Packet] = [
      .publish(
        Publish(
          topic: topic("t"), payload: [], qos: .atMostOnce,
          properties: with(Publish.Properties()) { $0.correlationData = long })),
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          will: Connect.Will(topic: topic("t"), message: long, qos: .atMostOnce, retain: false))),
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          will: Connect.Will(
            topic: topic("t"), message: [], qos: .atMostOnce, retain: false,
            properties: with(Connect.Will.Properties()) { $0.correlationData = long }))),
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          properties: with(Connect.Properties()) {
            $0.authenticationMethod = string("m")
            $0.authenticationData = long
          })),
      .connack(
        Connack(
          sessionPresent: false, reasonCode: .success,
          properties: with(Connack.Properties()) { $0.authenticationData = long })),
      .auth(
        Auth(
          properties: Auth.Properties(
            authenticationMethod: string("m"), authenticationData: long))),
    ]
    for packet in packets {
      var output: [UInt8] = []
      #expect(throws: PacketError.stringTooLong(65_536)) {
        try packet.encode(into: &output, version: .v5)
      }
      #expect(output.isEmpty)
    }
  }

  /// 2,100 times the largest user property are more than the 268,435,455 bytes of a packet; they
  /// share their storage here.
  @Test func `properties that are longer than any packet are not generated`() {
    let value = string(String(repeating: "v", count: 65_535))
    let properties = AcknowledgementProperties(
      userProperties: Array(repeating: UserProperty(name: value, value: value), count: 2_100))
    var output: [UInt8] = []
    #expect(throws: PacketError.tooLarge(size: 275_257_508, limit: 268_435_455)) {
      try Packet.puback(Puback(packetIdentifier: 1, properties: properties))
        .encode(into: &output, version: .v5)
    }
    #expect(output.isEmpty)
  }
}

/// A packet that breaks a rule.
struct Unsendable: CustomTestStringConvertible, Sendable {
  let version: ProtocolVersion
  let packet: Packet
  let error: PacketError

  var testDescription: String { "\(error)" }

  init(_ version: ProtocolVersion, _ error: PacketError, _ packet: Packet) {
    self.version = version
    self.packet = packet
    self.error = error
  }

  static let version311: [Unsendable] = [
    Unsendable(.v311, .packetInVersion311(.auth), .auth(Auth())),
    Unsendable(
      .v311, .emptyTopicName, .publish(Publish(topic: nil, payload: [], qos: .atMostOnce))),
    Unsendable(
      .v311, .reasonCodeInVersion311(.puback, .notAuthorized),
      .puback(Puback(packetIdentifier: 1, reasonCode: .notAuthorized))),
    Unsendable(
      .v311, .reasonCodeInVersion311(.disconnect, .disconnectWithWillMessage),
      .disconnect(Disconnect(reasonCode: .disconnectWithWillMessage))),
    Unsendable(
      .v311, .reasonCodeInVersion311(.connack, .serverBusy),
      .connack(Connack(sessionPresent: false, reasonCode: .serverBusy))),
    Unsendable(
      .v311, .reasonCodeInVersion311(.unsuback, .success),
      .unsuback(Unsuback(packetIdentifier: 1, reasonCodes: [.success]))),
    Unsendable(
      .v311, .subscriptionOptionsInVersion311,
      .subscribe(
        Subscribe(
          packetIdentifier: 1,
          subscriptions: [
            Subscription(filter: filter("a"), maximumQoS: .atMostOnce, noLocal: true)
          ]))),
    Unsendable(
      .v311, .propertiesInVersion311(.packet(.publish)),
      .publish(
        Publish(
          topic: topic("t"), payload: [], qos: .atMostOnce,
          properties: with(Publish.Properties()) { $0.topicAlias = 1 }))),
    Unsendable(
      .v311, .propertiesInVersion311(.will),
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          will: Connect.Will(
            topic: topic("t"), message: [], qos: .atMostOnce, retain: false,
            properties: with(Connect.Will.Properties()) { $0.willDelayInterval = 0 })))),
    Unsendable(
      .v311, .noTopicFilter(.subscribe),
      .subscribe(Subscribe(packetIdentifier: 1, subscriptions: []))),
    Unsendable(
      .v311, .noReasonCode(.suback), .suback(Suback(packetIdentifier: 1, reasonCodes: []))),
  ]

  static let version5: [Unsendable] = [
    Unsendable(
      .v5, .emptyTopicWithoutAlias, .publish(Publish(topic: nil, payload: [], qos: .atMostOnce))),
    Unsendable(
      .v5, .propertyValue(.topicAlias, 0, .packet(.publish)),
      .publish(
        Publish(
          topic: topic("t"), payload: [], qos: .atMostOnce,
          properties: with(Publish.Properties()) { $0.topicAlias = 0 }))),
    Unsendable(
      .v5, .propertyValue(.subscriptionIdentifier, 268_435_456, .packet(.publish)),
      .publish(
        Publish(
          topic: topic("t"), payload: [], qos: .atMostOnce,
          properties: with(Publish.Properties()) {
            $0.subscriptionIdentifiers = [1, 268_435_456]
          }))),
    Unsendable(
      .v5, .propertyValue(.receiveMaximum, 0, .packet(.connect)),
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          properties: with(Connect.Properties()) { $0.receiveMaximum = 0 }))),
    Unsendable(
      .v5, .authenticationDataWithoutMethod,
      .connect(
        Connect(
          clientID: string("c"), keepAlive: 1,
          properties: with(Connect.Properties()) { $0.authenticationData = [] }))),
    Unsendable(
      .v5, .propertyValue(.maximumQoS, 2, .packet(.connack)),
      .connack(
        Connack(
          sessionPresent: false, reasonCode: .success,
          properties: with(Connack.Properties()) { $0.maximumQoS = .exactlyOnce }))),
    Unsendable(
      .v5, .reservedReasonCode(.connack, 0x8D),
      .connack(Connack(sessionPresent: false, reasonCode: .keepAliveTimeout))),
    Unsendable(
      .v5, .reservedReasonCode(.pubrel, 0x87),
      .pubrel(Pubrel(packetIdentifier: 1, reasonCode: .notAuthorized))),
    Unsendable(.v5, .zeroPacketIdentifier(.pubcomp), .pubcomp(Pubcomp(packetIdentifier: 0))),
    Unsendable(
      .v5, .noLocalInSharedSubscription,
      .subscribe(
        Subscribe(
          packetIdentifier: 1,
          subscriptions: [
            Subscription(filter: filter("$share/g/a"), maximumQoS: .atMostOnce, noLocal: true)
          ]))),
    Unsendable(
      .v5, .emptyShareName,
      .unsubscribe(
        Unsubscribe(packetIdentifier: 1, filters: [filter("$share//a", version: .v311)]))),
    Unsendable(
      .v5, .propertyValue(.subscriptionIdentifier, 0, .packet(.subscribe)),
      .subscribe(
        Subscribe(
          packetIdentifier: 1,
          subscriptions: [Subscription(filter: filter("a"), maximumQoS: .atMostOnce)],
          properties: Subscribe.Properties(subscriptionIdentifier: 0)))),
    Unsendable(
      .v5, .noReasonCode(.unsuback), .unsuback(Unsuback(packetIdentifier: 1, reasonCodes: []))),
    Unsendable(
      .v5, .missingAuthenticationMethod,
      .auth(Auth(reasonCode: .continueAuthentication))),
  ]
}
