internal import MQTT

/// The properties that `-D PACKET NAME VALUE` gives to the packets, in the names of the standard
/// with hyphens (MQTT 5.0, table 2-4).
///
/// They are kept as they are on the wire, in the middle of a small packet each, and read from there
/// by the codec: so its checks hold for them, and there are no others.
struct PropertyOption {
  /// The packets that take properties.
  private enum Packet: Int, CaseIterable {
    case connect, will, publish, subscribe, unsubscribe

    var name: String {
      switch self {
      case .connect: "connect"
      case .will: "will"
      case .publish: "publish"
      case .subscribe: "subscribe"
      case .unsubscribe: "unsubscribe"
      }
    }

    /// Of which tool it is; nil for both.
    var tool: ToolOption.Tool? {
      switch self {
      case .connect, .will: nil
      case .publish: .pub
      case .subscribe, .unsubscribe: .sub
      }
    }

    /// The smallest packet around properties: what stands in front of their length and behind them
    /// (MQTT 5.0, 3.1, 3.3, 3.8, 3.10). A client identifier is empty, a topic is "t".
    var frame: (first: UInt8, front: [UInt8], back: [UInt8]) {
      switch self {
      case .connect: (0x10, [0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 0x02, 0, 0], [0, 0])
      case .will:
        (0x10, [0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 0x06, 0, 0, 0, 0, 0], [0, 1, 0x74, 0, 0])
      case .publish: (0x30, [0, 1, 0x74], [])
      case .subscribe: (0x82, [0, 1], [0, 1, 0x74, 0])
      case .unsubscribe: (0xA2, [0, 1], [0, 1, 0x74])
      }
    }
  }

  private var encoded: [[UInt8]] = Packet.allCases.map { _ in [] }

  private(set) var connect = Connect.Properties()
  private(set) var will = Connect.Will.Properties()
  private(set) var publish = Publish.Properties()
  private(set) var subscribe = Subscribe.Properties()
  private(set) var unsubscribe = Unsubscribe.Properties()

  /// Whether the will has any.
  var hasWill: Bool { !encoded[Packet.will.rawValue].isEmpty }

  /// Takes the words of one `-D`, of which the first is its value and the others follow.
  mutating func take(_ reader: OptionReader) throws(UsageError) {
    let name = String(decoding: reader.value.utf8.map { lowercased($0) }, as: UTF8.self)
    let packet = Packet.allCases.first {
      $0.name == name && ($0.tool == nil || $0.tool == reader.tool)
    }
    guard let packet else {
      throw reader.invalid(
        reader.tool == .pub ? "connect, publish or will" : "connect, subscribe, unsubscribe or will"
      )
    }
    reader.rename(joined(reader.word, " ", reader.value))
    try reader.readFurther()
    let wanted = Array(reader.value.utf8)
    let identifier = PropertyIdentifier.allCases.first { PropertyOption.isName(wanted, of: $0) }
    guard let identifier, packet != .publish || identifier != .subscriptionIdentifier else {
      throw reader.invalid("a property of this packet, see docs/tools.md")
    }
    reader.rename(joined(reader.word, " ", reader.value))
    try reader.readFurther()
    var bytes = [identifier.rawValue]
    switch identifier {
    case .payloadFormatIndicator, .requestProblemInformation, .requestResponseInformation,
      .maximumQoS, .retainAvailable, .wildcardSubscriptionAvailable,
      .subscriptionIdentifierAvailable, .sharedSubscriptionAvailable:
      bytes.append(bigEndian: try reader.number(0, 1), count: 1)
    case .receiveMaximum, .topicAlias, .topicAliasMaximum, .serverKeepAlive:
      bytes.append(bigEndian: try reader.number(0, 65_535), count: 2)
    case .messageExpiryInterval, .sessionExpiryInterval, .willDelayInterval, .maximumPacketSize:
      bytes.append(bigEndian: try reader.number(0, 4_294_967_295), count: 4)
    case .subscriptionIdentifier:
      bytes.append(variableByteInteger: Int(try reader.number(1, 268_435_455)))
    case .userProperty:
      bytes.append(prefixed: try reader.shortBytes())
      try reader.readFurther()
      bytes.append(prefixed: try reader.shortBytes())
    case .contentType, .responseTopic, .correlationData, .authenticationMethod,
      .authenticationData, .assignedClientIdentifier, .responseInformation, .serverReference,
      .reasonString:
      bytes.append(prefixed: try reader.shortBytes())
    }
    encoded[packet.rawValue] += bytes
  }

  /// Reads what was taken.
  mutating func check() throws(UsageError) {
    for packet in Packet.allCases where !encoded[packet.rawValue].isEmpty {
      do {
        try read(packet)
      } catch {
        throw .invalidSecret(
          joined("-D ", packet.name), expected: joined("properties that go together: ", error.text))
      }
    }
  }

  private mutating func read(_ packet: Packet) throws(PacketError) {
    let properties = encoded[packet.rawValue]
    let (first, front, back) = packet.frame
    var body = front
    body.append(variableByteInteger: properties.count)
    body += properties
    body += back
    var bytes = [first]
    bytes.append(variableByteInteger: body.count)
    bytes += body
    var decoder = PacketDecoder(version: .v5, packetSizeMax: bytes.count)
    decoder.append(bytes.span)
    switch try decoder.next() {
    case .connect(let packet):
      if let will = packet.will {
        self.will = will.properties
      } else {
        connect = packet.properties
      }
    case .publish(let packet): publish = packet.properties
    case .subscribe(let packet): subscribe = packet.properties
    case .unsubscribe(let packet): unsubscribe = packet.properties
    default: break  // There are no other frames.
    }
  }

  /// Whether `name`, as "receive-maximum", is that of the specification, as "Receive Maximum".
  private static func isName(_ name: [UInt8], of identifier: PropertyIdentifier) -> Bool {
    identifier.name.utf8.elementsEqual(name) { theirs, ours in
      lowercased(theirs) == (ours == UInt8(ascii: "-") ? UInt8(ascii: " ") : ours)
    }
  }
}

extension [UInt8] {
  /// The lowest bytes of a number, the highest of them first.
  @inline(never)
  fileprivate mutating func append(bigEndian number: Int64, count: Int) {
    for shift in stride(from: (count - 1) * 8, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
    }
  }

  /// Bytes with their length in two bytes before them (MQTT 5.0, 1.5.6).
  @inline(never)
  fileprivate mutating func append(prefixed bytes: [UInt8]) {
    append(bigEndian: Int64(bytes.count), count: 2)
    self += bytes
  }

  /// A number in groups of seven bits, the lowest first (MQTT 5.0, 1.5.5).
  @inline(never)
  fileprivate mutating func append(variableByteInteger number: Int) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
