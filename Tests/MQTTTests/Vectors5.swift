import MQTT

/// MQTT 5.0: what travels between PUBLISH and AUTH. CONNECT and CONNACK are in Vectors5Connect.swift.
extension Vector {
  static let version5: [Vector] =
    connects5 + connacks5 + publishes5 + acknowledgements5 + subscriptions5 + others5

  init(_ section: String, _ bytes: [UInt8], _ packet: Packet) {
    self.init(version: .v5, section: section, bytes: bytes, packet: packet)
  }

  /// "no" as reason string, and a=b as user property; 12 bytes.
  private static let reasons: [UInt8] =
    [0x1F, 0x00, 0x02, 0x6E, 0x6F] + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62]

  private static let reasonProperties = AcknowledgementProperties(
    reasonString: string("no"), userProperties: [userProperty("a", "b")])

  private static let publishes5: [Vector] = [
    Vector(
      "3.3.1.2 PUBLISH with QoS 0", [0x30, 0x05, 0x00, 0x01, 0x74, 0x00, 0x21],
      .publish(Publish(topic: topic("t"), payload: [0x21], qos: .atMostOnce))),
    Vector(
      "3.3.2.4 PUBLISH of the example",
      [0x32, 0x08, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x0A, 0x00],
      .publish(
        Publish(topic: topic("a/b"), payload: [], qos: .atLeastOnce, packetIdentifier: 10))),
    Vector(
      "3.3.2.3 PUBLISH with every property",
      [0x3D, 0x39, 0x00, 0x01, 0x74, 0x00, 0x07, 0x31]
        + [0x01, 0x01]  // payload format
        + [0x02, 0x00, 0x00, 0x0E, 0x10]  // message expiry
        + [0x23, 0x00, 0x05]  // topic alias
        + [0x08, 0x00, 0x03, 0x61, 0x2F, 0x72]  // response topic
        + [0x09, 0x00, 0x02, 0x00, 0xFF]  // correlation data
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x31]  // a=1
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x32]  // a=2
        + [0x0B, 0x01, 0x0B, 0xFF, 0xFF, 0xFF, 0x7F]  // subscription identifiers
        + [0x03, 0x00, 0x04, 0x74, 0x65, 0x78, 0x74]  // content type
        + [0x68, 0x69],
      .publish(
        Publish(
          topic: topic("t"), payload: [0x68, 0x69], qos: .exactlyOnce, retain: true,
          isDuplicate: true, packetIdentifier: 7,
          properties: with(Publish.Properties()) {
            $0.payloadFormat = .utf8
            $0.messageExpiryInterval = 3_600
            $0.topicAlias = 5
            $0.responseTopic = topic("a/r")
            $0.correlationData = [0x00, 0xFF]
            $0.userProperties = [userProperty("a", "1"), userProperty("a", "2")]
            $0.subscriptionIdentifiers = [1, 268_435_455]
            $0.contentType = string("text")
          }))),
    Vector(
      "3.3.2.3.4 PUBLISH with a topic alias instead of a topic",
      [0x30, 0x07, 0x00, 0x00, 0x03, 0x23, 0x00, 0x01, 0x78],
      .publish(
        Publish(
          topic: nil, payload: [0x78], qos: .atMostOnce,
          properties: with(Publish.Properties()) { $0.topicAlias = 1 }))),
    Vector(
      "2.2.2.1 PUBLISH with a property length of two bytes",
      [0x30, 0x8A, 0x01, 0x00, 0x01, 0x74, 0x85, 0x01, 0x03, 0x00, 0x82]
        + Array(repeating: 0x2E, count: 130),
      .publish(
        Publish(
          topic: topic("t"), payload: [], qos: .atMostOnce,
          properties: with(Publish.Properties()) {
            $0.contentType = string(String(repeating: ".", count: 130))
          }))),
  ]

  private static let acknowledgements5: [Vector] = [
    Vector(
      "3.4.2.1 PUBACK of length 2", [0x40, 0x02, 0x12, 0x34],
      .puback(Puback(packetIdentifier: 0x1234))),
    Vector(
      "3.4.2.2.1 PUBACK of length 3", [0x40, 0x03, 0x12, 0x34, 0x10],
      .puback(Puback(packetIdentifier: 0x1234, reasonCode: .noMatchingSubscribers))),
    Vector(
      "3.4.2.2 PUBACK with every property", [0x40, 0x10, 0x00, 0x01, 0x87, 0x0C] + reasons,
      .puback(
        Puback(packetIdentifier: 1, reasonCode: .notAuthorized, properties: reasonProperties))),
    Vector(
      "3.4.2.2.2 PUBACK of success with a reason string",
      [0x40, 0x09, 0x00, 0x01, 0x00, 0x05, 0x1F, 0x00, 0x02, 0x6F, 0x6B],
      .puback(
        Puback(
          packetIdentifier: 1,
          properties: AcknowledgementProperties(reasonString: string("ok"))))),
    Vector(
      "3.5.2.1 PUBREC of length 2", [0x50, 0x02, 0x00, 0x02],
      .pubrec(Pubrec(packetIdentifier: 2))),
    Vector(
      "3.5.2.2 PUBREC with every property", [0x50, 0x10, 0x00, 0x02, 0x91, 0x0C] + reasons,
      .pubrec(
        Pubrec(
          packetIdentifier: 2, reasonCode: .packetIdentifierInUse, properties: reasonProperties))),
    Vector(
      "3.6.2.1 PUBREL of length 2", [0x62, 0x02, 0x00, 0x03],
      .pubrel(Pubrel(packetIdentifier: 3))),
    Vector(
      "3.6.2.2 PUBREL with every property", [0x62, 0x10, 0x00, 0x03, 0x92, 0x0C] + reasons,
      .pubrel(
        Pubrel(
          packetIdentifier: 3, reasonCode: .packetIdentifierNotFound,
          properties: reasonProperties))),
    Vector(
      "3.7.2.2.1 PUBCOMP of length 3", [0x70, 0x03, 0x00, 0x04, 0x92],
      .pubcomp(Pubcomp(packetIdentifier: 4, reasonCode: .packetIdentifierNotFound))),
    Vector(
      "3.7.2.2 PUBCOMP with every property", [0x70, 0x10, 0x00, 0x04, 0x00, 0x0C] + reasons,
      .pubcomp(Pubcomp(packetIdentifier: 4, properties: reasonProperties))),
  ]

  private static let subscriptions5: [Vector] = [
    Vector(
      "3.8.3 SUBSCRIBE of the example",
      [
        0x82, 0x0F, 0x00, 0x0A, 0x00, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x01, 0x00, 0x03, 0x63, 0x2F,
        0x64, 0x02,
      ],
      .subscribe(
        Subscribe(
          packetIdentifier: 10,
          subscriptions: [
            Subscription(filter: filter("a/b"), maximumQoS: .atLeastOnce),
            Subscription(filter: filter("c/d"), maximumQoS: .exactlyOnce),
          ]))),
    Vector(
      "3.8.2.1 SUBSCRIBE with every property and option",
      [0x82, 0x26, 0x00, 0x0B, 0x0A]
        + [0x0B, 0x80, 0x01]  // subscription identifier
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62]  // a=b
        + [0x00, 0x01, 0x23, 0x2E]  // #: QoS 2, No Local, Retain As Published, Retain Handling 2
        + [0x00, 0x03, 0x2B, 0x2F, 0x61, 0x10]  // +/a: QoS 0, Retain Handling 1
        + [0x00, 0x0C, 0x24, 0x73, 0x68, 0x61, 0x72, 0x65, 0x2F]  // $share/
        + [0x67, 0x2F, 0x61, 0x2F, 0x23, 0x09],  // g/a/#: QoS 1, Retain As Published
      .subscribe(
        Subscribe(
          packetIdentifier: 11,
          subscriptions: [
            Subscription(
              filter: filter("#"), maximumQoS: .exactlyOnce, noLocal: true,
              retainAsPublished: true, retainHandling: .never),
            Subscription(
              filter: filter("+/a"), maximumQoS: .atMostOnce, retainHandling: .atNewSubscription),
            Subscription(
              filter: filter("$share/g/a/#"), maximumQoS: .atLeastOnce, retainAsPublished: true),
          ],
          properties: Subscribe.Properties(
            subscriptionIdentifier: 128, userProperties: [userProperty("a", "b")])))),
    Vector(
      "3.9.3 SUBACK", [0x90, 0x07, 0x00, 0x0A, 0x00, 0x01, 0x02, 0x87, 0xA2],
      .suback(
        Suback(
          packetIdentifier: 10,
          reasonCodes: [
            .grantedQoS1, .grantedQoS2, .notAuthorized, .wildcardSubscriptionsNotSupported,
          ]))),
    Vector(
      "3.9.2.1 SUBACK with every property",
      [0x90, 0x10, 0x00, 0x0B, 0x0C] + reasons + [0x00],
      .suback(
        Suback(packetIdentifier: 11, reasonCodes: [.grantedQoS0], properties: reasonProperties))),
    Vector(
      "3.10.3 UNSUBSCRIBE of the example",
      [
        0xA2, 0x0D, 0x00, 0x0A, 0x00, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x03, 0x63, 0x2F, 0x64,
      ],
      .unsubscribe(Unsubscribe(packetIdentifier: 10, filters: [filter("a/b"), filter("c/d")]))),
    Vector(
      "3.10.2.1 UNSUBSCRIBE with every property",
      [0xA2, 0x0D, 0x00, 0x0B, 0x07, 0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62, 0x00, 0x01, 0x23],
      .unsubscribe(
        Unsubscribe(
          packetIdentifier: 11, filters: [filter("#")],
          properties: Unsubscribe.Properties(userProperties: [userProperty("a", "b")])))),
    Vector(
      "3.11.3 UNSUBACK", [0xB0, 0x05, 0x00, 0x0A, 0x00, 0x00, 0x11],
      .unsuback(
        Unsuback(packetIdentifier: 10, reasonCodes: [.success, .noSubscriptionExisted]))),
    Vector(
      "3.11.2.1 UNSUBACK with every property",
      [0xB0, 0x10, 0x00, 0x0B, 0x0C] + reasons + [0x87],
      .unsuback(
        Unsuback(
          packetIdentifier: 11, reasonCodes: [.notAuthorized], properties: reasonProperties))),
  ]

  private static let others5: [Vector] = [
    Vector("3.12 PINGREQ", [0xC0, 0x00], .pingreq),
    Vector("3.13 PINGRESP", [0xD0, 0x00], .pingresp),
    Vector("3.14.2.1 DISCONNECT of length 0", [0xE0, 0x00], .disconnect(Disconnect())),
    Vector(
      "3.14.2.1 DISCONNECT of length 1", [0xE0, 0x01, 0x04],
      .disconnect(Disconnect(reasonCode: .disconnectWithWillMessage))),
    Vector(
      "3.14.2.2 DISCONNECT with every property",
      [0xE0, 0x18, 0x9D, 0x16, 0x11, 0x00, 0x00, 0x00, 0x00] + reasons
        + [0x1C, 0x00, 0x02, 0x73, 0x32],
      .disconnect(
        Disconnect(
          reasonCode: .serverMoved,
          properties: Disconnect.Properties(
            sessionExpiryInterval: 0, reasonString: string("no"),
            userProperties: [userProperty("a", "b")], serverReference: string("s2"))))),
    Vector("3.15.2.1 AUTH of length 0", [0xF0, 0x00], .auth(Auth())),
    Vector(
      "3.15.2.1 AUTH that begins again", [0xF0, 0x06, 0x19, 0x04, 0x15, 0x00, 0x01, 0x6D],
      .auth(
        Auth(
          reasonCode: .reAuthenticate,
          properties: Auth.Properties(authenticationMethod: string("m"))))),
    Vector(
      "3.15.2.2 AUTH with every property",
      [0xF0, 0x17, 0x18, 0x15, 0x15, 0x00, 0x01, 0x6D, 0x16, 0x00, 0x02, 0x00, 0xFF] + reasons,
      .auth(
        Auth(
          reasonCode: .continueAuthentication,
          properties: Auth.Properties(
            authenticationMethod: string("m"), authenticationData: [0x00, 0xFF],
            reasonString: string("no"), userProperties: [userProperty("a", "b")])))),
  ]
}
