internal import MQTT
internal import System
internal import Telemetry

/// How a message is written, as `-F` says it: parsed once, then bytes for each message.
struct MessageFormat: Equatable {
  /// A piece of the output.
  enum Part: Equatable {
    /// Bytes as they stand.
    case text([UInt8])
    /// Something of the message, in a field.
    case field(Field, Padding)
    /// `@` and a character: a conversion of strftime(3).
    case time(UInt8)
    /// `@N`: nanoseconds of the second, nine digits.
    case nanoseconds
    /// `%I`: date and time by ISO 8601.
    case isoTime(Padding)
    /// `%U`: seconds since 1970 with nine decimals.
    case unixTime
    /// `%j`, and `%J` where the payload is JSON itself.
    case json(isPayloadJSON: Bool)
  }

  /// What there is to say of a message; the raw value is the letter behind `%`.
  enum Field: UInt8 {
    case topicAlias = 0x41  // A
    case contentType = 0x43  // C
    case correlationData = 0x44  // D
    case messageExpiry = 0x45  // E
    case payloadFormat = 0x46  // F
    case length = 0x6C  // l
    case identifier = 0x6D  // m
    case userProperties = 0x50  // P
    case payload = 0x70  // p
    case qos = 0x71  // q
    case responseTopic = 0x52  // R
    case retain = 0x72  // r
    case subscriptionIdentifiers = 0x53  // S
    case topic = 0x74  // t
    case hexadecimal = 0x78  // x
    case hexadecimalCapitals = 0x58  // X
  }

  /// How a field is filled up, as printf(3) has it: `%-10.5t`.
  struct Padding: Equatable {
    var isLeft = false
    var hasZeros = false
    var width = 0
    /// More bytes than these are cut.
    var precision: Int?

    /// A field wider than this is a mistake.
    static let widthMax = 10_000
  }

  let parts: [Part]

  /// Only the payload, as without `-F` and `-v`.
  static let payload = MessageFormat(parts: [.field(.payload, Padding())])
  /// The topic, a space and the payload, as with `-v`.
  static let topicAndPayload = MessageFormat(parts: [
    .field(.topic, Padding()), .text([UInt8(ascii: " ")]), .field(.payload, Padding()),
  ])

  init(parts: [Part]) {
    self.parts = parts
  }

  /// Appends a message to `output`.
  /// - Returns: false where `%J` wants a payload that is JSON and this one is not: then nothing of
  ///   the message is there.
  func write(_ message: Publish, at time: LocalTime, to output: inout [UInt8]) -> Bool {
    let start = output.count
    for part in parts {
      switch part {
      case .text(let bytes): output += bytes
      case .field(let field, let padding):
        output.append(field.text(message), field.limited(padding))
      case .time(let conversion): time.append(conversion, to: &output)
      case .nanoseconds: output.append(number: time.nanoseconds, width: 9)
      case .isoTime(let padding):
        var text: [UInt8] = []
        time.appendDateAndTime(to: &text)
        time.append(UInt8(ascii: "z"), to: &text)
        output.append(text, padding)
      case .unixTime:
        output.append(number: Int(time.unixSeconds))
        output.append(UInt8(ascii: "."))
        output.append(number: time.nanoseconds, width: 9)
      case .json(let isPayloadJSON):
        if isPayloadJSON && !JSONCheck.isValid(message.payload) {
          output.removeLast(output.count - start)
          return false
        }
        MessageJSON.write(message, at: time, isPayloadJSON: isPayloadJSON, to: &output)
      }
    }
    return true
  }
}

extension MessageFormat.Field {
  /// Zeros are for numbers and hexadecimal digits. Only texts are cut, as with mosquitto_sub: half a
  /// number or half a payload says nothing.
  fileprivate func limited(_ padding: MessageFormat.Padding) -> MessageFormat.Padding {
    var padding = padding
    switch self {
    case .topicAlias, .messageExpiry, .payloadFormat, .length, .identifier,
      .subscriptionIdentifiers, .hexadecimal, .hexadecimalCapitals:
      padding.precision = nil
    case .contentType, .responseTopic, .topic: padding.hasZeros = false
    case .correlationData, .userProperties, .payload, .qos, .retain:
      padding.precision = nil
      padding.hasZeros = false
    }
    return padding
  }

  /// What the message has of it; empty where it has nothing.
  fileprivate func text(_ message: Publish) -> [UInt8] {
    var text: [UInt8] = []
    let properties = message.properties
    let number: Int?
    switch self {
    case .topic: return message.topic?.encoded.utf8 ?? []
    case .payload: return message.payload
    case .contentType: return properties.contentType?.utf8 ?? []
    case .correlationData: return properties.correlationData ?? []
    case .responseTopic: return properties.responseTopic?.encoded.utf8 ?? []
    case .hexadecimal, .hexadecimalCapitals:
      text.reserveCapacity(message.payload.count * 2)
      for byte in message.payload {
        let (high, low) = hexadecimalDigits(byte, capitals: self == .hexadecimalCapitals)
        text.append(high)
        text.append(low)
      }
      return text
    case .subscriptionIdentifiers:
      for identifier in properties.subscriptionIdentifiers {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        text.append(number: Int(identifier))
      }
      return text
    case .userProperties:
      for property in properties.userProperties {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        text += property.name.utf8
        text.append(UInt8(ascii: ":"))
        text += property.value.utf8
      }
      return text
    case .length: number = message.payload.count
    case .identifier: number = Int(message.packetIdentifier ?? 0)
    case .qos: number = Int(message.qos.rawValue)
    case .retain: number = message.retain ? 1 : 0
    case .topicAlias: number = properties.topicAlias.map { Int($0) }
    case .messageExpiry: number = properties.messageExpiryInterval.map { Int($0) }
    case .payloadFormat: number = properties.payloadFormat.map { Int($0.rawValue) }
    }
    if let number { text.append(number: number) }
    return text
  }
}

extension [UInt8] {
  @inline(never)
  fileprivate mutating func append(_ text: [UInt8], _ padding: MessageFormat.Padding) {
    let shown = text[..<Swift.min(text.count, padding.precision ?? text.count)]
    let missing = Swift.max(0, padding.width - shown.count)
    if padding.isLeft { self += shown }
    let filler =
      padding.hasZeros && !padding.isLeft ? UInt8(ascii: "0") : UInt8(ascii: " ")
    for _ in 0..<missing { append(filler) }
    if !padding.isLeft { self += shown }
  }

  /// A number, with zeros in front of it up to `width` digits.
  @inline(never)
  mutating func append(number: Int, width: Int = 0) {
    let digits = decimal(Int64(number))
    for _ in 0..<Swift.max(0, width - digits.utf8.count) { append(UInt8(ascii: "0")) }
    append(text: digits)
  }
}

extension LocalTime {
  /// As 2026-11-23T11:07:43.
  @inline(never)
  func appendDateAndTime(to text: inout [UInt8]) {
    append(UInt8(ascii: "F"), to: &text)
    text.append(UInt8(ascii: "T"))
    append(UInt8(ascii: "T"), to: &text)
  }
}
