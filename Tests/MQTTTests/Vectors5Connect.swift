import MQTT

/// MQTT 5.0: CONNECT and CONNACK.
extension Vector {
  private static let mqtt: [UInt8] = [0x00, 0x04, 0x4D, 0x51, 0x54, 0x54]

  static let connects5: [Vector] = [
    Vector(
      "3.1 CONNECT with nothing but what it must have",
      [0x10, 0x0D] + mqtt + [0x05, 0x02, 0x00, 0x3C, 0x00, 0x00, 0x00],
      .connect(Connect(clientID: string(""), keepAlive: 60))),
    Vector(
      // The variable header is the example of section 3.1.2.12.
      "3.1.2.12 CONNECT of the example",
      [0x10, 0x26] + mqtt + [0x05, 0xCE, 0x00, 0x0A, 0x05, 0x11, 0x00, 0x00, 0x00, 0x0A]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]  // barn
        + [0x00, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x01, 0x78]  // no properties, a/b: x
        + [0x00, 0x01, 0x75, 0x00, 0x02, 0xFF, 0x00],  // u, FF 00
      .connect(
        Connect(
          clientID: string("barn"), keepAlive: 10,
          will: Connect.Will(
            topic: topic("a/b"), message: [0x78], qos: .atLeastOnce, retain: false),
          username: string("u"), password: [0xFF, 0x00],
          properties: with(Connect.Properties()) { $0.sessionExpiryInterval = 10 }))),
    Vector(
      "3.1.2.11, 3.1.3.2 CONNECT with every property",
      [0x10, 0x68] + mqtt + [0x05, 0xF4, 0x00, 0x3C, 0x2B]
        + [0x11, 0x00, 0x00, 0x0E, 0x10]  // session expiry
        + [0x21, 0x00, 0x14]  // receive maximum
        + [0x27, 0x00, 0x01, 0x00, 0x00]  // maximum packet size
        + [0x22, 0x00, 0x0A]  // topic alias maximum
        + [0x19, 0x01, 0x17, 0x00]  // response information, problem information
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x31]  // a=1
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x32]  // a=2
        + [0x15, 0x00, 0x01, 0x6D, 0x16, 0x00, 0x02, 0x00, 0xFF]  // method, data
        + [0x00, 0x01, 0x63, 0x24]
        + [0x18, 0x00, 0x00, 0x00, 0x1E]  // will delay
        + [0x01, 0x01]  // payload format
        + [0x02, 0x00, 0x00, 0x00, 0x3C]  // message expiry
        + [0x03, 0x00, 0x04, 0x74, 0x65, 0x78, 0x74]  // content type
        + [0x08, 0x00, 0x03, 0x61, 0x2F, 0x72]  // response topic
        + [0x09, 0x00, 0x02, 0x00, 0x01]  // correlation data
        + [0x26, 0x00, 0x01, 0x6B, 0x00, 0x00]  // k=
        + [0x00, 0x01, 0x74, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x70],
      .connect(
        Connect(
          clientID: string("c"), cleanStart: false, keepAlive: 60,
          will: Connect.Will(
            topic: topic("t"), message: [], qos: .exactlyOnce, retain: true,
            properties: with(Connect.Will.Properties()) {
              $0.willDelayInterval = 30
              $0.payloadFormat = .utf8
              $0.messageExpiryInterval = 60
              $0.contentType = string("text")
              $0.responseTopic = topic("a/r")
              $0.correlationData = [0x00, 0x01]
              $0.userProperties = [userProperty("k", "")]
            }),
          username: string(""), password: [0x70],
          properties: with(Connect.Properties()) {
            $0.sessionExpiryInterval = 3_600
            $0.receiveMaximum = 20
            $0.maximumPacketSize = 65_536
            $0.topicAliasMaximum = 10
            $0.requestResponseInformation = true
            $0.requestProblemInformation = false
            $0.userProperties = [userProperty("a", "1"), userProperty("a", "2")]
            $0.authenticationMethod = string("m")
            $0.authenticationData = [0x00, 0xFF]
          }))),
    Vector(
      "3.1.2.9, 3.1.3.1 CONNECT with a password alone, and no name for a session to come back to",
      [0x10, 0x10] + mqtt + [0x05, 0x40, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x70],
      .connect(
        Connect(clientID: string(""), cleanStart: false, keepAlive: 0, password: [0x70]))),
  ]

  static let connacks5: [Vector] = [
    Vector(
      "3.2 CONNACK, accepted", [0x20, 0x03, 0x00, 0x00, 0x00],
      .connack(Connack(sessionPresent: false, reasonCode: .success))),
    Vector(
      "3.2.2.2 CONNACK, refused", [0x20, 0x03, 0x00, 0x8C, 0x00],
      .connack(Connack(sessionPresent: false, reasonCode: .badAuthenticationMethod))),
    Vector(
      "3.2.2.3.16 CONNACK that names another server",
      [0x20, 0x08, 0x00, 0x9C, 0x05, 0x1C, 0x00, 0x02, 0x73, 0x32],
      .connack(
        Connack(
          sessionPresent: false, reasonCode: .useAnotherServer,
          properties: with(Connack.Properties()) { $0.serverReference = string("s2") }))),
    Vector(
      "3.2.2.3 CONNACK with every property",
      [0x20, 0x48, 0x01, 0x00, 0x45]
        + [0x11, 0x00, 0x00, 0x00, 0x78]  // session expiry
        + [0x21, 0x00, 0x0A]  // receive maximum
        + [0x24, 0x01, 0x25, 0x00]  // maximum QoS, retain available
        + [0x27, 0x00, 0x10, 0x00, 0x00]  // maximum packet size
        + [0x12, 0x00, 0x02, 0x69, 0x64]  // assigned client identifier
        + [0x22, 0x00, 0x05]  // topic alias maximum
        + [0x1F, 0x00, 0x02, 0x6F, 0x6B]  // reason string
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x62]  // a=b
        + [0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0x63]  // a=c
        + [0x28, 0x01, 0x29, 0x00, 0x2A, 0x01]  // wildcard, identifiers, shared
        + [0x13, 0x00, 0x1E]  // server keep alive
        + [0x1A, 0x00, 0x01, 0x72]  // response information
        + [0x1C, 0x00, 0x01, 0x73]  // server reference
        + [0x15, 0x00, 0x01, 0x6D, 0x16, 0x00, 0x01, 0x7F],  // method, data
      .connack(
        Connack(
          sessionPresent: true, reasonCode: .success,
          properties: with(Connack.Properties()) {
            $0.sessionExpiryInterval = 120
            $0.receiveMaximum = 10
            $0.maximumQoS = .atLeastOnce
            $0.retainAvailable = false
            $0.maximumPacketSize = 1_048_576
            $0.assignedClientIdentifier = string("id")
            $0.topicAliasMaximum = 5
            $0.reasonString = string("ok")
            $0.userProperties = [userProperty("a", "b"), userProperty("a", "c")]
            $0.wildcardSubscriptionAvailable = true
            $0.subscriptionIdentifierAvailable = false
            $0.sharedSubscriptionAvailable = true
            $0.serverKeepAlive = 30
            $0.responseInformation = string("r")
            $0.serverReference = string("s")
            $0.authenticationMethod = string("m")
            $0.authenticationData = [0x7F]
          }))),
  ]
}
