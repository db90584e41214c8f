import MQTT

/// Bytes that break one rule of MQTT 5.0.
extension Refusal {
  private static func five(
    _ error: PacketError, _ clause: String, _ bytes: [UInt8]
  ) -> Refusal { Refusal(error, clause, bytes, .v5) }

  /// A CONNECT with these properties, and its length and theirs filled in.
  private static func connect(_ properties: [UInt8], flags: UInt8 = 0x02) -> [UInt8] {
    let content: [UInt8] =
      [0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, flags, 0x00, 0x3C, UInt8(properties.count)]
      + properties + [0x00, 0x00]
    return [0x10, UInt8(content.count)] + content
  }

  /// A CONNECT with a will, topic t and no bytes, and these will properties.
  private static func will(_ properties: [UInt8]) -> [UInt8] {
    let content: [UInt8] =
      [0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x06, 0x00, 0x3C, 0x00, 0x00, 0x00]
      + [UInt8(properties.count)] + properties + [0x00, 0x01, 0x74, 0x00, 0x00]
    return [0x10, UInt8(content.count)] + content
  }

  private static func connack(_ properties: [UInt8]) -> [UInt8] {
    [0x20, UInt8(properties.count + 3), 0x00, 0x00, UInt8(properties.count)] + properties
  }

  private static func publish(_ properties: [UInt8]) -> [UInt8] {
    [0x30, UInt8(properties.count + 4), 0x00, 0x01, 0x74, UInt8(properties.count)] + properties
  }

  static let header5: [Refusal] = [
    five(.forbiddenType(0), "2.1.2", [0x00, 0x00]),
    five(.reservedFlags(.connack, flags: 8), "[MQTT-2.1.3-1]", [0x28]),
    five(.reservedFlags(.pubrel, flags: 0), "[MQTT-3.6.1-1]", [0x60]),
    five(.reservedFlags(.subscribe, flags: 0), "[MQTT-3.8.1-1]", [0x80]),
    five(.reservedFlags(.unsubscribe, flags: 10), "[MQTT-3.10.1-1]", [0xAA]),
    five(.reservedFlags(.disconnect, flags: 1), "[MQTT-3.14.1-1]", [0xE1]),
    five(.reservedFlags(.auth, flags: 2), "[MQTT-3.15.1-1]", [0xF2]),
    five(.remainingLengthTooLong, "2.1.4", [0x30, 0xFF, 0xFF, 0xFF, 0xFF]),
    five(.variableByteIntegerNotShortest(.pingresp), "[MQTT-1.5.5-1]", [0xD0, 0x80, 0x00]),
    five(.wrongRemainingLength(.pingreq, 1, expected: 0), "3.12.1", [0xC0, 0x01]),
  ]

