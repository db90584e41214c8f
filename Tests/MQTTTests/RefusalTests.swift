import MQTT
import Testing

/// Bytes that break one rule, the rule, and the clause that states it.
struct Refusal: CustomTestStringConvertible, Sendable {
  let bytes: [UInt8]
  let error: PacketError
  let clause: String
  let version: ProtocolVersion

  var testDescription: String { "\(error)" }

  init(
    _ error: PacketError, _ clause: String, _ bytes: [UInt8], _ version: ProtocolVersion = .v311
  ) {
    self.version = version
    self.bytes = bytes
    self.error = error
    self.clause = clause
  }

  private static func connect(_ content: [UInt8]) -> [UInt8] {
    [0x10, UInt8(content.count)] + content
  }

  private static let mqtt: [UInt8] = [0x00, 0x04, 0x4D, 0x51, 0x54, 0x54]

  static let header = [
    Refusal(.forbiddenType(0), "2.2.1", [0x00, 0x00]),
    Refusal(.forbiddenType(15), "2.2.1", [0xF0, 0x00]),
    Refusal(.reservedFlags(.connect, flags: 1), "[MQTT-2.2.2-2]", [0x11]),
    Refusal(.reservedFlags(.connack, flags: 8), "[MQTT-2.2.2-2]", [0x28, 0x02, 0x00, 0x00]),
    Refusal(.reservedFlags(.puback, flags: 2), "[MQTT-2.2.2-2]", [0x42, 0x02, 0x00, 0x01]),
    Refusal(.reservedFlags(.pingresp, flags: 15), "[MQTT-2.2.2-2]", [0xDF, 0x00]),
    Refusal(.reservedFlags(.disconnect, flags: 4), "[MQTT-2.2.2-2]", [0xE4, 0x00]),
    Refusal(.remainingLengthTooLong, "2.2.3", [0x30, 0xFF, 0xFF, 0xFF, 0xFF]),
    Refusal(.remainingLengthTooLong, "2.2.3", [0x30, 0x80, 0x80, 0x80, 0x80, 0x00]),
    Refusal(.wrongRemainingLength(.connack, 3, expected: 2), "3.2.1", [0x20, 0x03]),
    Refusal(.wrongRemainingLength(.puback, 1, expected: 2), "3.4.1", [0x40, 0x01]),
    Refusal(.wrongRemainingLength(.pingreq, 1, expected: 0), "3.12.1", [0xC0, 0x01]),
    Refusal(.wrongRemainingLength(.pingresp, 2, expected: 0), "3.13.1", [0xD0, 0x02]),
    Refusal(.wrongRemainingLength(.disconnect, 1, expected: 0), "3.14.1", [0xE0, 0x01]),
  ]

  static let connects = [
    Refusal(.truncated(.connect), "3.1", connect([])),
    Refusal(
      .wrongProtocolName, "[MQTT-3.1.2-1]",
      connect([0x00, 0x06, 0x4D, 0x51, 0x49, 0x73, 0x64, 0x70, 0x03, 0x02, 0, 0, 0, 0])),
    Refusal(
      .unsupportedProtocolLevel(5), "[MQTT-3.1.2-2]", connect(mqtt + [0x05, 0x02, 0, 60, 0, 0])),
    Refusal(.reservedConnectFlag, "[MQTT-3.1.2-3]", connect(mqtt + [0x04, 0x03, 0, 60, 0, 0])),
    Refusal(.willQoSWithoutWill, "[MQTT-3.1.2-13]", connect(mqtt + [0x04, 0x0A, 0, 60, 0, 0])),
    Refusal(.willRetainWithoutWill, "[MQTT-3.1.2-15]", connect(mqtt + [0x04, 0x22, 0, 60, 0, 0])),
    Refusal(
      .willQoSOfThree, "[MQTT-3.1.2-14]",
      connect(mqtt + [0x04, 0x1E, 0, 60, 0, 0, 0, 1, 0x74, 0, 0])),
    Refusal(
      .emptyTopicName, "[MQTT-4.7.3-1]",
      connect(mqtt + [0x04, 0x06, 0, 60, 0, 0, 0, 0, 0, 0])),
    Refusal(
      .passwordWithoutUsername, "[MQTT-3.1.2-22]",
      connect(mqtt + [0x04, 0x42, 0, 60, 0, 0, 0, 1, 0x70])),
    Refusal(
      .emptyClientIDWithoutCleanSession, "[MQTT-3.1.3-7]",
      connect(mqtt + [0x04, 0x00, 0, 60, 0, 0])),
    Refusal(.nullCharacter, "[MQTT-1.5.3-2]", connect(mqtt + [0x04, 0x02, 0, 60, 0, 1, 0])),
    Refusal(.truncated(.connect), "3.1", connect(mqtt + [0x04, 0x02, 0, 60, 0, 9, 0x61])),
    Refusal(.trailingBytes(.connect), "3.1", connect(mqtt + [0x04, 0x02, 0, 60, 0, 0, 0])),
  ]

