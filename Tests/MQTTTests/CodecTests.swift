import Testing

@testable import MQTT

@Suite struct CodecTests {
  @Test(arguments: Vector.all)
  func `bytes from the specification are parsed`(vector: Vector) {
    let decoded = Decoded(vector.bytes)
    #expect(decoded.packets == [vector.packet])
    #expect(decoded.error == nil)
    #expect(!decoded.isInsidePacket)
  }

  @Test(arguments: Vector.all)
  func `packets are generated as the specification has them`(vector: Vector) throws {
    var output: [UInt8] = [0xAA]
    try vector.packet.encode(into: &output)
    #expect(output == [0xAA] + vector.bytes)
  }

  @Test(arguments: Vector.all)
  func `what is parsed is generated as it was`(vector: Vector) throws {
    var output: [UInt8] = []
    for packet in Decoded(vector.bytes).packets { try packet.encode(into: &output) }
    #expect(output == vector.bytes)
  }

  @Test(arguments: Vector.all)
  func `a packet may be split anywhere`(vector: Vector) {
    for split in 0...vector.bytes.count {
      let decoded = Decoded([vector.bytes[..<split], vector.bytes[split...]])
      #expect(decoded.packets == [vector.packet], "split at \(split)")
    }
    #expect(Decoded(vector.bytes.chunks(of: 1)).packets == [vector.packet])
  }

  @Test func `a stream of packets may come in chunks of any size`() {
    let stream = Vector.all.flatMap(\.bytes)
    for size in 1...stream.count {
      #expect(Decoded(stream.chunks(of: size)).packets == Vector.all.map(\.packet))
    }
  }

  @Test(arguments: Vector.all)
  func `a packet that is cut off gives nothing yet`(vector: Vector) {
    for count in 0..<vector.bytes.count {
      let decoded = Decoded([vector.bytes[..<count]])
      #expect(decoded.packets.isEmpty && decoded.error == nil, "cut at \(count)")
      #expect(decoded.isInsidePacket == (count > 0))
    }
  }

  /// A packet that says to be shorter than its fields is refused; only a payload, which has no
  /// length of its own, can be shorter.
  @Test(arguments: Vector.all.filter { $0.bytes[1] & 0x80 == 0 })
  func `a packet that ends inside a field is refused`(vector: Vector) throws {
    for remainingLength in 0..<Int(vector.bytes[1]) {
      let bytes = [vector.bytes[0], UInt8(remainingLength)] + vector.bytes[2..<2 + remainingLength]
      let decoded = Decoded(bytes)
      if let packet = decoded.packets.first {
        guard case .publish(let publish) = packet, case .publish(let whole) = vector.packet else {
          Issue.record("\(vector.section) was accepted with \(remainingLength) bytes")
          continue
        }
        #expect(publish.topic == whole.topic)
        #expect(whole.payload.starts(with: publish.payload))
      } else {
        #expect(decoded.error != nil)
      }
    }
  }

  @Test(arguments: Vector.all.filter { $0.packet.type != .publish && $0.bytes[1] & 0x80 == 0 })
  func `a packet that goes on after its last field is refused`(vector: Vector) {
    let bytes = [vector.bytes[0], vector.bytes[1] + 1] + vector.bytes[2...] + [0x00]
    let decoded = Decoded(bytes)
    #expect(decoded.packets.isEmpty)
    switch vector.packet.type {
    case .connect: #expect(decoded.error == .trailingBytes(.connect))
    default:
      let length = Int(vector.bytes[1])
      #expect(
        decoded.error
          == .wrongRemainingLength(vector.packet.type, length + 1, expected: length))
    }
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
    output.append(variableByteInteger: length)
    #expect(output == bytes)
    let header = try FixedHeader.parse(
      [0x30] + bytes, from: 0, version: .v311, packetSizeMax: .max)
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
