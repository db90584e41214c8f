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
  }

  /// What 5.0 says besides (3.3.2.3).
  public var properties: Properties {
    get {
      guard case .properties(let properties) = box else { return Properties() }
      return properties
    }
    set { box = newValue.isEmpty ? nil : .properties(newValue) }
  }

  /// A message for `topic`.
  public init(
    topic: TopicName?, payload: [UInt8], qos: QoS, retain: Bool = false,
    isDuplicate: Bool = false, packetIdentifier: UInt16? = nil,
    properties: Properties? = nil
  ) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
    self.isDuplicate = isDuplicate
    self.packetIdentifier = packetIdentifier
    if let properties { self.properties = properties }
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
    self.qos = qos
    isDuplicate = header.flags & 0x08 != 0
    retain = header.flags & 0x01 != 0
    let name = try reader.string()
    topic = name.utf8.isEmpty ? nil : try TopicName(name)
    packetIdentifier = qos == .atMostOnce ? nil : try reader.packetIdentifier()
    payload = []
    if version == .v5 { properties = try Properties(&reader, in: .packet(.publish), version) }
    payload = reader.rest()
    try check(version)
  }
}
