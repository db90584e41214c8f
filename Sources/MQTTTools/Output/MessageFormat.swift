internal import MQTT
internal import System

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
      case .text(let bytes): output.append(contentsOf: bytes)
      case .field(let field, let padding): field.write(message, padding, to: &output)
      case .time(let conversion): time.append(conversion, to: &output)
      case .nanoseconds: output.appendDigits(time.nanoseconds, width: 9)
      case .isoTime(let padding):
        var text: [UInt8] = []
        time.appendDateAndTime(to: &text)
        time.append(UInt8(ascii: "z"), to: &text)
        output.append(text[...], padding)
      case .unixTime:
        output.append(contentsOf: "\(time.unixSeconds).".utf8)
        output.appendDigits(time.nanoseconds, width: 9)
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
  /// Zeros are for numbers and hexadecimal digits.
  private var takesZeros: Bool {
    switch self {
    case .topicAlias, .messageExpiry, .payloadFormat, .length, .identifier,
      .subscriptionIdentifiers, .hexadecimal, .hexadecimalCapitals:
      true
    case .contentType, .correlationData, .userProperties, .payload, .qos, .responseTopic, .retain,
      .topic:
      false
    }
  }

  /// Only texts are cut, as with mosquitto_sub: half a number or half a payload says nothing.
  private var isCut: Bool { self == .contentType || self == .responseTopic || self == .topic }

  fileprivate func write(
    _ message: Publish, _ padding: MessageFormat.Padding, to output: inout [UInt8]
  ) {
    var padding = padding
    if !takesZeros { padding.hasZeros = false }
    if !isCut { padding.precision = nil }
    switch self {
    case .topic: output.append((message.topic?.encoded.utf8 ?? [])[...], padding)
    case .payload: output.append(message.payload[...], padding)
    case .hexadecimal: output.append(hexadecimal(message.payload, "0123456789abcdef")[...], padding)
    case .hexadecimalCapitals:
      output.append(hexadecimal(message.payload, "0123456789ABCDEF")[...], padding)
    case .length: output.append(message.payload.count, padding)
    case .identifier: output.append(Int(message.packetIdentifier ?? 0), padding)
    case .qos: output.append(Int(message.qos.rawValue), padding)
    case .retain: output.append(message.retain ? 1 : 0, padding)
    case .topicAlias: output.append(message.properties.topicAlias.map(Int.init), padding)
    case .messageExpiry:
      output.append(message.properties.messageExpiryInterval.map(Int.init), padding)
    case .payloadFormat:
      output.append(message.properties.payloadFormat.map { Int($0.rawValue) }, padding)
    case .contentType: output.append((message.properties.contentType?.utf8 ?? [])[...], padding)
    case .correlationData: output.append((message.properties.correlationData ?? [])[...], padding)
    case .responseTopic:
      output.append((message.properties.responseTopic?.encoded.utf8 ?? [])[...], padding)
    case .subscriptionIdentifiers:
      var text: [UInt8] = []
      for identifier in message.properties.subscriptionIdentifiers {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        text.append(contentsOf: "\(identifier)".utf8)
      }
      output.append(text[...], padding)
    case .userProperties:
      var text: [UInt8] = []
      for property in message.properties.userProperties {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        text.append(contentsOf: property.name.utf8)
        text.append(UInt8(ascii: ":"))
        text.append(contentsOf: property.value.utf8)
      }
      output.append(text[...], padding)
    }
  }

  private func hexadecimal(_ bytes: [UInt8], _ digits: StaticString) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits.utf8Start[Int(byte >> 4)])
      text.append(digits.utf8Start[Int(byte & 0xF)])
    }
    return text
  }
}

extension [UInt8] {
  /// A number in its field; an empty field where there is none.
  fileprivate mutating func append(_ number: Int?, _ padding: MessageFormat.Padding) {
    append((number.map { Array("\($0)".utf8) } ?? [])[...], padding)
  }

  fileprivate mutating func append(_ text: ArraySlice<UInt8>, _ padding: MessageFormat.Padding) {
    let shown = text.prefix(padding.precision ?? text.count)
    let missing = Swift.max(0, padding.width - shown.count)
    if padding.isLeft {
      append(contentsOf: shown)
      append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing))
    } else {
      let filler = padding.hasZeros ? UInt8(ascii: "0") : UInt8(ascii: " ")
      append(contentsOf: repeatElement(filler, count: missing))
      append(contentsOf: shown)
    }
  }

  /// A number with zeros in front of it up to `width` digits.
  mutating func appendDigits(_ number: Int, width: Int) {
    append(number, MessageFormat.Padding(hasZeros: true, width: width))
  }
}

extension LocalTime {
  /// As 2026-11-23T11:07:43.
  func appendDateAndTime(to text: inout [UInt8]) {
    append(UInt8(ascii: "F"), to: &text)
    text.append(UInt8(ascii: "T"))
    append(UInt8(ascii: "T"), to: &text)
  }
}