  static let exchanges = [
    Refusal(.reservedFlags(.pubrel, flags: 0), "[MQTT-2.2.2-2]", [0x60, 0x02, 0x00, 0x01]),
    Refusal(.reservedFlags(.subscribe, flags: 0), "[MQTT-2.2.2-2]", [0x80]),
    Refusal(.reservedFlags(.unsubscribe, flags: 3), "[MQTT-2.2.2-2]", [0xA3]),
    Refusal(.zeroPacketIdentifier(.pubrel), "[MQTT-2.3.1-6]", [0x62, 0x02, 0x00, 0x00]),
    Refusal(.zeroPacketIdentifier(.unsuback), "[MQTT-2.3.1-7]", [0xB0, 0x02, 0x00, 0x00]),
    Refusal(.wrongRemainingLength(.pubrec, 3, expected: 2), "3.5.1", [0x50, 0x03]),
    Refusal(.wrongRemainingLength(.unsuback, 3, expected: 2), "3.11.1", [0xB0, 0x03]),
    Refusal(.noTopicFilter(.subscribe), "[MQTT-3.8.3-3]", [0x82, 0x02, 0x00, 0x01]),
    Refusal(.noTopicFilter(.unsubscribe), "[MQTT-3.10.3-2]", [0xA2, 0x02, 0x00, 0x01]),
    Refusal(.subscriptionQoSOfThree, "[MQTT-3.8.3-4]", [0x82, 6, 0, 1, 0, 1, 0x61, 3]),
    Refusal(.reservedSubscriptionOptions(4), "[MQTT-3.8.3-4]", [0x82, 6, 0, 1, 0, 1, 0x61, 4]),
    Refusal(.truncated(.subscribe), "3.8", [0x82, 5, 0, 1, 0, 1, 0x61]),
    Refusal(.emptyTopicFilter, "[MQTT-4.7.3-1]", [0x82, 5, 0, 1, 0, 0, 0]),
    Refusal(
      .misplacedMultiLevelWildcard, "[MQTT-4.7.1-2]", [0x82, 7, 0, 1, 0, 2, 0x61, 0x23, 0]),
    Refusal(
      .misplacedSingleLevelWildcard, "[MQTT-4.7.1-3]", [0xA2, 6, 0, 1, 0, 2, 0x61, 0x2B]),
    Refusal(.noReasonCode(.suback), "[MQTT-3.8.4-5]", [0x90, 0x02, 0x00, 0x01]),
    Refusal(.reservedReasonCode(.suback, 3), "[MQTT-3.9.3-2]", [0x90, 0x03, 0x00, 0x01, 0x03]),
    Refusal(
      .reasonCodeInVersion311(.suback, .notAuthorized), "[MQTT-3.9.3-2]",
      [0x90, 0x03, 0x00, 0x01, 0x87]),
  ]

