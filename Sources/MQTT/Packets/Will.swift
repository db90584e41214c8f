extension Connect {
  /// A message left with the server for when the connection breaks (3.1.2.5).
  public struct Will: Equatable, Sendable {
    /// Where it is published (3.1.3.2; MQTT 5.0, 3.1.3.3).
    public var topic: TopicName
    /// 0 to 65,535 bytes (3.1.3.3; MQTT 5.0, 3.1.3.4).
    public var message: [UInt8]
    /// How it is published (3.1.2.6).
    public var qos: QoS
    /// Whether the server keeps it for later subscribers (3.1.2.7).
    public var retain: Bool
    /// What 5.0 says besides (3.1.3.2).
    public var properties: Properties

    /// A message for `topic`.
    public init(
      topic: TopicName, message: [UInt8], qos: QoS, retain: Bool,
      properties: Properties = Properties()
    ) {
      self.topic = topic
      self.message = message
      self.qos = qos
      self.retain = retain
      self.properties = properties
    }
  }
}

extension Connect.Will {
  /// Its share of the connect flags (3.1.2.3).
  var flags: UInt8 {
    ConnectFlag.will | qos.rawValue << ConnectFlag.willQoSShift
      | (retain ? ConnectFlag.willRetain : 0)
  }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    try message.checkLength()
    try properties.check(in: .will, version)
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    properties.write(to: &output, version)
    output.append(prefixed: topic.encoded.utf8)
    output.append(prefixed: message)
  }

  /// Reads the will that `flags` announce; nil where they announce none.
  init?(
    _ flags: UInt8, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let qosBits = flags >> ConnectFlag.willQoSShift & 0b11
    let isRetained = flags & ConnectFlag.willRetain != 0
    guard flags & ConnectFlag.will != 0 else {
      guard qosBits == 0 else { throw .willQoSWithoutWill }
      guard !isRetained else { throw .willRetainWithoutWill }
      return nil
    }
    guard let qos = QoS(rawValue: qosBits) else { throw .willQoSOfThree }
    self.qos = qos
    retain = isRetained
    properties = try Properties(&reader, in: .will, version)
    topic = try TopicName(reader.string())
    message = try reader.prefixedBytes()
  }
}
