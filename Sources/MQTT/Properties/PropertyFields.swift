extension PacketOutput where Self: ~Copyable & ~Escapable {
  /// A property of one byte; nothing where there is none.
  mutating func append(_ identifier: PropertyIdentifier, byte value: UInt8?) {
    guard let value else { return }
    append(identifier.rawValue)
    append(value)
  }

  /// A property of one byte that is 0 or 1.
  mutating func append(_ identifier: PropertyIdentifier, flag value: Bool?) {
    guard let value else { return }
    append(identifier, byte: value ? 1 : 0)
  }

  /// A property of two bytes.
  mutating func append(_ identifier: PropertyIdentifier, _ value: UInt16?) {
    guard let value else { return }
    append(identifier.rawValue)
    append(bigEndian: value)
  }

  /// A property of four bytes.
  mutating func append(_ identifier: PropertyIdentifier, _ value: UInt32?) {
    guard let value else { return }
    append(identifier.rawValue)
    append(bigEndian: value)
  }

  /// A property that is a string or binary data.
  mutating func append(_ identifier: PropertyIdentifier, _ bytes: [UInt8]?) {
    guard let bytes else { return }
    append(identifier.rawValue)
    append(prefixed: bytes)
  }

  /// User properties, in their order.
  mutating func append(_ userProperties: [UserProperty]) {
    for property in userProperties {
      append(PropertyIdentifier.userProperty.rawValue)
      append(prefixed: property.name.utf8)
      append(prefixed: property.value.utf8)
    }
  }
}

extension PacketReader {
  /// The value of a property that is 0 or 1.
  mutating func flag(
    of property: PropertyIdentifier, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    let value = try byte()
    guard value <= 1 else { throw .propertyValue(property, UInt32(value), place) }
    return value == 1
  }

  /// The value of a Payload Format Indicator.
  mutating func payloadFormat(in place: PropertyPlace) throws(PacketError) -> PayloadFormat {
    let value = try byte()
    guard let format = PayloadFormat(rawValue: value) else {
      throw .propertyValue(.payloadFormatIndicator, UInt32(value), place)
    }
    return format
  }

  /// The value of a Response Topic.
  mutating func responseTopic() throws(PacketError) -> TopicName {
    let string = try string()
    do {
      return try TopicName(string)
    } catch {
      throw error == .wildcardInTopicName ? .wildcardInResponseTopic : error
    }
  }

  /// The value of a User Property (MQTT 5.0, 1.5.7).
  mutating func userProperty() throws(PacketError) -> UserProperty {
    let name = try string()
    return UserProperty(name: name, value: try string())
  }
}

/// Refuses a zero where it is no value.
func checkNotZero(
  _ value: UInt32?, _ property: PropertyIdentifier, in place: PropertyPlace
) throws(PacketError) {
  if value == 0 { throw .propertyValue(property, 0, place) }
}

/// Refuses a subscription identifier that is not 1 to 268,435,455 (MQTT 5.0, 3.8.2.1.2).
func checkSubscriptionIdentifier(
  _ identifier: UInt32, in place: PropertyPlace
) throws(PacketError) {
  guard 1...UInt32(FixedHeader.remainingLengthMax) ~= identifier else {
    throw .propertyValue(.subscriptionIdentifier, identifier, place)
  }
}
