import Testing

@testable import MQTT

/// Against table 2-6 of MQTT 5.0, typed from there column by column.
@Suite struct ReasonCodeTests {
  @Test(
    arguments: [
      (
        .connack,
        [
          0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95,
          0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F,
        ]
      ),
      (.puback, [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]),
      (.pubrec, [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]),
      (.pubrel, [0x00, 0x92]), (.pubcomp, [0x00, 0x92]),
      (
        .suback, [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2]
      ),
      (.unsuback, [0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91]),
      (
        .disconnect,
        [
          0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93,
          0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
        ]
      ),
      (.auth, [0x00, 0x18, 0x19]), (.connect, []), (.publish, []), (.subscribe, []),
      (.unsubscribe, []), (.pingreq, []), (.pingresp, []),
    ] as [(PacketType, [UInt8])])
  func `a packet has the codes of its column`(type: PacketType, codes: [UInt8]) {
    #expect(ReasonCode.allCases.filter { $0.isAllowed(in: type) }.map(\.rawValue) == codes)
  }

  @Test func `every code has words of its own`() {
    #expect(Set(ReasonCode.allCases.map(\.text)).count == ReasonCode.allCases.count)
    #expect(ReasonCode.sessionTakenOver.isFailure && !ReasonCode.reAuthenticate.isFailure)
  }

  /// Each return code of 3.1.1 on the wire, and what 5.0 calls it.
  @Test(
    arguments: [
      (0, .success), (1, .unsupportedProtocolVersion), (2, .clientIdentifierNotValid),
      (3, .serverUnavailable), (4, .badUserNameOrPassword), (5, .notAuthorized),
    ] as [(UInt8, ReasonCode)])
  func `a return code is a reason code`(code: UInt8, reasonCode: ReasonCode) {
    let packet = Packet.connack(Connack(sessionPresent: false, reasonCode: reasonCode))
    #expect(Decoded([0x20, 0x02, 0x00, code]).packets == [packet])
    #expect(Connack.ReturnCode(reasonCode)?.rawValue == code)
  }

  /// 4.13.1: what goes into DISCONNECT.
  @Test(
    arguments: [
      (.truncated(.publish), .malformedPacket), (.noTopicFilter(.subscribe), .protocolError),
      (.tooLarge(size: 2, limit: 1), .packetTooLarge),
      (.propertyValue(.topicAlias, 0, .packet(.publish)), .topicAliasInvalid),
      (.wildcardInTopicName, .topicNameInvalid), (.emptyShareName, .topicFilterInvalid),
      (.unsupportedProtocolLevel(4), .unsupportedProtocolVersion),
    ] as [(PacketError, ReasonCode)])
  func `a broken rule has a reason code`(error: PacketError, reasonCode: ReasonCode) {
    #expect(error.reasonCode == reasonCode)
  }

  /// Table 2-4, typed row by row.
  @Test(
    arguments: [
      (0x01, "3.3.2.3.2 3.1.3.2.3"), (0x02, "3.3.2.3.3 3.1.3.2.4"), (0x03, "3.3.2.3.9 3.1.3.2.5"),
      (0x08, "3.3.2.3.5 3.1.3.2.6"), (0x09, "3.3.2.3.6 3.1.3.2.7"), (0x0B, "3.3.2.3.8 3.8.2.1.2"),
      (0x11, "3.1.2.11.2 3.2.2.3.2 3.14.2.2.2"), (0x12, "3.2.2.3.7"), (0x13, "3.2.2.3.14"),
      (0x15, "3.1.2.11.9 3.2.2.3.17 3.15.2.2.2"), (0x16, "3.1.2.11.10 3.2.2.3.18 3.15.2.2.3"),
      (0x17, "3.1.2.11.7"), (0x18, "3.1.3.2.2"), (0x19, "3.1.2.11.6"), (0x1A, "3.2.2.3.15"),
      (0x1C, "3.2.2.3.16 3.14.2.2.5"),
      (
        0x1F,
        "3.2.2.3.9 3.4.2.2.2 3.5.2.2.2 3.6.2.2.2 3.7.2.2.2 3.9.2.1.2 3.11.2.1.2 3.14.2.2.3 3.15.2.2.4"
      ),
      (
        0x26,
        """
        3.1.2.11.8 3.1.3.2.8 3.2.2.3.10 3.3.2.3.7 3.4.2.2.3 3.5.2.2.3 3.6.2.2.3 3.7.2.2.3 \
        3.8.2.1.3 3.9.2.1.3 3.10.2.1.2 3.11.2.1.3 3.14.2.2.4 3.15.2.2.5
        """
      ),
      (0x21, "3.1.2.11.3 3.2.2.3.3"), (0x22, "3.1.2.11.5 3.2.2.3.8"), (0x23, "3.3.2.3.4"),
      (0x24, "3.2.2.3.4"), (0x25, "3.2.2.3.5"), (0x27, "3.1.2.11.4 3.2.2.3.6"),
      (0x28, "3.2.2.3.11"), (0x29, "3.2.2.3.12"), (0x2A, "3.2.2.3.13"),
    ] as [(UInt8, String)])
  func `a property stands where table 2_4 says, described in its section`(
    number: UInt8, sections: String
  ) throws {
    let property = try #require(PropertyIdentifier(rawValue: number))
    let places = PacketType.allCases.map(PropertyPlace.packet) + [.will]
    let found = places.filter { $0.properties.contains(property) }.map { $0.section(of: property) }
    #expect(Set(found) == Set(sections.split(separator: " ").map(String.init)))
  }
}
