/// Where a rule is written.
enum Clause: Equatable {
  /// A numbered statement, e.g. "3.3.1-4" for [MQTT-3.3.1-4]. Misprints are not kept: 3.1.1 prints
  /// "3-8.3-4" for 3.8.3-4.
  case statement(String)
  /// A section of MQTT 3.1.1 that has no numbered statement for the rule.
  case section311(String)
  /// A section of MQTT 5.0 that has no numbered statement for the rule.
  case section5(String)

  var text: String {
    switch self {
    case .statement(let number): "[MQTT-\(number)]"
    case .section311(let number): "(MQTT \(number))"
    case .section5(let number): "(MQTT 5.0, \(number))"
    }
  }
}

extension PacketError {
  /// Where the rule is written; nil where it is a limit of the receiver's own.
  func clause(in version: ProtocolVersion) -> Clause? {
    switch self {
    case .forbiddenType: section(version, "2.2.1", "2.1.2")
    case .reservedFlags(let type, _): flagsClause(of: type, version)
    case .remainingLengthTooLong: section(version, "2.2.3", "2.1.4")
    case .tooLarge: nil
    case .wrongRemainingLength(let type, _, _): section(version, "\(type.section).1")
    case .truncated(let type), .trailingBytes(let type): section(version, type.section)
    case .illFormedUTF8: statement(version, "1.5.3-1", "1.5.4-1")
    case .nullCharacter: statement(version, "1.5.3-2", "1.5.4-2")
    case .stringTooLong: section(version, "1.5.3", "1.5.4")
    case .variableByteIntegerTooLong: .section5("1.5.5")
    case .variableByteIntegerNotShortest: .statement("1.5.5-1")
    case .zeroPacketIdentifier(let type): packetIdentifierClause(of: type, version)
    case .reservedReasonCode(let type, _): .statement(reasonCodeStatement(of: type))
    case .propertyLengthBeyondPacket, .truncatedProperties: .section5("2.2.2.1")
    case .unknownProperty, .misplacedProperty: .section5("2.2.2.2")
    case .duplicateProperty(let property, let place): .section5(place.section(of: property))
    case .propertyValue(.topicAlias, _, _): .statement("3.3.2-8")
    case .propertyValue(let property, _, let place): .section5(place.section(of: property))
    case .wildcardInResponseTopic: .statement("3.3.2-14")
    case .authenticationDataWithoutMethod: .section5("3.1.2.11.10")
    case .missingAuthenticationMethod: .section5("3.15.2.2.2")
    case .wrongProtocolName: .statement("3.1.2-1")
    case .unsupportedProtocolLevel: .statement("3.1.2-2")
    case .reservedConnectFlag: .statement("3.1.2-3")
    case .willQoSWithoutWill: statement(version, "3.1.2-13", "3.1.2-11")
    case .willRetainWithoutWill: statement(version, "3.1.2-15", "3.1.2-13")
    case .willQoSOfThree: statement(version, "3.1.2-14", "3.1.2-12")
    case .passwordWithoutUsername: .statement("3.1.2-22")
    case .emptyClientIDWithoutCleanSession: .statement("3.1.3-7")
    case .reservedConnackFlags:
      version == .v5 ? .statement("3.2.2-1") : .section311("3.2.2.1")
    case .reservedReturnCode: .section311("3.2.2.3")
    case .sessionPresentInRefusal: statement(version, "3.2.2-4", "3.2.2-6")
    case .qosOfThree: .statement("3.3.1-4")
    case .duplicateWithQoS0: .statement("3.3.1-2")
    case .packetIdentifierWithQoS0: statement(version, "2.3.1-5", "2.2.1-2")
    case .emptyTopicName, .emptyTopicFilter: .statement("4.7.3-1")
    case .emptyTopicWithoutAlias: .section5("3.3.2.1")
    case .wildcardInTopicName: statement(version, "4.7.1-1", "4.7.0-1")
    case .misplacedMultiLevelWildcard: statement(version, "4.7.1-2", "4.7.1-1")
    case .misplacedSingleLevelWildcard: statement(version, "4.7.1-3", "4.7.1-2")
    case .emptyShareName: .statement("4.8.2-1")
    case .wildcardInShareName, .shareWithoutFilter: .statement("4.8.2-2")
    case .noTopicFilter(.unsubscribe): .statement("3.10.3-2")
    case .noTopicFilter: statement(version, "3.8.3-3", "3.8.3-2")
    case .subscriptionQoSOfThree:
      version == .v5 ? .section5("3.8.3.1") : .statement("3.8.3-4")
    case .retainHandlingOfThree: .section5("3.8.3.1")
    case .reservedSubscriptionOptions: statement(version, "3.8.3-4", "3.8.3-5")
    case .noLocalInSharedSubscription: .statement("3.8.3-4")
    case .noReasonCode(.unsuback): .section5("3.11.3")
    case .noReasonCode: statement(version, "3.8.4-5", "3.8.4-6")
    case .packetInVersion311(let type): .section5(type.section)
    case .propertiesInVersion311: .section5("2.2.2")
    case .reasonCodeInVersion311(.suback, _): .statement("3.9.3-2")
    case .reasonCodeInVersion311: .section5("2.4")
    case .subscriptionOptionsInVersion311: .section5("3.8.3.1")
    }
  }

  private func statement(
    _ version: ProtocolVersion, _ in311: String, _ in5: String
  ) -> Clause {
    .statement(version == .v5 ? in5 : in311)
  }

  /// - Parameter in5: the number in MQTT 5.0, where it is another.
  private func section(
    _ version: ProtocolVersion, _ in311: String, _ in5: String? = nil
  ) -> Clause {
    version == .v5 ? .section5(in5 ?? in311) : .section311(in311)
  }

  /// MQTT 5.0 says for each of some packets what 3.1.1 says for all.
  private func flagsClause(of type: PacketType, _ version: ProtocolVersion) -> Clause {
    guard version == .v5 else { return .statement("2.2.2-2") }
    switch type {
    case .pubrel, .subscribe, .unsubscribe, .disconnect, .auth:
      return .statement("\(type.section).1-1")
    case .connect, .connack, .publish, .puback, .pubrec, .pubcomp, .suback, .unsuback, .pingreq,
      .pingresp:
      return .statement("2.1.3-1")
    }
  }

  /// The identifier of an answer is that of its question, which is not zero.
  private func packetIdentifierClause(of type: PacketType, _ version: ProtocolVersion) -> Clause {
    switch type {
    case .puback, .pubrec, .pubrel: statement(version, "2.3.1-6", "2.2.1-5")
    case .pubcomp: version == .v5 ? .statement("2.2.1-5") : .section311("3.7.2")
    case .suback, .unsuback: statement(version, "2.3.1-7", "2.2.1-6")
    case .publish, .subscribe, .unsubscribe, .connect, .connack, .pingreq, .pingresp, .disconnect,
      .auth:
      statement(version, "2.3.1-1", "2.2.1-3")
    }
  }

  private func reasonCodeStatement(of type: PacketType) -> String {
    switch type {
    case .connack: "3.2.2-8"
    case .suback, .unsuback: "\(type.section).3-2"
    case .puback, .pubrec, .pubrel, .pubcomp, .disconnect, .auth: "\(type.section).2-1"
    case .connect, .publish, .subscribe, .unsubscribe, .pingreq, .pingresp: type.section
    }
  }
}