  static let connects5: [Refusal] = [
    five(
      .unsupportedProtocolLevel(4), "[MQTT-3.1.2-2]",
      [0x10, 0x0C, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3C, 0x00, 0x00]),
    five(.reservedConnectFlag, "[MQTT-3.1.2-3]", connect([], flags: 0x03)),
    five(.willQoSWithoutWill, "[MQTT-3.1.2-11]", connect([], flags: 0x0A)),
    five(.willRetainWithoutWill, "[MQTT-3.1.2-13]", connect([], flags: 0x22)),
    five(.willQoSOfThree, "[MQTT-3.1.2-12]", connect([], flags: 0x1E)),
    five(
      .propertyValue(.receiveMaximum, 0, .packet(.connect)), "3.1.2.11.3",
      connect([0x21, 0x00, 0x00])),
    five(
      .propertyValue(.maximumPacketSize, 0, .packet(.connect)), "3.1.2.11.4",
      connect([0x27, 0x00, 0x00, 0x00, 0x00])),
    five(
      .propertyValue(.requestResponseInformation, 2, .packet(.connect)), "3.1.2.11.6",
      connect([0x19, 0x02])),
    five(
      .propertyValue(.requestProblemInformation, 255, .packet(.connect)), "3.1.2.11.7",
      connect([0x17, 0xFF])),
    five(
      .authenticationDataWithoutMethod, "3.1.2.11.10", connect([0x16, 0x00, 0x01, 0x00])),
    five(
      .duplicateProperty(.sessionExpiryInterval, .packet(.connect)), "3.1.2.11.2",
      connect([0x11, 0, 0, 0, 1, 0x11, 0, 0, 0, 1])),
    five(
      .misplacedProperty(.topicAlias, .packet(.connect)), "2.2.2.2",
      connect([0x23, 0x00, 0x01])),
    five(
      .propertyValue(.payloadFormatIndicator, 2, .will), "3.1.3.2.3", will([0x01, 0x02])),
    five(.wildcardInResponseTopic, "[MQTT-3.3.2-14]", will([0x08, 0x00, 0x01, 0x2B])),
    five(
      .duplicateProperty(.willDelayInterval, .will), "3.1.3.2.2",
      will([0x18, 0, 0, 0, 1, 0x18, 0, 0, 0, 1])),
    five(.misplacedProperty(.receiveMaximum, .will), "2.2.2.2", will([0x21, 0x00, 0x01])),
    five(.propertyLengthBeyondPacket(.connect), "2.2.2.1", truncatedConnect),
    five(.reservedConnackFlags(2), "[MQTT-3.2.2-1]", [0x20, 0x03, 0x02, 0x00, 0x00]),
    five(.sessionPresentInRefusal, "[MQTT-3.2.2-6]", [0x20, 0x03, 0x01, 0x87, 0x00]),
    five(.reservedReasonCode(.connack, 1), "[MQTT-3.2.2-8]", [0x20, 0x03, 0x00, 0x01, 0x00]),
    five(.reservedReasonCode(.connack, 0x05), "[MQTT-3.2.2-8]", [0x20, 0x03, 0x00, 0x05, 0x00]),
    five(.reservedReasonCode(.connack, 0xA2), "[MQTT-3.2.2-8]", [0x20, 0x03, 0x00, 0xA2, 0x00]),
    five(.truncated(.connack), "3.2", [0x20, 0x02, 0x00, 0x00]),
    five(
      .propertyValue(.receiveMaximum, 0, .packet(.connack)), "3.2.2.3.3",
      connack([0x21, 0x00, 0x00])),
    five(.propertyValue(.maximumQoS, 2, .packet(.connack)), "3.2.2.3.4", connack([0x24, 0x02])),
    five(
      .propertyValue(.retainAvailable, 2, .packet(.connack)), "3.2.2.3.5",
      connack([0x25, 0x02])),
    five(
      .propertyValue(.maximumPacketSize, 0, .packet(.connack)), "3.2.2.3.6",
      connack([0x27, 0x00, 0x00, 0x00, 0x00])),
    five(
      .propertyValue(.wildcardSubscriptionAvailable, 2, .packet(.connack)), "3.2.2.3.11",
      connack([0x28, 0x02])),
    five(
      .propertyValue(.subscriptionIdentifierAvailable, 3, .packet(.connack)), "3.2.2.3.12",
      connack([0x29, 0x03])),
    five(
      .propertyValue(.sharedSubscriptionAvailable, 9, .packet(.connack)), "3.2.2.3.13",
      connack([0x2A, 0x09])),
    five(
      .duplicateProperty(.serverKeepAlive, .packet(.connack)), "3.2.2.3.14",
      connack([0x13, 0, 1, 0x13, 0, 1])),
    five(
      .misplacedProperty(.willDelayInterval, .packet(.connack)), "2.2.2.2",
      connack([0x18, 0, 0, 0, 1])),
  ]

  /// Its properties are a byte longer than it is.
  private static let truncatedConnect: [UInt8] =
    [0x10, 0x0C, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x02, 0x00, 0x3C, 0x02, 0x17]

