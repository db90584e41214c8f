import TestSupport
import Testing

@testable import MQTT

@Suite struct ReceiveBufferTests {
  /// An array that is appended to and cut off at its front is the model.
  @Test func `what has come is there until it is read, in order`() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var buffer = ReceiveBuffer()
      var model: [UInt8] = []
      let roomMax = Int.random(in: 1...200, using: &random)
      for _ in 0..<60 {
        let chunk = (0..<Int.random(in: 0...50, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        buffer.append(chunk.span, roomMax: roomMax)
        model += chunk
        let read = Int.random(in: 0...model.count, using: &random)
        buffer.consume(upTo: buffer.start + read)
        model.removeFirst(read)
        #expect(Array(buffer.storage[buffer.start..<buffer.end]) == model)
        #expect(buffer.isEmpty == model.isEmpty)
      }
    }
  }

  @Test(
    arguments: [
      // The largest remaining length, one that is allowed, and one that is a byte short of whole.
      [0x30, 0xFF, 0xFF, 0xFF, 0x7F], [0x30, 0xF0, 0xFF, 0x3F],
      [0x30, 0x05, 0x00, 0x01, 0x74, 0x21],
    ] as [[UInt8]])
  func `a length that a header claims makes no room`(bytes: [UInt8]) throws {
    var decoder = PacketDecoder(packetSizeMax: 268_435_460)
    decoder.append(bytes.span)
    #expect(try decoder.next() == nil)
    #expect(decoder.isInsidePacket)
    #expect(decoder.room == bytes.count)
  }

  @Test func `a packet in many chunks takes twice its size at most, and no more than the limit`()
    throws
  {
    let limit = 3_000
    var decoder = PacketDecoder(packetSizeMax: limit)
    decoder.append([0x30, 0xB5, 0x17, 0x00, 0x01, 0x74].span)
    for count in 7..<limit {
      decoder.append([UInt8(truncatingIfNeeded: count)].span)
      #expect(try decoder.next() == nil)
      #expect(decoder.room <= min(2 * count, limit))
    }
    decoder.append([0xFF].span)
    let packet = try decoder.next()
    guard case .publish(let publish)? = packet else {
      Issue.record("no PUBLISH: \(String(describing: packet))")
      return
    }
    #expect(publish.payload == (7..<limit).map { UInt8(truncatingIfNeeded: $0) } + [0xFF])
    #expect(!decoder.isInsidePacket)
  }

  @Test func `packets of the same size find the same room again`() throws {
    var decoder = PacketDecoder(packetSizeMax: 1_024)
    let packet: [UInt8] = [0x30, 0x04, 0x00, 0x01, 0x74, 0x21]
    for _ in 0..<100 {
      decoder.append(packet.span)
      #expect(try decoder.next() != nil)
      #expect(decoder.room == packet.count)
    }
  }

  @Test func `the room of a large packet is given back`() throws {
    var decoder = PacketDecoder(packetSizeMax: 100_000)
    let payload = [UInt8](repeating: 0x2E, count: 50_000)
    var bytes: [UInt8] = []
    try Packet.publish(Publish(topic: topic("t"), payload: payload, qos: .atMostOnce))
      .encode(into: &bytes)
    decoder.append(bytes.span)
    #expect(try decoder.next() != nil)
    decoder.append([0xD0].span)
    #expect(decoder.room == 1)
    decoder.append([0x00].span)
    #expect(try decoder.next() == .pingresp)
  }
}
