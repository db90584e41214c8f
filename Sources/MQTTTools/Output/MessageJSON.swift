internal import MQTT
internal import System

/// A message as a JSON object on one line, with the members that mosquitto_sub has.
///
/// It is valid by RFC 8259 whatever the message is. Bytes that are no UTF-8 cannot be in it: they
/// become U+FFFD, and a member whose name ends with `-hex` has all bytes. A name that several user
/// properties have comes once, with an array of its values.
struct MessageJSON {
  private var bytes: [UInt8]
  /// Whether the object that is open has no member yet.
  private var isFirst = true

  /// Appends the object.
  /// - Parameter isPayloadJSON: the payload is JSON itself and stands there as it came.
  static func write(
    _ message: Publish, at time: LocalTime, isPayloadJSON: Bool, to output: inout [UInt8]
  ) {
    var json = MessageJSON(bytes: [])
    swap(&json.bytes, &output)
    json.write(message, at: time, isPayloadJSON: isPayloadJSON)
    swap(&json.bytes, &output)
  }

  private mutating func write(_ message: Publish, at time: LocalTime, isPayloadJSON: Bool) {
    open("")
    begin("tst")
    bytes.append(UInt8(ascii: "\""))
    time.appendDateAndTime(to: &bytes)
    bytes.append(UInt8(ascii: "."))
    bytes.append(number: time.nanoseconds / 1_000, width: 6)
    time.append(UInt8(ascii: "z"), to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    member("topic", message.topic?.encoded.utf8)
    member("qos", Int(message.qos.rawValue))
    member("retain", message.retain ? 1 : 0)
    member("payloadlen", message.payload.count)
    member("mid", message.packetIdentifier.map { Int($0) })
    write(message.properties)
    if isPayloadJSON {
      begin("payload")
      bytes += message.payload
    } else if message.payload.isEmpty {
      begin("payload")
      bytes.append(text: "null")
    } else {
      member("payload", message.payload)
    }
    close()
  }

  private mutating func write(_ properties: Publish.Properties) {
    guard properties != Publish.Properties() else { return }
    open("properties")
    member("content-type", properties.contentType?.utf8)
    member("correlation-data", properties.correlationData)
    member("message-expiry-interval", properties.messageExpiryInterval.map { Int($0) })
    member("payload-format-indicator", properties.payloadFormat.map { Int($0.rawValue) })
    member("response-topic", properties.responseTopic?.encoded.utf8)
    member("topic-alias", properties.topicAlias.map { Int($0) })
    let identifiers = properties.subscriptionIdentifiers
    if identifiers.count == 1 {
      member("subscription-identifier", Int(identifiers[0]))
    } else if !identifiers.isEmpty {
      begin("subscription-identifier")
      for (index, identifier) in identifiers.enumerated() {
        bytes.append(index == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
        bytes.append(number: Int(identifier))
      }
      bytes.append(UInt8(ascii: "]"))
    }
    write(properties.userProperties)
    close()
  }

  private mutating func write(_ properties: [UserProperty]) {
    guard !properties.isEmpty else { return }
    open("user-properties")
    for (index, property) in properties.enumerated() {
      let sameCount = properties.count { $0.name == property.name }
      if properties[..<index].contains(where: { $0.name == property.name }) { continue }
      separate()
      JSONText.append(property.name.utf8, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      if sameCount > 1 { bytes.append(UInt8(ascii: "[")) }
      var isFirstValue = true
      for other in properties where other.name == property.name {
        if !isFirstValue { bytes.append(UInt8(ascii: ",")) }
        isFirstValue = false
        JSONText.append(other.value.utf8, to: &bytes)
      }
      if sameCount > 1 { bytes.append(UInt8(ascii: "]")) }
    }
    close()
  }

  /// Begins an object, as a member where it has a name.
  private mutating func open(_ name: String) {
    if !name.isEmpty { begin(name) }
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
  }

  private mutating func close() {
    bytes.append(UInt8(ascii: "}"))
    isFirst = false
  }

  private mutating func separate() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  /// A comma where one is due, the name and the colon.
  @inline(never)
  private mutating func begin(_ name: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(text: name)
    bytes.append(text: "\":")
  }

  @inline(never)
  private mutating func member(_ name: String, _ number: Int?) {
    guard let number else { return }
    begin(name)
    bytes.append(number: number)
  }

  @inline(never)
  private mutating func member(_ name: String, _ text: [UInt8]?) {
    guard let text else { return }
    begin(name)
    if JSONText.append(text, to: &bytes) { return }
    begin(joined(name, "-hex"))
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      let (high, low) = hexadecimalDigits(byte)
      bytes.append(high)
      bytes.append(low)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
