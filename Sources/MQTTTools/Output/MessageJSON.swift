internal import MQTT
internal import System

/// A message as a JSON object on one line, with the members that mosquitto_sub has.
///
/// It is valid by RFC 8259 whatever the message is. Bytes that are no UTF-8 cannot be in it: they
/// become U+FFFD, and a member whose name ends with `-hex` has all bytes. A name that several user
/// properties have comes once, with an array of its values.
enum MessageJSON {
  /// Appends the object.
  /// - Parameter isPayloadJSON: the payload is JSON itself and stands there as it came.
  static func write(
    _ message: Publish, at time: LocalTime, isPayloadJSON: Bool, to output: inout [UInt8]
  ) {
    output.append(contentsOf: "{\"tst\":\"".utf8)
    time.appendDateAndTime(to: &output)
    output.append(UInt8(ascii: "."))
    output.appendDigits(time.nanoseconds / 1_000, width: 6)
    time.append(UInt8(ascii: "z"), to: &output)
    output.append(contentsOf: "\",\"topic\":".utf8)
    JSONText.append(message.topic?.encoded.utf8 ?? [], to: &output)
    output.append(
      contentsOf: """
        ,"qos":\(message.qos.rawValue),"retain":\(message.retain ? 1 : 0)\
        ,"payloadlen":\(message.payload.count)
        """.utf8)
    if let identifier = message.packetIdentifier {
      output.append(contentsOf: ",\"mid\":\(identifier)".utf8)
    }
    writeProperties(message.properties, to: &output)
    if isPayloadJSON {
      output.append(contentsOf: ",\"payload\":".utf8)
      output.append(contentsOf: message.payload)
    } else if message.payload.isEmpty {
      output.append(contentsOf: ",\"payload\":null".utf8)
    } else {
      output.append(UInt8(ascii: ","))
      appendBytes("payload", message.payload, to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  private static func writeProperties(_ properties: Publish.Properties, to output: inout [UInt8]) {
    var members: [UInt8] = []
    func begin(_ name: StaticString) {
      members.append(contentsOf: "\(members.isEmpty ? "" : ",")\"\(name)\":".utf8)
    }
    if let contentType = properties.contentType {
      begin("content-type")
      JSONText.append(contentType.utf8, to: &members)
    }
    if let data = properties.correlationData {
      if !members.isEmpty { members.append(UInt8(ascii: ",")) }
      appendBytes("correlation-data", data, to: &members)
    }
    if let interval = properties.messageExpiryInterval {
      begin("message-expiry-interval")
      members.append(contentsOf: "\(interval)".utf8)
    }
    if let format = properties.payloadFormat {
      begin("payload-format-indicator")
      members.append(contentsOf: "\(format.rawValue)".utf8)
    }
    if let topic = properties.responseTopic {
      begin("response-topic")
      JSONText.append(topic.encoded.utf8, to: &members)
    }
    if let alias = properties.topicAlias {
      begin("topic-alias")
      members.append(contentsOf: "\(alias)".utf8)
    }
    let identifiers = properties.subscriptionIdentifiers
    if !identifiers.isEmpty {
      begin("subscription-identifier")
      appendList(identifiers.map { Array("\($0)".utf8) }, to: &members)
    }
    if !properties.userProperties.isEmpty {
      begin("user-properties")
      writeUserProperties(properties.userProperties, to: &members)
    }
    guard !members.isEmpty else { return }
    output.append(contentsOf: ",\"properties\":{".utf8)
    output.append(contentsOf: members)
    output.append(UInt8(ascii: "}"))
  }

  private static func writeUserProperties(
    _ properties: [UserProperty], to output: inout [UInt8]
  ) {
    output.append(UInt8(ascii: "{"))
    var isFirst = true
    for (index, property) in properties.enumerated() {
      if properties[..<index].contains(where: { $0.name == property.name }) { continue }
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      JSONText.append(property.name.utf8, to: &output)
      output.append(UInt8(ascii: ":"))
      let values = properties[index...].filter { $0.name == property.name }
        .map { property in
          var value: [UInt8] = []
          JSONText.append(property.value.utf8, to: &value)
          return value
        }
      appendList(values, to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// One value as it is, several as an array.
  private static func appendList(_ values: [[UInt8]], to output: inout [UInt8]) {
    if values.count > 1 { output.append(UInt8(ascii: "[")) }
    for (index, value) in values.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output.append(contentsOf: value)
    }
    if values.count > 1 { output.append(UInt8(ascii: "]")) }
  }

  private static func appendBytes(
    _ name: StaticString, _ bytes: [UInt8], to output: inout [UInt8]
  ) {
    output.append(contentsOf: "\"\(name)\":".utf8)
    if JSONText.append(bytes, to: &output) { return }
    output.append(contentsOf: ",\"\(name)-hex\":\"".utf8)
    for byte in bytes { output.append(contentsOf: JSONText.hexadecimal(byte)) }
    output.append(UInt8(ascii: "\""))
  }
}
