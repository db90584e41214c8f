/// One MQTT control packet (section 3), in either direction, of MQTT 3.1.1 or 5.0.
///
/// What only 5.0 has (properties, most reason codes, subscription options) keeps its default value
/// in a packet of 3.1.1. A packet of 3.1.1 with anything else is not encoded, rather than sent
/// without it.
///
/// The codec does not know which side it is on. Rules about who may send what are the session's.
public enum Packet: Equatable, Sendable {
  /// CONNECT (3.1), from client to server. The largest packets lie in boxes of their own, to keep
  /// the others small.
  indirect case connect(Connect)
  /// CONNACK (3.2), from server to client.
  indirect case connack(Connack)
  /// PUBLISH (3.3), both ways.
  case publish(Publish)
  /// PUBACK (3.4), both ways.
  case puback(Puback)
  /// PUBREC (3.5), both ways.
  case pubrec(Pubrec)
  /// PUBREL (3.6), both ways.
  case pubrel(Pubrel)
  /// PUBCOMP (3.7), both ways.
  case pubcomp(Pubcomp)
  /// SUBSCRIBE (3.8), from client to server.
  case subscribe(Subscribe)
  /// SUBACK (3.9), from server to client.
  case suback(Suback)
  /// UNSUBSCRIBE (3.10), from client to server.
  case unsubscribe(Unsubscribe)
  /// UNSUBACK (3.11), from server to client.
  case unsuback(Unsuback)
  /// PINGREQ (3.12), from client to server. It has nothing but its header.
  case pingreq
  /// PINGRESP (3.13), from server to client. It has nothing but its header.
  case pingresp
  /// DISCONNECT (3.14), from client to server, and in 5.0 both ways.
  case disconnect(Disconnect)
  /// AUTH (3.15), both ways, only in 5.0.
  case auth(Auth)

  /// What kind it is.
  public var type: PacketType {
    switch self {
    case .connect: .connect
    case .connack: .connack
    case .publish: .publish
    case .puback: .puback
    case .pubrec: .pubrec
    case .pubrel: .pubrel
    case .pubcomp: .pubcomp
    case .subscribe: .subscribe
    case .suback: .suback
    case .unsubscribe: .unsubscribe
    case .unsuback: .unsuback
    case .pingreq: .pingreq
    case .pingresp: .pingresp
    case .disconnect: .disconnect
    case .auth: .auth
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
    case .pubrec(let pubrec): try pubrec.encode(into: &output, version: version)
    case .pubrel(let pubrel): try pubrel.encode(into: &output, version: version)
    case .pubcomp(let pubcomp): try pubcomp.encode(into: &output, version: version)
    case .subscribe(let subscribe): try subscribe.encode(into: &output, version: version)
    case .suback(let suback): try suback.encode(into: &output, version: version)
    case .unsubscribe(let unsubscribe): try unsubscribe.encode(into: &output, version: version)
    case .unsuback(let unsuback): try unsuback.encode(into: &output, version: version)
    case .pingreq, .pingresp:
      output.append(type.rawValue << 4)
      output.append(0)
    case .disconnect(let disconnect): try disconnect.encode(into: &output, version: version)
    case .auth(let auth): try auth.encode(into: &output, version: version)
    }
  }

  /// Reads the packet that `header` announced out of exactly its remaining bytes.
  // Inlined in the one place that calls it: the packet would be copied.
  @inline(__always)
  init(
    _ header: FixedHeader, body reader: inout PacketReader, version: ProtocolVersion
  ) throws(PacketError) {
    switch header.type {
    case .connect: self = .connect(try Connect(header, &reader, version))
    case .connack: self = .connack(try Connack(header, &reader, version))
    case .publish: self = .publish(try Publish(header, &reader, version))
    case .puback: self = .puback(try Puback(header, &reader, version))
    case .pubrec: self = .pubrec(try Pubrec(header, &reader, version))
    case .pubrel: self = .pubrel(try Pubrel(header, &reader, version))
    case .pubcomp: self = .pubcomp(try Pubcomp(header, &reader, version))
    case .subscribe: self = .subscribe(try Subscribe(header, &reader, version))
    case .suback: self = .suback(try Suback(header, &reader, version))
    case .unsubscribe: self = .unsubscribe(try Unsubscribe(header, &reader, version))
    case .unsuback: self = .unsuback(try Unsuback(header, &reader, version))
    case .pingreq: self = .pingreq
    case .pingresp: self = .pingresp
    case .disconnect: self = .disconnect(try Disconnect(header, &reader, version))
    case .auth: self = .auth(try Auth(header, &reader, version))
    }
    guard reader.isAtEnd else { throw .trailingBytes(header.type) }
  }
}
