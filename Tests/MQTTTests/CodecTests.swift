import Testing

@testable import MQTT

@Suite struct CodecTests {
  @Test(arguments: Vector.all)
  func `bytes from the specification are parsed`(vector: Vector) {
    let decoded = Decoded(vector.bytes, vector.version)
    #expect(decoded.packets == [vector.packet])
    #expect(decoded.error == nil)
    #expect(!decoded.isInsidePacket)
  }

  @Test(arguments: Vector.all)
  func `packets are generated as the specification has them`(vector: Vector) throws {
    var output: [UInt8] = [0xAA]
    try vector.packet.encode(into: &output, version: vector.version)
    #expect(output == [0xAA] + vector.bytes)
  }

  @Test(arguments: Vector.all)
  func `what is parsed is generated as it was`(vector: Vector) throws {
    var output: [UInt8] = []
    for packet in Decoded(vector.bytes, vector.version).packets {
      try packet.encode(into: &output, version: vector.version)
    }
    #expect(output == vector.bytes)
  }

  @Test(arguments: Vector.all)
  func `a packet may be split anywhere`(vector: Vector) {
    for split in 0...vector.bytes.count {
      let decoded = Decoded([vector.bytes[..<split], vector.bytes[split...]], vector.version)
      #expect(decoded.packets == [vector.packet], "split at \(split)")
    }
    #expect(Decoded(vector.bytes.chunks(of: 1), vector.version).packets == [vector.packet])
  }

  @Test(
    arguments: [(ProtocolVersion.v311, Vector.version311), (.v5, Vector.version5)])
  func `a stream of packets may come in chunks of any size`(
    version: ProtocolVersion, vectors: [Vector]
  ) {
    let stream = vectors.flatMap(\.bytes)
    for size in 1...stream.count {
      #expect(Decoded(stream.chunks(of: size), version).packets == vectors.map(\.packet))
    }
  }

  @Test(arguments: Vector.all)
  func `a packet that is cut off gives nothing yet`(vector: Vector) {
    for count in 0..<vector.bytes.count {
      let decoded = Decoded([vector.bytes[..<count]], vector.version)
      #expect(decoded.packets.isEmpty && decoded.error == nil, "cut at \(count)")
      #expect(decoded.isInsidePacket == (count > 0))
    }
  }

  /// A packet that says to be shorter than its fields is refused, unless it is whole without the
  /// rest: a list or a payload, which have no length of their own, or a short form of 5.0.
  @Test(arguments: Vector.all.filter { $0.bytes[1] & 0x80 == 0 })
  func `a packet that ends inside a field is refused`(vector: Vector) throws {
    for remainingLength in 0..<Int(vector.bytes[1]) {
      let bytes = [vector.bytes[0], UInt8(remainingLength)] + vector.bytes[2..<2 + remainingLength]
      let decoded = Decoded(bytes, vector.version)
      guard let packet = decoded.packets.first else {
        #expect(decoded.error != nil)
        continue
      }
      #expect(packet != vector.packet)
      switch (packet, vector.packet) {
      case (.publish(let publish), .publish(let whole)):
        #expect(publish.topic == whole.topic && publish.properties == whole.properties)
        #expect(whole.payload.starts(with: publish.payload))
      case (.subscribe(let subscribe), .subscribe(let whole)):
        #expect(whole.subscriptions.starts(with: subscribe.subscriptions))
      case (.unsubscribe(let unsubscribe), .unsubscribe(let whole)):
        #expect(whole.filters.starts(with: unsubscribe.filters))
      case (.suback(let suback), .suback(let whole)):
        #expect(whole.reasonCodes.starts(with: suback.reasonCodes))
      case (.unsuback(let unsuback), .unsuback(let whole)):
        #expect(whole.reasonCodes.starts(with: unsuback.reasonCodes))
      case (.puback, _), (.pubrec, _), (.pubrel, _), (.pubcomp, _):
        #expect(vector.version == .v5 && 2...3 ~= remainingLength)
      case (.disconnect, _): #expect(vector.version == .v5 && 0...1 ~= remainingLength)
      case (.auth, _): #expect(remainingLength == 0)
      default: Issue.record("\(vector.section) was accepted with \(remainingLength) bytes")
      }
    }
  }