  static let publishes5: [Refusal] = [
    five(.qosOfThree, "[MQTT-3.3.1-4]", [0x36, 0x06, 0x00, 0x01, 0x74, 0x00, 0x01, 0x00]),
    five(.duplicateWithQoS0, "[MQTT-3.3.1-2]", [0x38, 0x04, 0x00, 0x01, 0x74, 0x00]),
    five(.zeroPacketIdentifier(.publish), "[MQTT-2.2.1-3]", [0x32, 6, 0, 1, 0x74, 0, 0, 0]),
    five(.illFormedUTF8, "[MQTT-1.5.4-1]", [0x30, 0x05, 0x00, 0x02, 0xC0, 0x80, 0x00]),
    five(.nullCharacter, "[MQTT-1.5.4-2]", [0x30, 0x05, 0x00, 0x02, 0x61, 0x00, 0x00]),
    five(.wildcardInTopicName, "[MQTT-4.7.0-1]", [0x30, 0x04, 0x00, 0x01, 0x23, 0x00]),
    five(.emptyTopicWithoutAlias, "3.3.2.1", [0x30, 0x03, 0x00, 0x00, 0x00]),
    five(.truncated(.publish), "3.3", [0x30, 0x03, 0x00, 0x01, 0x74]),
    five(
      .propertyLengthBeyondPacket(.publish), "2.2.2.1", [0x30, 0x04, 0x00, 0x01, 0x74, 0x01]),
    five(
      .propertyLengthBeyondPacket(.publish), "2.2.2.1",
      [0x30, 0x07, 0x00, 0x01, 0x74, 0xFF, 0xFF, 0xFF, 0x7F]),
    five(
      .variableByteIntegerTooLong(.publish), "1.5.5",
      [0x30, 0x08, 0x00, 0x01, 0x74, 0x80, 0x80, 0x80, 0x80, 0x01]),
    five(
      .variableByteIntegerNotShortest(.publish), "[MQTT-1.5.5-1]",
      [0x30, 0x05, 0x00, 0x01, 0x74, 0x80, 0x00]),
    five(
      .variableByteIntegerNotShortest(.publish), "[MQTT-1.5.5-1]", publish([0x0B, 0x81, 0x00])),
    five(.truncatedProperties(.publish), "2.2.2.1", publish([0x23, 0x00])),
    five(
      // The value would end in the payload.
      .truncatedProperties(.publish), "2.2.2.1",
      [0x30, 0x08, 0x00, 0x01, 0x74, 0x02, 0x23, 0x00, 0x01, 0x78]),
    five(.unknownProperty(0x7F, .packet(.publish)), "2.2.2.2", publish([0x7F, 0x00])),
    five(.unknownProperty(0, .packet(.publish)), "2.2.2.2", publish([0x00])),
    five(.unknownProperty(0x101, .packet(.publish)), "2.2.2.2", publish([0x81, 0x02, 0x01])),
    five(
      .misplacedProperty(.reasonString, .packet(.publish)), "2.2.2.2",
      publish([0x1F, 0x00, 0x00])),
    five(
      .duplicateProperty(.contentType, .packet(.publish)), "3.3.2.3.9",
      publish([0x03, 0x00, 0x00, 0x03, 0x00, 0x00])),
    five(
      .duplicateProperty(.topicAlias, .packet(.publish)), "3.3.2.3.4",
      publish([0x23, 0x00, 0x01, 0x23, 0x00, 0x01])),
    five(
      .propertyValue(.topicAlias, 0, .packet(.publish)), "[MQTT-3.3.2-8]",
      publish([0x23, 0x00, 0x00])),
    five(
      .propertyValue(.payloadFormatIndicator, 2, .packet(.publish)), "3.3.2.3.2",
      publish([0x01, 0x02])),
    five(
      .propertyValue(.subscriptionIdentifier, 0, .packet(.publish)), "3.3.2.3.8",
      publish([0x0B, 0x00])),
    five(.wildcardInResponseTopic, "[MQTT-3.3.2-14]", publish([0x08, 0x00, 0x01, 0x23])),
    five(.emptyTopicName, "[MQTT-4.7.3-1]", publish([0x08, 0x00, 0x00])),
    five(
      .illFormedUTF8, "[MQTT-1.5.4-1]",
      publish([0x26, 0x00, 0x01, 0x61, 0x00, 0x01, 0xFF])),
  ]

