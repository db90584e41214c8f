/// The other end: it says what brokers say, understands all that the session sends, and holds it to
/// what it has said itself.
struct Listener {
  private let version: ProtocolVersion
  private var decoder: PacketDecoder
  private var isFirst = true
  private var isLast = false
  /// Whether CONNACK has been said, for all this side knows.
  private var hasAccepted = false
  private var topics: [UInt16: TopicName] = [:]

  init(_ version: ProtocolVersion) {
    self.version = version
    decoder = PacketDecoder(version: version, packetSizeMax: .max)
  }

  /// CONNACK; the bits of `limits` choose the properties.
  mutating func accept(
    _ limits: UInt8, sessionPresent: Bool, _ options: Session.Options
  ) -> [UInt8] {
    hasAccepted = true
    var connack = Connack(sessionPresent: sessionPresent, reasonCode: .success)
    if version == .v5 {
      if limits & 0x01 != 0 { connack.properties.receiveMaximum = 2 }
      if limits & 0x02 != 0 { connack.properties.maximumPacketSize = 5 + UInt32(limits >> 2) }
      if limits & 0x04 != 0 { connack.properties.topicAliasMaximum = UInt16(limits >> 6) }
      if limits & 0x08 != 0 { connack.properties.maximumQoS = .atLeastOnce }
      if limits & 0x10 != 0 { connack.properties.serverKeepAlive = UInt16(limits >> 5) }
      if limits & 0x20 != 0 { connack.properties.retainAvailable = false }
      connack.properties.authenticationMethod = options.authenticationMethod
    }
    return said(.connack(connack))
  }

  /// All that the session gave to send; it gives whole packets.
  mutating func receive(_ bytes: [UInt8], _ session: Session) {
    decoder.append(bytes.span)
    do throws(PacketError) {
      while let packet = try decoder.next() { receive(packet, session) }
    } catch {
      preconditionFailure("sent what is no packet: \(error.text(in: version))")
    }
    precondition(!decoder.isInsidePacket, "half a packet")
  }

  private mutating func receive(_ packet: Packet, _ session: Session) {
    precondition(!isLast, "a packet behind DISCONNECT")
    if case .connect = packet {
      precondition(isFirst, "a second CONNECT")
      isFirst = false
      return
    }
    precondition(!isFirst, "something before CONNECT")
    switch packet {
    case .auth: precondition(version == .v5 && session.options.authenticationMethod != nil)
    case .disconnect: isLast = true
    case .publish(let publish): receive(publish, session)
    case .puback, .pubrec, .pubrel, .pubcomp, .subscribe, .unsubscribe, .pingreq: break
    case .connect, .connack, .suback, .unsuback, .pingresp:
      preconditionFailure("only brokers send \(packet.type.name)")
    }
    if session.acceptance == nil { precondition(packet.type == .auth, "more before CONNACK") }
    var bytes: [UInt8] = []
    do throws(PacketError) { try packet.encode(into: &bytes, version: version) } catch {}
    let limit = session.acceptance?.properties.maximumPacketSize.map { Int($0) } ?? .max
    // AUTH may have been said before CONNACK set the limit.
    precondition(bytes.count <= limit || packet.type == .auth, "larger than allowed")
  }

  private mutating func receive(_ publish: Publish, _ session: Session) {
    let said = session.acceptance?.properties
    precondition(publish.qos.rawValue <= (said?.maximumQoS ?? .exactlyOnce).rawValue, "QoS")
    precondition(!publish.retain || said?.retainAvailable != false, "retain")
    guard let alias = publish.properties.topicAlias else { return }
    precondition(alias <= said?.topicAliasMaximum ?? 0, "an alias that is not allowed")
    if let topic = publish.topic { topics[alias] = topic }
    precondition(topics[alias] != nil, "an alias that stands for nothing")
  }

  fileprivate func said(_ packet: Packet) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(PacketError) {
      try packet.encode(into: &bytes, version: version)
    } catch {
      preconditionFailure("the script says what is no packet: \(error.text(in: version))")
    }
    return bytes
  }
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP, with a reason code where `reason` is not zero.
func acknowledgement(_ type: UInt8, _ reason: UInt8, _ identifier: UInt8) -> [UInt8] {
  let first = ([0x40, 0x50, 0x62, 0x70] as [UInt8])[Int(type)]
  let code = ([0x00, 0x10, 0x92, 0x97] as [UInt8])[Int(reason & 3)]
  return reason == 0
    ? [first, 0x02, 0x00, identifier] : [first, 0x03, 0x00, identifier, code]
}

/// PUBLISH with the topic "t", or none; both versions can read it where the payload begins with a
/// zero, which is the length of the properties.
func message(qos: UInt8, isDuplicate: Bool, _ identifier: UInt8, _ alias: UInt8) -> [UInt8] {
  let topic: [UInt8] = alias & 0x01 == 0 ? [0x00, 0x01, 0x74] : [0x00, 0x00]
  let properties: [UInt8] = alias < 0x80 ? [0x00] : [0x03, 0x23, 0x00, alias >> 1 & 0x03]
  let body = topic + (qos == 0 ? [] : [0x00, identifier]) + properties
  let flags = 0x30 | qos << 1 | (isDuplicate && qos > 0 ? 0x08 : 0x00)
  return [flags, UInt8(body.count)] + body
}

/// SUBACK or UNSUBACK of 5.0, which 3.1.1 reads as one of a code more.
func answer(isSubscribe: Bool, _ identifier: UInt8, count: Int) -> [UInt8] {
  let codes = Array(repeating: 0x00 as UInt8, count: count)
  return [isSubscribe ? 0x90 : 0xB0, UInt8(3 + count), 0x00, identifier, 0x00] + codes
}

/// AUTH with the method "M", or DISCONNECT.
func authentication(_ argument: UInt8) -> [UInt8] {
  switch argument & 0x03 {
  case 0: [0xF0, 0x00]
  case 1: [0xF0, 0x06, 0x18, 0x04, 0x15, 0x00, 0x01, 0x4D]
  case 2: [0xF0, 0x06, 0x00, 0x04, 0x15, 0x00, 0x01, 0x4D]
  default: [0xE0, 0x01, 0x8B]
  }
}

/// Strings that are known to be fine.
func string(_ text: String) -> EncodedString {
  guard let string = try? EncodedString(text) else { preconditionFailure("not a string") }
  return string
}

func topic(_ text: String) -> TopicName {
  guard let topic = try? TopicName(text) else { preconditionFailure("not a topic name") }
  return topic
}

func filter(_ text: String) -> TopicFilter {
  guard let filter = try? TopicFilter(text, version: .v5) else {
    preconditionFailure("not a topic filter")
  }
  return filter
}