  /// Only of packets that say themselves where they end.
  @Test(
    arguments: Vector.all.filter {
      switch $0.packet {
      case .publish, .subscribe, .suback, .unsubscribe: false
      case .unsuback: $0.version == .v311
      case .puback, .pubrec, .pubrel, .pubcomp: $0.version == .v311 || $0.bytes[1] > 3
      case .disconnect, .auth: $0.version == .v311 || $0.bytes[1] > 1
      case .connect, .connack, .pingreq, .pingresp: true
      }
    })
  func `a packet that goes on after its last field is refused`(vector: Vector) {
    let bytes = [vector.bytes[0], vector.bytes[1] + 1] + vector.bytes[2...] + [0x00]
    let decoded = Decoded(bytes, vector.version)
    let type = vector.packet.type
    #expect(decoded.packets.isEmpty)
    if type == .connect || vector.version == .v5 && type != .pingreq && type != .pingresp {
      #expect(decoded.error == .trailingBytes(type))
    } else {
      let length = Int(vector.bytes[1])
      #expect(decoded.error == .wrongRemainingLength(type, length + 1, expected: length))
    }
  }

  /// [MQTT-1.5.5-1] and 3.4.2.2.1: what has a shorter form may come in the longer one.
  @Test func `an acknowledgement may spell out its success and its lack of properties`() {
    let whole = Decoded([0x40, 0x04, 0x12, 0x34, 0x00, 0x00], .v5)
    #expect(whole.packets == [.puback(Puback(packetIdentifier: 0x1234))])
    #expect(Decoded([0x40, 0x03, 0x12, 0x34, 0x00], .v5) == whole)
    #expect(Decoded([0xE0, 0x02, 0x00, 0x00], .v5).packets == [.disconnect(Disconnect())])
    #expect(Decoded([0xE0, 0x01, 0x00], .v5).packets == [.disconnect(Disconnect())])
  }

  /// 2.2.2.2: "There is no significance in the order of Properties with different Identifiers."
  @Test func `properties may come in any order`() {
    let bytes: [UInt8] =
      [0x30, 0x0D, 0x00, 0x01, 0x74, 0x09, 0x0B, 0x05, 0x23, 0x00, 0x02, 0x0B, 0x03, 0x01, 0x00]
    let properties = with(Publish.Properties()) {
      $0.payloadFormat = .unspecified
      $0.topicAlias = 2
      $0.subscriptionIdentifiers = [5, 3]
    }
    let publish = Publish(
      topic: topic("t"), payload: [], qos: .atMostOnce, properties: properties)
    #expect(Decoded(bytes, .v5).packets == [.publish(publish)])
  }

  /// Table 2.4, and the example of section 2.2.3.
  @Test(
    arguments: [
      (0, [0x00]), (127, [0x7F]), (128, [0x80, 0x01]), (321, [0xC1, 0x02]),
      (16_383, [0xFF, 0x7F]), (16_384, [0x80, 0x80, 0x01]), (2_097_151, [0xFF, 0xFF, 0x7F]),
      (2_097_152, [0x80, 0x80, 0x80, 0x01]), (268_435_455, [0xFF, 0xFF, 0xFF, 0x7F]),
    ] as [(Int, [UInt8])])
  func `remaining lengths are as in table 2_4`(length: Int, bytes: [UInt8]) throws {
    var output: [UInt8] = []
    output.append(addingCapacity: 4) { $0.append(variableByteInteger: length) }
    #expect(output == bytes)
    var received = ReceiveBuffer()
    received.append(([0x30] + bytes).span, roomMax: 5)
    let header = try FixedHeader.parse(received, version: .v311, packetSizeMax: .max)
    #expect(header?.remainingLength == length)
    #expect(header?.size == 1 + bytes.count)
  }

  /// Section 2.2.3 does not ask for the shortest form, unlike MQTT 5.
  @Test func `a remaining length may be longer than it must be`() {
    #expect(Decoded([0xD0, 0x80, 0x80, 0x00]).packets == [.pingresp])
  }

  @Test func `a hostile length is refused from the header alone`() {
    let decoded = Decoded([0x30, 0xFF, 0xFF, 0xFF, 0x7F], packetSizeMax: 1_024)
    #expect(decoded.error == .tooLarge(size: 268_435_460, limit: 1_024))
  }

  @Test func `the largest packet that is allowed is taken, and one byte more is not`() {
    let bytes: [UInt8] = [0x30, 0x06, 0x00, 0x01, 0x74, 0x00, 0xFF, 0x21]
    #expect(Decoded(bytes, packetSizeMax: 8).packets.count == 1)
    #expect(Decoded(bytes, packetSizeMax: 7).error == .tooLarge(size: 8, limit: 7))
  }

  @Test func `a decoder that has failed goes on failing`() {
    var decoder = PacketDecoder(packetSizeMax: 64)
    decoder.append([0xD0, 0x00, 0xF0, 0x00].span)
    #expect(throws: Never.self) { try decoder.next() }
    for _ in 0..<3 {
      #expect(throws: PacketError.forbiddenType(15)) { try decoder.next() }
      decoder.append([0xD0, 0x00].span)
    }
  }
}