  static let exchanges5: [Refusal] = [
    five(.zeroPacketIdentifier(.puback), "[MQTT-2.2.1-5]", [0x40, 0x02, 0x00, 0x00]),
    five(.zeroPacketIdentifier(.pubcomp), "[MQTT-2.2.1-5]", [0x70, 0x02, 0x00, 0x00]),
    five(.zeroPacketIdentifier(.suback), "[MQTT-2.2.1-6]", [0x90, 0x04, 0x00, 0x00, 0x00, 0x00]),
    five(.zeroPacketIdentifier(.unsubscribe), "[MQTT-2.2.1-3]", [0xA2, 0x03, 0x00, 0x00, 0x00]),
    five(.truncated(.puback), "3.4", [0x40, 0x01, 0x00]),
    five(.reservedReasonCode(.puback, 0x92), "[MQTT-3.4.2-1]", [0x40, 0x03, 0, 1, 0x92]),
    five(.reservedReasonCode(.puback, 0xFF), "[MQTT-3.4.2-1]", [0x40, 0x03, 0, 1, 0xFF]),
    five(.reservedReasonCode(.pubrec, 0x01), "[MQTT-3.5.2-1]", [0x50, 0x03, 0, 1, 0x01]),
    five(.reservedReasonCode(.pubrel, 0x10), "[MQTT-3.6.2-1]", [0x62, 0x03, 0, 1, 0x10]),
    five(.reservedReasonCode(.pubcomp, 0x80), "[MQTT-3.7.2-1]", [0x70, 0x03, 0, 1, 0x80]),
    five(
      .propertyLengthBeyondPacket(.puback), "2.2.2.1", [0x40, 0x04, 0x00, 0x01, 0x00, 0x01]),
    five(
      .duplicateProperty(.reasonString, .packet(.puback)), "3.4.2.2.2",
      [0x40, 0x0A, 0x00, 0x01, 0x00, 0x06, 0x1F, 0x00, 0x00, 0x1F, 0x00, 0x00]),
    five(
      .misplacedProperty(.serverReference, .packet(.pubcomp)), "2.2.2.2",
      [0x70, 0x07, 0x00, 0x01, 0x00, 0x03, 0x1C, 0x00, 0x00]),
    five(.noTopicFilter(.subscribe), "[MQTT-3.8.3-2]", [0x82, 0x03, 0x00, 0x01, 0x00]),
    five(.subscriptionQoSOfThree, "3.8.3.1", [0x82, 7, 0, 1, 0, 0, 1, 0x61, 0x03]),
    five(.retainHandlingOfThree, "3.8.3.1", [0x82, 7, 0, 1, 0, 0, 1, 0x61, 0x30]),
    five(
      .reservedSubscriptionOptions(0x40), "[MQTT-3.8.3-5]", [0x82, 7, 0, 1, 0, 0, 1, 0x61, 0x40]),
    five(
      .noLocalInSharedSubscription, "[MQTT-3.8.3-4]",
      [0x82, 16, 0, 1, 0, 0, 10] + Array("$share/g/a".utf8) + [0x04]),
    five(
      .emptyShareName, "[MQTT-4.8.2-1]",
      [0x82, 15, 0, 1, 0, 0, 9] + Array("$share//a".utf8) + [0x00]),
    five(
      .wildcardInShareName, "[MQTT-4.8.2-2]",
      [0x82, 16, 0, 1, 0, 0, 10] + Array("$share/+/a".utf8) + [0x00]),
    five(
      .shareWithoutFilter, "[MQTT-4.8.2-2]",
      [0xA2, 14, 0, 1, 0, 0, 9] + Array("$share/g/".utf8)),
    five(
      .misplacedMultiLevelWildcard, "[MQTT-4.7.1-1]",
      [0x82, 9, 0, 1, 0, 0, 3, 0x23, 0x2F, 0x61, 0x00]),
    five(
      .misplacedSingleLevelWildcard, "[MQTT-4.7.1-2]",
      [0x82, 8, 0, 1, 0, 0, 2, 0x2B, 0x61, 0x00]),
    five(
      .propertyValue(.subscriptionIdentifier, 0, .packet(.subscribe)), "3.8.2.1.2",
      [0x82, 9, 0, 1, 2, 0x0B, 0x00, 0, 1, 0x61, 0x00]),
    five(
      .duplicateProperty(.subscriptionIdentifier, .packet(.subscribe)), "3.8.2.1.2",
      [0x82, 11, 0, 1, 4, 0x0B, 0x01, 0x0B, 0x02, 0, 1, 0x61, 0x00]),
    five(.noReasonCode(.suback), "[MQTT-3.8.4-6]", [0x90, 0x03, 0x00, 0x01, 0x00]),
    five(.reservedReasonCode(.suback, 0x11), "[MQTT-3.9.3-2]", [0x90, 4, 0, 1, 0, 0x11]),
    five(.noTopicFilter(.unsubscribe), "[MQTT-3.10.3-2]", [0xA2, 0x03, 0x00, 0x01, 0x00]),
    five(
      .misplacedProperty(.subscriptionIdentifier, .packet(.unsubscribe)), "2.2.2.2",
      [0xA2, 8, 0, 1, 2, 0x0B, 0x01, 0, 1, 0x61]),
    five(.noReasonCode(.unsuback), "3.11.3", [0xB0, 0x03, 0x00, 0x01, 0x00]),
    five(.reservedReasonCode(.unsuback, 0x01), "[MQTT-3.11.3-2]", [0xB0, 4, 0, 1, 0, 0x01]),
    five(.reservedReasonCode(.disconnect, 0x01), "[MQTT-3.14.2-1]", [0xE0, 0x01, 0x01]),
    five(.reservedReasonCode(.disconnect, 0x84), "[MQTT-3.14.2-1]", [0xE0, 0x01, 0x84]),
    five(
      .duplicateProperty(.serverReference, .packet(.disconnect)), "3.14.2.2.5",
      [0xE0, 0x08, 0x00, 0x06, 0x1C, 0x00, 0x00, 0x1C, 0x00, 0x00]),
    five(
      .reservedReasonCode(.auth, 0x87), "[MQTT-3.15.2-1]", [0xF0, 6, 0x87, 4, 0x15, 0, 1, 0x6D]),
    five(.truncated(.auth), "3.15", [0xF0, 0x01, 0x18]),
    five(.missingAuthenticationMethod, "3.15.2.2.2", [0xF0, 0x02, 0x18, 0x00]),
    five(
      .missingAuthenticationMethod, "3.15.2.2.2", [0xF0, 0x05, 0x00, 0x03, 0x16, 0x00, 0x00]),
  ]
}