  static let others = [
    Refusal(.reservedConnackFlags(2), "3.2.2.1", [0x20, 0x02, 0x02, 0x00]),
    Refusal(.reservedConnackFlags(0x81), "3.2.2.1", [0x20, 0x02, 0x81, 0x00]),
    Refusal(.reservedReturnCode(6), "3.2.2.3", [0x20, 0x02, 0x00, 0x06]),
    Refusal(.reservedReturnCode(255), "3.2.2.3", [0x20, 0x02, 0x00, 0xFF]),
    Refusal(.sessionPresentInRefusal, "[MQTT-3.2.2-4]", [0x20, 0x02, 0x01, 0x05]),
    Refusal(.qosOfThree, "[MQTT-3.3.1-4]", [0x36, 0x05, 0x00, 0x01, 0x74, 0x00, 0x01]),
    Refusal(.duplicateWithQoS0, "[MQTT-3.3.1-2]", [0x38, 0x03, 0x00, 0x01, 0x74]),
    Refusal(.zeroPacketIdentifier(.publish), "[MQTT-2.3.1-1]", [0x32, 5, 0, 1, 0x74, 0, 0]),
    Refusal(.zeroPacketIdentifier(.puback), "[MQTT-2.3.1-6]", [0x40, 0x02, 0x00, 0x00]),
    Refusal(.zeroPacketIdentifier(.pubcomp), "3.7.2", [0x70, 0x02, 0x00, 0x00]),
    Refusal(.truncated(.publish), "3.3", [0x30, 0x00]),
    Refusal(.truncated(.publish), "3.3", [0x30, 0x03, 0x00, 0x02, 0x74]),
    Refusal(.truncated(.publish), "3.3", [0x32, 0x04, 0x00, 0x01, 0x74, 0x00]),
    Refusal(.emptyTopicName, "[MQTT-4.7.3-1]", [0x30, 0x02, 0x00, 0x00]),
    Refusal(.wildcardInTopicName, "[MQTT-4.7.1-1]", [0x30, 0x05, 0x00, 0x03, 0x61, 0x2F, 0x2B]),
    Refusal(.wildcardInTopicName, "[MQTT-4.7.1-1]", [0x30, 0x03, 0x00, 0x01, 0x23]),
    Refusal(.nullCharacter, "[MQTT-1.5.3-2]", [0x30, 0x04, 0x00, 0x02, 0x61, 0x00]),
    // U+D800, which no UTF-8 has.
    Refusal(.illFormedUTF8, "[MQTT-1.5.3-1]", [0x30, 0x05, 0x00, 0x03, 0xED, 0xA0, 0x80]),
  ]
}

@Suite struct RefusalTests {
  @Test(
    arguments: Refusal.header + Refusal.connects + Refusal.others + Refusal.exchanges
      + Refusal.header5 + Refusal.connects5 + Refusal.publishes5 + Refusal.exchanges5)
  func `a packet that breaks a rule is refused with its clause`(refusal: Refusal) {
    let decoded = Decoded(refusal.bytes, refusal.version)
    #expect(decoded.packets.isEmpty)
    #expect(decoded.error == refusal.error)
    #expect(refusal.error.text(in: refusal.version).contains(refusal.clause))
    #expect(Decoded(refusal.bytes.chunks(of: 1), refusal.version) == decoded)
  }

  @Test func `a topic name has at most 65535 bytes`() throws {
    let longest = String(repeating: "a", count: 65_535)
    #expect(try TopicName(longest).text == longest)
    #expect(throws: PacketError.stringTooLong(65_536)) { try TopicName(longest + "a") }
    #expect(throws: PacketError.emptyTopicName) { try TopicName("") }
    #expect(throws: PacketError.wildcardInTopicName) { try TopicName("a/#") }
    #expect(throws: PacketError.wildcardInTopicName) { try TopicName("+/a") }
    #expect(throws: PacketError.nullCharacter) { try TopicName("a\0b") }
  }

  /// [MQTT-4.7.3-4]: Swift's strings would call these two equal.
  @Test func `topic names that look the same are not the same`() throws {
    #expect(try TopicName("\u{E9}") != TopicName("e\u{301}"))
  }
}
