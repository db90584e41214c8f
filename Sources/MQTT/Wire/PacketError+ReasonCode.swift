extension PacketError {
  /// What DISCONNECT, or CONNACK for a CONNECT, says of it in MQTT 5.0 (4.13.1): whether the packet
  /// cannot be read, or can be and breaks a rule, or has a code of its own.
  public var reasonCode: ReasonCode {
    switch self {
    case .tooLarge: .packetTooLarge
    case .unsupportedProtocolLevel: .unsupportedProtocolVersion
    case .propertyValue(.topicAlias, _, _): .topicAliasInvalid
    case .emptyTopicName, .wildcardInTopicName: .topicNameInvalid
    case .emptyTopicFilter, .misplacedMultiLevelWildcard, .misplacedSingleLevelWildcard,
      .emptyShareName, .wildcardInShareName, .shareWithoutFilter:
      .topicFilterInvalid
    case .zeroPacketIdentifier, .duplicateProperty, .propertyValue, .wildcardInResponseTopic,
      .authenticationDataWithoutMethod, .missingAuthenticationMethod, .emptyTopicWithoutAlias,
      .noTopicFilter, .subscriptionQoSOfThree, .retainHandlingOfThree,
      .noLocalInSharedSubscription, .noReasonCode, .sessionPresentInRefusal, .reservedReasonCode:
      .protocolError
    case .forbiddenType, .reservedFlags, .remainingLengthTooLong, .wrongRemainingLength,
      .truncated, .trailingBytes, .illFormedUTF8, .nullCharacter, .stringTooLong,
      .variableByteIntegerTooLong, .variableByteIntegerNotShortest, .propertyLengthBeyondPacket,
      .truncatedProperties, .unknownProperty, .misplacedProperty, .wrongProtocolName,
      .reservedConnectFlag, .willQoSWithoutWill, .willRetainWithoutWill, .willQoSOfThree,
      .passwordWithoutUsername, .emptyClientIDWithoutCleanSession, .reservedConnackFlags,
      .reservedReturnCode, .qosOfThree, .duplicateWithQoS0, .packetIdentifierWithQoS0,
      .reservedSubscriptionOptions, .packetInVersion311, .propertiesInVersion311,
      .reasonCodeInVersion311, .subscriptionOptionsInVersion311:
      .malformedPacket
    }
  }
}
