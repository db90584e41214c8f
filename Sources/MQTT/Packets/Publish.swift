/// PUBLISH: a message (3.3).
public struct Publish: Equatable, Sendable {
  /// What the message is about (3.3.2.1); nil where only a topic alias says so, in 5.0.
  public var topic: TopicName?
  /// The message; it may be empty (3.3.3).
  public var payload: [UInt8]
  /// How sure its delivery is (3.3.1.2).
  public var qos: QoS
  /// Whether the server keeps it for later subscribers (3.3.1.3).
  public var retain: Bool
  /// Whether it may have been sent before; never with QoS 0 (3.3.1.1).
  public var isDuplicate: Bool
  /// What the acknowledgement will name, not zero; nil with QoS 0 and only there (3.3.2.2).
  public var packetIdentifier: UInt16?
  private var box: PropertiesBox?

  /// Properties out of line: most messages have none, and are then spared their weight.
  private indirect enum PropertiesBox: Equatable, Sendable {
    case properties(Properties)

    /// Nil where there is none.
    init?(_ properties: Properties?) {
      guard let properties, !properties.isEmpty else { return nil }
      self = .properties(properties)
    }
  }

  /// What 5.0 says besides (3.3.2.3).
  public var properties: Properties {
    get {
      guard case .properties(let properties) = box else { return Properties() }
      return properties
    }
    set { box = PropertiesBox(newValue) }
  }
}

extension Publish {
  // In an extension, so that the struct keeps the initializer that the compiler makes. Through one
  // written by hand, `init(_:_:_:)` would retain and release every field once more.

  /// A message for `topic`.
  public init(
    topic: TopicName?, payload: [UInt8], qos: QoS, retain: Bool = false,
    isDuplicate: Bool = false, packetIdentifier: UInt16? = nil,
    properties: Properties? = nil
  ) {
    self.init(
      topic: topic, payload: payload, qos: qos, retain: retain, isDuplicate: isDuplicate,
      packetIdentifier: packetIdentifier, box: PropertiesBox(properties))
  }
}

extension Publish: PacketContent {
  static var type: PacketType { .publish }

  /// DUP in bit 3, QoS in bits 2 and 1, RETAIN in bit 0 (3.3.1).
  var flags: UInt8 { (isDuplicate ? 0x08 : 0) | qos.rawValue << 1 | (retain ? 0x01 : 0) }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    switch (qos, packetIdentifier) {
    case (.atMostOnce, nil):
      guard !isDuplicate else { throw .duplicateWithQoS0 }
    case (.atMostOnce, _): throw .packetIdentifierWithQoS0
    case (.atLeastOnce, nil), (.atLeastOnce, 0), (.exactlyOnce, nil), (.exactlyOnce, 0):
      throw .zeroPacketIdentifier(.publish)
    case (.atLeastOnce, _), (.exactlyOnce, _): break
    }
    if box != nil { try properties.check(in: .packet(.publish), version) }
    if topic == nil {
      guard version == .v5 else { throw .emptyTopicName }
      guard properties.topicAlias != nil else { throw .emptyTopicWithoutAlias }
    }
  }

  // Inlined, as PUBLISH is what a gateway sends most.
  @inline(__always)
  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    if let topic {
      output.append(prefixed: topic.encoded.utf8)
    } else {
      output.append(bigEndian: 0 as UInt16)
    }
    if let packetIdentifier { output.append(bigEndian: packetIdentifier) }
    switch (version, box) {
    case (.v311, _): break
    case (.v5, nil): output.append(0)
    case (.v5, .properties(let properties)): properties.write(to: &output, version)
    }
    output.append(contentsOf: payload)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    guard let qos = QoS(rawValue: header.flags >> 1 & 0b11) else { throw .qosOfThree }
    let isDuplicate = header.flags & 0x08 != 0
    guard qos != .atMostOnce || !isDuplicate else { throw .duplicateWithQoS0 }
    let topic = try reader.topicName()
    let packetIdentifier = qos == .atMostOnce ? nil : try reader.packetIdentifier()
    var box: PropertiesBox?
    var hasTopicAlias = false
    if version == .v5, !reader.skipEmptyProperties() {
      let properties = try Properties(&reader, in: .packet(.publish), version)
      try properties.check(in: .packet(.publish))
      hasTopicAlias = properties.topicAlias != nil
      box = PropertiesBox(properties)
    }
    guard topic != nil || hasTopicAlias else {
      throw version == .v5 ? .emptyTopicWithoutAlias : .emptyTopicName
    }
    // All that `check` looks for has been seen to.
    self = Publish(
      topic: topic, payload: reader.rest(), qos: qos, retain: header.flags & 0x01 != 0,
      isDuplicate: isDuplicate, packetIdentifier: packetIdentifier, box: box)
  }
}
