/// One MQTT control packet (section 2), in either direction.
public enum Packet: Equatable, Sendable {
  /// CONNECT (3.1), from client to server.
  case connect(Connect)
  /// CONNACK (3.2), from server to client.
  case connack(Connack)
  /// PUBLISH (3.3), both ways.
  case publish(Publish)
  /// PUBACK (3.4), both ways.
  case puback(Puback)
  /// PINGREQ (3.12), from client to server. It has nothing but its header.
  case pingreq
  /// PINGRESP (3.13), from server to client. It has nothing but its header.
  case pingresp
  /// DISCONNECT (3.14), from client to server.
  case disconnect(Disconnect)

  /// What kind it is.
  public var type: PacketType {
    switch self {
    case .connect: .connect
    case .connack: .connack
    case .publish: .publish
    case .puback: .puback
    case .pingreq: .pingreq
    case .pingresp: .pingresp
    case .disconnect: .disconnect
    }
  }

  /// Appends the packet's bytes to `output`.
  /// - Throws: the rule that the packet breaks; `output` is as it was then.
  public func encode(
    into output: inout [UInt8], version: ProtocolVersion = .v311
  ) throws(PacketError) {
    switch self {
    case .connect(let connect): try connect.encode(into: &output, version: version)
    case .connack(let connack): try connack.encode(into: &output, version: version)
    case .publish(let publish): try publish.encode(into: &output, version: version)
    case .puback(let puback): try puback.encode(into: &output, version: version)
    case .pingreq, .pingresp:
      output.append(type.rawValue << 4)
      output.append(0)
    case .disconnect(let disconnect): try disconnect.encode(into: &output, version: version)
    }
  }

  /// Reads the packet that `header` announced out of exactly its remaining bytes.
  init(
    _ header: FixedHeader, body reader: inout PacketReader, version: ProtocolVersion
  ) throws(PacketError) {
    switch header.type {
    case .connect: self = .connect(try Connect(header, &reader, version))
    case .connack: self = .connack(try Connack(header, &reader, version))
    case .publish: self = .publish(try Publish(header, &reader, version))
    case .puback: self = .puback(try Puback(header, &reader, version))
    case .pingreq: self = .pingreq
    case .pingresp: self = .pingresp
    case .disconnect: self = .disconnect(try Disconnect(header, &reader, version))
    }
    guard reader.isAtEnd else { throw .trailingBytes(header.type) }
  }
}

/// What the packets with content have in common, so that each needs to know only its own content.
protocol PacketContent {
  static var type: PacketType { get }

  /// Bits 3 to 0 of the first byte (2.2.2).
  var flags: UInt8 { get }

  /// The length in bytes of what `append` appends.
  func remainingLength(_ version: ProtocolVersion) -> Int

  /// Refuses a value that must not be sent, or not have been received.
  func check() throws(PacketError)

  /// Appends everything after the fixed header.
  func append(to output: inout [UInt8], _ version: ProtocolVersion)

  /// Reads everything after the fixed header.
  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError)
}

extension PacketContent {
  var flags: UInt8 { 0 }

  func check() throws(PacketError) {}

  func encode(into output: inout [UInt8], version: ProtocolVersion) throws(PacketError) {
    try check()
    let length = remainingLength(version)
    guard length <= FixedHeader.remainingLengthMax else {
      throw .tooLarge(size: length, limit: FixedHeader.remainingLengthMax)
    }
    // One allocation for a packet that comes alone, which is the usual case; behind others the
    // array's own growth is the cheaper one.
    if output.isEmpty { output.reserveCapacity(length + FixedHeader.sizeMax) }
    output.append(Self.type.rawValue << 4 | flags)
    output.append(remainingLength: length)
    append(to: &output, version)
  }
}
