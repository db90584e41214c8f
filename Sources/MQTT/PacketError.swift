/// The rule that a packet breaks: one that came, or one that was to be sent.
///
/// Whoever receives such a packet closes the connection [MQTT-4.8.0-1].
public enum PacketError: Error, Equatable, Sendable {
  // The fixed header.

  /// Packet types 0 and 15 are forbidden (2.2.1).
  case forbiddenType(UInt8)
  /// A type of the specification that this codec does not have: subscribing and QoS 2.
  case unsupportedType(UInt8)
  /// Flags other than those of table 2.2 [MQTT-2.2.2-2].
  case reservedFlags(PacketType, flags: UInt8)
  /// A remaining length of more than four bytes (2.2.3).
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
  /// Not UTF-8 [MQTT-1.5.3-1].
  case illFormedUTF8
  /// U+0000 in a text [MQTT-1.5.3-2].
  case nullCharacter
  /// More than the 65,535 bytes that a field can have (1.5.3).
  case stringTooLong(Int)
  /// A packet identifier of zero, or none where one must be [MQTT-2.3.1-1].
  case zeroPacketIdentifier(PacketType)

  // CONNECT.

  /// The protocol name is not "MQTT" [MQTT-3.1.2-1].
  case wrongProtocolName
  /// A protocol level other than that of the version [MQTT-3.1.2-2].
  case unsupportedProtocolLevel(UInt8)
  /// Bit 0 of the connect flags is set [MQTT-3.1.2-3].
  case reservedConnectFlag
  /// Will QoS or Will Retain without a will [MQTT-3.1.2-11].
  case willFlagsWithoutWill
  /// A Will QoS of 3 [MQTT-3.1.2-14].
  case willQoSOfThree
  /// A password without a user name [MQTT-3.1.2-22].
  case passwordWithoutUsername
  /// No client identifier, but a session that is to last [MQTT-3.1.3-7].
  case emptyClientIDWithoutCleanSession

  // CONNACK.

  /// Bits 7 to 1 of the acknowledge flags are set (3.2.2.1).
  case reservedConnackFlags(UInt8)
  /// A return code that table 3.1 reserves (3.2.2.3).
  case reservedReturnCode(UInt8)
  /// A refusal that says Session Present [MQTT-3.2.2-4].
  case sessionPresentInRefusal

  // PUBLISH.

  /// Both QoS bits are set [MQTT-3.3.1-4].
  case qosOfThree
  /// DUP with QoS 0 [MQTT-3.3.1-2].
  case duplicateWithQoS0
  /// A packet identifier with QoS 0 [MQTT-2.3.1-5].
  case packetIdentifierWithQoS0
  /// A topic name of no characters [MQTT-4.7.3-1].
  case emptyTopicName
  /// `+` or `#` in a topic name [MQTT-3.3.2-2].
  case wildcardInTopicName

  /// The rule in words, with the clause that states it.
  public var text: String {
    switch self {
    case .forbiddenType(let number): "packet type \(number) is forbidden (MQTT 2.2.1)"
    case .unsupportedType(let number): "packet type \(number) is not supported (MQTT 2.2.1)"
    case .reservedFlags(let type, let flags):
      "\(type.name) has the flags \(flags), not 0 [MQTT-2.2.2-2]"
    case .remainingLengthTooLong: "a remaining length of more than four bytes (MQTT 2.2.3)"
    case .tooLarge(let size, let limit):
      "a packet of \(size) bytes, more than the limit of \(limit)"
    case .wrongRemainingLength(let type, let length, let expected):
      "\(type.name) has the remaining length \(length), not \(expected) (MQTT \(type.section).1)"
    case .truncated(let type): "\(type.name) ends inside a field (MQTT \(type.section))"
    case .trailingBytes(let type):
      "\(type.name) goes on after its last field (MQTT \(type.section))"
    case .illFormedUTF8: "a text that is not UTF-8 [MQTT-1.5.3-1]"
    case .nullCharacter: "a text with U+0000 in it [MQTT-1.5.3-2]"
    case .stringTooLong(let count):
      "a field of \(count) bytes, more than \(EncodedString.lengthMax) (MQTT 1.5.3)"
    case .zeroPacketIdentifier(let type):
      "\(type.name) without a packet identifier above zero [MQTT-2.3.1-1]"
    case .wrongProtocolName: "the protocol name is not \"MQTT\" [MQTT-3.1.2-1]"
    case .unsupportedProtocolLevel(let level):
      "protocol level \(level) is not supported [MQTT-3.1.2-2]"
    case .reservedConnectFlag: "bit 0 of the connect flags is set [MQTT-3.1.2-3]"
    case .willFlagsWithoutWill: "Will QoS or Will Retain without a will [MQTT-3.1.2-11]"
    case .willQoSOfThree: "a Will QoS of 3 [MQTT-3.1.2-14]"
    case .passwordWithoutUsername: "a password without a user name [MQTT-3.1.2-22]"
    case .emptyClientIDWithoutCleanSession:
      "an empty client identifier without clean session [MQTT-3.1.3-7]"
    case .reservedConnackFlags(let flags):
      "the connect acknowledge flags are \(flags), with reserved bits set (MQTT 3.2.2.1)"
    case .reservedReturnCode(let code): "connect return code \(code) is reserved (MQTT 3.2.2.3)"
    case .sessionPresentInRefusal: "a refusal that says Session Present [MQTT-3.2.2-4]"
    case .qosOfThree: "both QoS bits of PUBLISH are set [MQTT-3.3.1-4]"
    case .duplicateWithQoS0: "PUBLISH with DUP and QoS 0 [MQTT-3.3.1-2]"
    case .packetIdentifierWithQoS0: "PUBLISH with QoS 0 and a packet identifier [MQTT-2.3.1-5]"
    case .emptyTopicName: "an empty topic name [MQTT-4.7.3-1]"
    case .wildcardInTopicName: "a topic name with a wildcard in it [MQTT-3.3.2-2]"
    }
  }
}

extension PacketType {
  /// The section of the specification of MQTT 3.1.1 that describes the packet.
  fileprivate var section: StaticString {
    switch self {
    case .connect: "3.1"
    case .connack: "3.2"
    case .publish: "3.3"
    case .puback: "3.4"
    case .pingreq: "3.12"
    case .pingresp: "3.13"
    case .disconnect: "3.14"
    }
  }
}
