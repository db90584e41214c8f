internal import MQTT

/// The properties that `-D PACKET NAME VALUE` gives to the packets, in the names of the standard
/// with hyphens (MQTT 5.0, table 2-4).
struct PropertyOption {
  /// Whether any has been given: then MQTT 5.0 is meant.
  private(set) var isGiven = false
  private(set) var connect = Connect.Properties()
  private(set) var publish = Publish.Properties()
  private(set) var subscribe = Subscribe.Properties()
  private(set) var unsubscribe = Unsubscribe.Properties()
  private(set) var disconnect = Disconnect.Properties()
  private(set) var will = Connect.Will.Properties()

  private enum Packet: CaseIterable {
    case connect, publish, subscribe, unsubscribe, disconnect, will

    var name: StaticString {
      switch self {
      case .connect: "connect"
      case .publish: "publish"
      case .subscribe: "subscribe"
      case .unsubscribe: "unsubscribe"
      case .disconnect: "disconnect"
      case .will: "will"
      }
    }
  }

  /// One property as it was given.
  private struct Given {
    let option: String
    let name: String
    let value: String
    /// The second word of a user property.
    let second: String

    func number(_ range: ClosedRange<Int64>) throws(UsageError) -> Int64 {
      guard let number = wholeNumber(value), range.contains(number) else {
        throw invalid("a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }

    func uint16(from lowest: Int64 = 0) throws(UsageError) -> UInt16 {
      UInt16(try number(lowest...Int64(UInt16.max)))
    }

    func uint32(from lowest: Int64 = 0) throws(UsageError) -> UInt32 {
      UInt32(try number(lowest...Int64(UInt32.max)))
    }

    func flag() throws(UsageError) -> Bool { try number(0...1) == 1 }

    func format() throws(UsageError) -> PayloadFormat {
      try number(0...1) == 1 ? .utf8 : .unspecified
    }

    func text() throws(UsageError) -> EncodedString {
      do { return try EncodedString(value) } catch { throw invalid("a text: \(error.text)") }
    }

    func bytes() throws(UsageError) -> [UInt8] {
      guard value.utf8.count <= EncodedString.lengthMax else {
        throw invalid("at most \(EncodedString.lengthMax) bytes")
      }
      return Array(value.utf8)
    }

    func topic() throws(UsageError) -> TopicName {
      do { return try TopicName(value) } catch { throw invalid("a topic name: \(error.text)") }
    }

    func userProperty() throws(UsageError) -> UserProperty {
      do {
        return try UserProperty(value, second)
      } catch {
        throw invalid("a name and a value: \(error.text)")
      }
    }

    func invalid(_ expected: String) -> UsageError {
      .invalid(option: "\(option) \(name)", value: value, expected: expected)
    }
  }

  /// Takes the words of one `-D`, of which the first is its value and the others follow.
  mutating func take(
    _ found: OptionReader.Found, _ reader: inout OptionReader, of tool: ToolOption.Tool
  ) throws(UsageError) {
    let word = lowercased(found.value)
    let packet = Packet.allCases.first { "\($0.name)" == word }
    guard let packet, PropertyOption.isSent(packet, by: tool) else {
      throw found.invalid(
        tool == .pub
          ? "connect, publish, disconnect or will"
          : "connect, subscribe, unsubscribe, disconnect or will")
    }
    let name = try reader.further(found.word)
    let value = try reader.further(found.word)
    let second = name == "user-property" ? try reader.further(found.word) : ""
    let given = Given(
      option: "\(found.word) \(found.value)", name: name, value: value, second: second)
    let isKnown =
      switch packet {
      case .connect: try takeConnect(given)
      case .publish: try takePublish(given)
      case .subscribe: try takeSubscribe(given)
      case .unsubscribe: try takeUnsubscribe(given)
      case .disconnect: try takeDisconnect(given)
      case .will: try takeWill(given)
      }
    guard isKnown else {
      throw .invalid(
        option: given.option, value: name, expected: "a property of this packet, see docs/tools.md")
    }
    isGiven = true
  }

  private static func isSent(_ packet: Packet, by tool: ToolOption.Tool) -> Bool {
    switch packet {
    case .connect, .disconnect, .will: true
    case .publish: tool == .pub
    case .subscribe, .unsubscribe: tool == .sub
    }
  }

  private mutating func takeConnect(_ given: Given) throws(UsageError) -> Bool {
    switch given.name {
    case "session-expiry-interval": connect.sessionExpiryInterval = try given.uint32()
    case "receive-maximum": connect.receiveMaximum = try given.uint16(from: 1)
    case "maximum-packet-size": connect.maximumPacketSize = try given.uint32(from: 1)
    case "topic-alias-maximum": connect.topicAliasMaximum = try given.uint16()
    case "request-response-information": connect.requestResponseInformation = try given.flag()
    case "request-problem-information": connect.requestProblemInformation = try given.flag()
    case "authentication-method": connect.authenticationMethod = try given.text()
    case "authentication-data": connect.authenticationData = try given.bytes()
    case "user-property": connect.userProperties.append(try given.userProperty())
    default: return false
    }
    return true
  }

  private mutating func takePublish(_ given: Given) throws(UsageError) -> Bool {
    switch given.name {
    case "payload-format-indicator": publish.payloadFormat = try given.format()
    case "message-expiry-interval": publish.messageExpiryInterval = try given.uint32()
    case "topic-alias": publish.topicAlias = try given.uint16(from: 1)
    case "response-topic": publish.responseTopic = try given.topic()
    case "correlation-data": publish.correlationData = try given.bytes()
    case "content-type": publish.contentType = try given.text()
    case "user-property": publish.userProperties.append(try given.userProperty())
    default: return false
    }
    return true
  }

  private mutating func takeSubscribe(_ given: Given) throws(UsageError) -> Bool {
    switch given.name {
    case "subscription-identifier":
      subscribe.subscriptionIdentifier = UInt32(try given.number(1...268_435_455))
    case "user-property": subscribe.userProperties.append(try given.userProperty())
    default: return false
    }
    return true
  }

  private mutating func takeUnsubscribe(_ given: Given) throws(UsageError) -> Bool {
    guard given.name == "user-property" else { return false }
    unsubscribe.userProperties.append(try given.userProperty())
    return true
  }

  private mutating func takeDisconnect(_ given: Given) throws(UsageError) -> Bool {
    switch given.name {
    case "session-expiry-interval": disconnect.sessionExpiryInterval = try given.uint32()
    case "reason-string": disconnect.reasonString = try given.text()
    case "user-property": disconnect.userProperties.append(try given.userProperty())
    default: return false
    }
    return true
  }

  private mutating func takeWill(_ given: Given) throws(UsageError) -> Bool {
    switch given.name {
    case "payload-format-indicator": will.payloadFormat = try given.format()
    case "message-expiry-interval": will.messageExpiryInterval = try given.uint32()
    case "will-delay-interval": will.willDelayInterval = try given.uint32()
    case "response-topic": will.responseTopic = try given.topic()
    case "correlation-data": will.correlationData = try given.bytes()
    case "content-type": will.contentType = try given.text()
    case "user-property": will.userProperties.append(try given.userProperty())
    default: return false
    }
    return true
  }
}

/// A text with the letters of ASCII in lower case.
func lowercased(_ text: String) -> String {
  String(
    decoding: text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
    as: UTF8.self)
}
