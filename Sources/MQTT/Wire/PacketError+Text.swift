extension PacketError {
  /// The rule in words, with the clause of MQTT 3.1.1 that states it.
  public var text: String { text(in: .v311) }

  /// The rule in words, with the clause of the version that states it.
  public func text(in version: ProtocolVersion) -> String {
    guard let clause = clause(in: version) else { return rule }
    return "\(rule) \(clause.text)"
  }

  /// The rule in words.
  private var rule: String {
    switch self {
    case .forbiddenType(let number): "packet type \(number) is forbidden"
    case .reservedFlags(let type, let flags):
      "\(type.name) has the flags \(flags), not \(type.reservedFlags)"
    case .remainingLengthTooLong: "a remaining length of more than four bytes"
    case .tooLarge(let size, let limit):
      "a packet of \(size) bytes, more than the limit of \(limit)"
    case .wrongRemainingLength(let type, let length, let expected):
      "\(type.name) has the remaining length \(length), not \(expected)"
    case .truncated(let type): "\(type.name) ends inside a field"
    case .trailingBytes(let type): "\(type.name) goes on after its last field"
    case .illFormedUTF8: "a text that is not UTF-8"
    case .nullCharacter: "a text with U+0000 in it"
    case .stringTooLong(let count):
      "a field of \(count) bytes, more than \(EncodedString.lengthMax)"
    case .variableByteIntegerTooLong(let type):
      "\(type.name) has a variable byte integer of more than four bytes"
    case .variableByteIntegerNotShortest(let type):
      "\(type.name) has a variable byte integer with more bytes than it needs"
    case .zeroPacketIdentifier(let type):
      "\(type.name) without a packet identifier above zero"
    case .reservedReasonCode(let type, let code): "\(type.name) has no reason code \(code)"
    case .propertyLengthBeyondPacket(let type):
      "the properties of \(type.name) are longer than the packet"
    case .truncatedProperties(let type): "the properties of \(type.name) end inside a property"
    case .unknownProperty(let number, let place):
      "\(place.name) has a property \(number), which does not exist"
    case .misplacedProperty(let property, let place):
      "\(place.name) has a \(property.name), which it must not have"
    case .duplicateProperty(let property, let place):
      "\(place.name) has more than one \(property.name)"
    case .propertyValue(let property, let value, let place):
      "\(place.name) has a \(property.name) of \(value)"
    case .wildcardInResponseTopic: "a response topic with a wildcard in it"
    case .authenticationDataWithoutMethod: "authentication data without a method"
    case .missingAuthenticationMethod: "AUTH without an authentication method"
    case .wrongProtocolName: "the protocol name is not \"MQTT\""
    case .unsupportedProtocolLevel(let level): "protocol level \(level) is not supported"
    case .reservedConnectFlag: "bit 0 of the connect flags is set"
    case .willQoSWithoutWill: "Will QoS without a will"
    case .willRetainWithoutWill: "Will Retain without a will"
    case .willQoSOfThree: "a Will QoS of 3"
    case .passwordWithoutUsername: "a password without a user name"
    case .emptyClientIDWithoutCleanSession: "an empty client identifier without clean session"
    case .reservedConnackFlags(let flags):
      "the connect acknowledge flags are \(flags), with reserved bits set"
    case .reservedReturnCode(let code): "connect return code \(code) is reserved"
    case .sessionPresentInRefusal: "a refusal that says Session Present"
    case .qosOfThree: "both QoS bits of PUBLISH are set"
    case .duplicateWithQoS0: "PUBLISH with DUP and QoS 0"
    case .packetIdentifierWithQoS0: "PUBLISH with QoS 0 and a packet identifier"
    case .emptyTopicName: "an empty topic name"
    case .emptyTopicWithoutAlias: "PUBLISH with neither topic name nor topic alias"
    case .wildcardInTopicName: "a topic name with a wildcard in it"
    case .emptyTopicFilter: "an empty topic filter"
    case .misplacedMultiLevelWildcard: "a topic filter where # is not the last level"
    case .misplacedSingleLevelWildcard: "a topic filter where + is not a whole level"
    case .emptyShareName: "a shared subscription without a name"
    case .wildcardInShareName: "a shared subscription with a wildcard in its name"
    case .shareWithoutFilter: "a shared subscription without a topic filter"
    case .noTopicFilter(let type): "\(type.name) without a topic filter"
    case .subscriptionQoSOfThree: "SUBSCRIBE with a QoS of 3"
    case .retainHandlingOfThree: "SUBSCRIBE with a Retain Handling of 3"
    case .reservedSubscriptionOptions(let options):
      "SUBSCRIBE with the options \(options), with reserved bits set"
    case .noLocalInSharedSubscription: "a shared subscription with No Local"
    case .noReasonCode(let type): "\(type.name) without a reason code"
    case .packetInVersion311(let type): "MQTT 3.1.1 has no \(type.name)"
    case .propertiesInVersion311(let place):
      "properties for \(place.name), which MQTT 3.1.1 does not have"
    case .reasonCodeInVersion311(let type, let code):
      "\(type.name) with reason code \(code.rawValue), which MQTT 3.1.1 does not have"
    case .subscriptionOptionsInVersion311:
      "subscription options that MQTT 3.1.1 does not have"
    }
  }
}
