/// The rule that a packet breaks: one that came, or one that was to be sent.
///
/// Whoever receives such a packet closes the connection: 3.1.1 says so [MQTT-4.8.0-1], and 5.0 demands
/// it of servers [MQTT-4.13.1-1] and advises it to clients, in a DISCONNECT with `reasonCode` (4.13.1).
public enum PacketError: Error, Equatable, Sendable {
  // The fixed header.

  /// Packet type 0 is forbidden, and 15 is in 3.1.1.
  case forbiddenType(UInt8)
  /// Flags other than those of table 2.2.
  case reservedFlags(PacketType, flags: UInt8)
  /// A remaining length of more than four bytes.
  case remainingLengthTooLong
  /// More bytes than the receiver takes, or than the protocol can say.
  case tooLarge(size: Int, limit: Int)
  /// A remaining length that this type never has.
  case wrongRemainingLength(PacketType, Int, expected: Int)

  // Fields in general.

  /// The packet ends inside a field.
  case truncated(PacketType)
  /// The packet goes on after its last field.
  case trailingBytes(PacketType)
  /// Not UTF-8.
  case illFormedUTF8
  /// U+0000 in a text.
  case nullCharacter
  /// More than the 65,535 bytes that a field can have.
  case stringTooLong(Int)
  /// A variable byte integer of more than four bytes.
  case variableByteIntegerTooLong(PacketType)
  /// A variable byte integer with more bytes than it needs; 3.1.1 allows it.
  case variableByteIntegerNotShortest(PacketType)
  /// A packet identifier of zero, or none where one must be.
  case zeroPacketIdentifier(PacketType)
  /// A reason code that the packet does not have.
  case reservedReasonCode(PacketType, UInt8)

  // Properties.

  /// The properties are longer than the packet.
  case propertyLengthBeyondPacket(PacketType)
  /// The properties end inside a property.
  case truncatedProperties(PacketType)
  /// A property that is not in table 2-4.
  case unknownProperty(UInt32, PropertyPlace)
  /// A property that may not stand here.
  case misplacedProperty(PropertyIdentifier, PropertyPlace)
  /// A property that may come only once here.
  case duplicateProperty(PropertyIdentifier, PropertyPlace)
  /// A value that the property does not have.
  case propertyValue(PropertyIdentifier, UInt32, PropertyPlace)
  /// `+` or `#` in a response topic.
  case wildcardInResponseTopic
  /// Authentication data for no method.
  case authenticationDataWithoutMethod
  /// AUTH without a method.
  case missingAuthenticationMethod

  // CONNECT.

  /// The protocol name is not "MQTT".
  case wrongProtocolName
  /// A protocol level other than that of the version.
  case unsupportedProtocolLevel(UInt8)
  /// Bit 0 of the connect flags is set.
  case reservedConnectFlag
  /// Will QoS without a will.
  case willQoSWithoutWill
  /// Will Retain without a will.
  case willRetainWithoutWill
  /// A Will QoS of 3.
  case willQoSOfThree
  /// A password without a user name, in 3.1.1.
  case passwordWithoutUsername
  /// No client identifier, but a session that is to last, in 3.1.1.
  case emptyClientIDWithoutCleanSession

  // CONNACK.

  /// Bits 7 to 1 of the acknowledge flags are set.
  case reservedConnackFlags(UInt8)
  /// A return code that table 3.1 of 3.1.1 reserves.
  case reservedReturnCode(UInt8)
  /// A refusal that says Session Present.
  case sessionPresentInRefusal

  // PUBLISH and topics.

  /// Both QoS bits are set.
  case qosOfThree
  /// DUP with QoS 0.
  case duplicateWithQoS0
  /// A packet identifier with QoS 0.
  case packetIdentifierWithQoS0
  /// A topic name of no characters.
  case emptyTopicName
  /// Neither topic name nor topic alias, in 5.0.
  case emptyTopicWithoutAlias
  /// `+` or `#` in a topic name.
  case wildcardInTopicName
  /// A topic filter of no characters.
  case emptyTopicFilter
  /// `#` that is not the whole last level of a topic filter.
  case misplacedMultiLevelWildcard
  /// `+` that is not a whole level of a topic filter.
  case misplacedSingleLevelWildcard
  /// A shared subscription without a name.
  case emptyShareName
  /// `+` or `#` in the name of a shared subscription.
  case wildcardInShareName
  /// A shared subscription that names no topics.
  case shareWithoutFilter

  // SUBSCRIBE, UNSUBSCRIBE and their answers.

  /// SUBSCRIBE or UNSUBSCRIBE with no topic filter.
  case noTopicFilter(PacketType)
  /// A requested QoS of 3.
  case subscriptionQoSOfThree
  /// A Retain Handling of 3.
  case retainHandlingOfThree
  /// Reserved bits of the subscription options are set.
  case reservedSubscriptionOptions(UInt8)
  /// No Local on a shared subscription.
  case noLocalInSharedSubscription
  /// SUBACK or UNSUBACK that answers nothing.
  case noReasonCode(PacketType)

  // What 3.1.1 cannot say.

  /// A packet that only 5.0 has.
  case packetInVersion311(PacketType)
  /// Properties, which only 5.0 has.
  case propertiesInVersion311(PropertyPlace)
  /// A reason code that only 5.0 has.
  case reasonCodeInVersion311(PacketType, ReasonCode)
  /// Subscription options that only 5.0 has.
  case subscriptionOptionsInVersion311
}
