import MQTT
import Testing

/// A packet and its bytes, written by hand from the text of OASIS MQTT 3.1.1 or 5.0.
struct Vector: CustomTestStringConvertible, Sendable {
  var version = ProtocolVersion.v311
  let section: String
  let bytes: [UInt8]
  let packet: Packet

  var testDescription: String { version == .v5 ? "5.0, \(section)" : section }

  /// Those of 3.1.1.
  static let version311: [Vector] = connects + others + exchanges

  static let all: [Vector] = version311 + version5

  private static let mqtt: [UInt8] = [0x00, 0x04, 0x4D, 0x51, 0x54, 0x54]

  private static let connects: [Vector] = [
    Vector(
      section: "3.1 CONNECT with nothing but what it must have",
      bytes: [0x10, 0x0C] + mqtt + [0x04, 0x02, 0x00, 0x3C, 0x00, 0x00],
      packet: .connect(Connect(clientID: string(""), keepAlive: 60))),
    Vector(
      // The variable header is the example of section 3.1.2.11; the password is any bytes.
      section: "3.1.2.11 CONNECT with everything",
      bytes: [0x10, 0x1F] + mqtt + [0x04, 0xCE, 0x00, 0x0A]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]  // barn
        + [0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x01, 0x78]  // a/b: x
        + [0x00, 0x01, 0x75, 0x00, 0x02, 0xFF, 0x00],  // u, FF 00
      packet: .connect(
        Connect(
          clientID: string("barn"), keepAlive: 10,
          will: Connect.Will(
            topic: topic("a/b"), message: [0x78], qos: .atLeastOnce, retain: false),
          username: string("u"), password: [0xFF, 0x00]))),
    Vector(
      section: "3.1.2.4 CONNECT that resumes a session, without keep alive",
      bytes: [0x10, 0x0D] + mqtt + [0x04, 0x00, 0x00, 0x00, 0x00, 0x01, 0x63],
      packet: .connect(Connect(clientID: string("c"), cleanStart: false, keepAlive: 0))),
    Vector(
      section: "3.1.2.6 CONNECT with a retained will of QoS 2 and no bytes",
      bytes: [0x10, 0x12] + mqtt
        + [0x04, 0x36, 0xFF, 0xFF, 0x00, 0x01, 0x63, 0x00, 0x01, 0x74, 0x00, 0x00],
      packet: .connect(
        Connect(
          clientID: string("c"), keepAlive: 65_535,
          will: Connect.Will(topic: topic("t"), message: [], qos: .exactlyOnce, retain: true)))),
    Vector(
      section: "3.1.2.8 CONNECT with an empty user name and no password",
      bytes: [0x10, 0x0F] + mqtt + [0x04, 0x82, 0x00, 0x01, 0x00, 0x01, 0x63, 0x00, 0x00],
      packet: .connect(Connect(clientID: string("c"), keepAlive: 1, username: string("")))),
  ]

  private static let others: [Vector] = [
    Vector(
      section: "3.2 CONNACK, accepted", bytes: [0x20, 0x02, 0x00, 0x00],
      packet: .connack(Connack(sessionPresent: false, returnCode: .accepted))),
    Vector(
      section: "3.2.2.2 CONNACK, session present", bytes: [0x20, 0x02, 0x01, 0x00],
      packet: .connack(Connack(sessionPresent: true, returnCode: .accepted))),
    Vector(
      section: "3.2.2.3 CONNACK, not authorized", bytes: [0x20, 0x02, 0x00, 0x05],
      packet: .connack(Connack(sessionPresent: false, returnCode: .notAuthorized))),
    Vector(
      section: "3.3.2.3 PUBLISH of the example, without payload",
      bytes: [0x32, 0x07, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x0A],
      packet: .publish(
        Publish(topic: topic("a/b"), payload: [], qos: .atLeastOnce, packetIdentifier: 10))),
    Vector(
      section: "3.3.1.2 PUBLISH with QoS 0",
      bytes: [0x30, 0x06, 0x00, 0x01, 0x74, 0x00, 0xFF, 0x21],
      packet: .publish(
        Publish(topic: topic("t"), payload: [0x00, 0xFF, 0x21], qos: .atMostOnce))),
    Vector(
      section: "3.3.1 PUBLISH with DUP, QoS 1 and RETAIN, identifier 65535",
      bytes: [0x3B, 0x06, 0x00, 0x01, 0x74, 0xFF, 0xFF, 0x7A],
      packet: .publish(
        Publish(
          topic: topic("t"), payload: [0x7A], qos: .atLeastOnce, retain: true, isDuplicate: true,
          packetIdentifier: 65_535))),
    Vector(
      section: "3.3.1.2 PUBLISH with QoS 2",
      bytes: [0x34, 0x05, 0x00, 0x01, 0x74, 0x01, 0x00],
      packet: .publish(
        Publish(topic: topic("t"), payload: [], qos: .exactlyOnce, packetIdentifier: 256))),
    Vector(
      section: "2.2.3 PUBLISH with a remaining length of 128, in two bytes",
      bytes: [0x30, 0x80, 0x01, 0x00, 0x01, 0x74] + Array(repeating: 0x2E, count: 125),
      packet: .publish(
        Publish(
          topic: topic("t"), payload: Array(repeating: 0x2E, count: 125), qos: .atMostOnce))),
    Vector(
      section: "1.5.3 PUBLISH under the name of the example, A and U+2A6D4",
      bytes: [0x30, 0x07, 0x00, 0x05, 0x41, 0xF0, 0xAA, 0x9B, 0x94],
      packet: .publish(Publish(topic: topic("A\u{2A6D4}"), payload: [], qos: .atMostOnce))),
    Vector(
      section: "1.5.3 PUBLISH under a name that begins with U+FEFF [MQTT-1.5.3-3]",
      bytes: [0x30, 0x06, 0x00, 0x04, 0xEF, 0xBB, 0xBF, 0x61],
      packet: .publish(Publish(topic: topic("\u{FEFF}a"), payload: [], qos: .atMostOnce))),
    Vector(
      section: "3.4 PUBACK", bytes: [0x40, 0x02, 0x12, 0x34],
      packet: .puback(Puback(packetIdentifier: 0x1234))),
    Vector(section: "3.12 PINGREQ", bytes: [0xC0, 0x00], packet: .pingreq),
    Vector(section: "3.13 PINGRESP", bytes: [0xD0, 0x00], packet: .pingresp),
    Vector(section: "3.14 DISCONNECT", bytes: [0xE0, 0x00], packet: .disconnect(Disconnect())),
  ]

  private static let exchanges: [Vector] = [
    Vector(
      section: "3.5 PUBREC", bytes: [0x50, 0x02, 0x12, 0x34],
      packet: .pubrec(Pubrec(packetIdentifier: 0x1234))),
    Vector(
      section: "3.6 PUBREL", bytes: [0x62, 0x02, 0x00, 0x01],
      packet: .pubrel(Pubrel(packetIdentifier: 1))),
    Vector(
      section: "3.7 PUBCOMP", bytes: [0x70, 0x02, 0xFF, 0xFF],
      packet: .pubcomp(Pubcomp(packetIdentifier: 65_535))),
    Vector(
      section: "3.8.3 SUBSCRIBE of the example",
      bytes: [
        0x82, 0x0E, 0x00, 0x0A, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x01, 0x00, 0x03, 0x63, 0x2F, 0x64,
        0x02,
      ],
      packet: .subscribe(
        Subscribe(
          packetIdentifier: 10,
          subscriptions: [
            Subscription(filter: filter("a/b"), maximumQoS: .atLeastOnce),
            Subscription(filter: filter("c/d"), maximumQoS: .exactlyOnce),
          ]))),
    Vector(
      section: "4.7 SUBSCRIBE with $share//x, which means nothing here",
      bytes: [
        0x82, 0x0E, 0x00, 0x01, 0x00, 0x09, 0x24, 0x73, 0x68, 0x61, 0x72, 0x65, 0x2F, 0x2F, 0x78,
        0x00,
      ],
      packet: .subscribe(
        Subscribe(
          packetIdentifier: 1,
          subscriptions: [
            Subscription(filter: filter("$share//x", version: .v311), maximumQoS: .atMostOnce)
          ]))),
    Vector(
      section: "3.9.3 SUBACK of the example", bytes: [0x90, 0x05, 0x00, 0x0A, 0x00, 0x02, 0x80],
      packet: .suback(
        Suback(
          packetIdentifier: 10, reasonCodes: [.grantedQoS0, .grantedQoS2, .unspecifiedError]))),
    Vector(
      section: "3.10.3 UNSUBSCRIBE of the example",
      bytes: [
        0xA2, 0x0C, 0x00, 0x0A, 0x00, 0x03, 0x61, 0x2F, 0x62, 0x00, 0x03, 0x63, 0x2F, 0x64,
      ],
      packet: .unsubscribe(
        Unsubscribe(packetIdentifier: 10, filters: [filter("a/b"), filter("c/d")]))),
    Vector(
      section: "3.11 UNSUBACK", bytes: [0xB0, 0x02, 0x00, 0x0A],
      packet: .unsuback(Unsuback(packetIdentifier: 10))),
  ]
}
