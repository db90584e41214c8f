// Encodes or decodes a PUBLISH with 256 bytes of payload, in the protocol level 4 or 5:
//   CodecGodwit encode|decode 4|5 COUNT
import MQTT
import System

let words = CommandLineArguments.words
guard words.count == 4, let level = UInt8(words[2]), let count = Int(words[3]),
  let version = ProtocolVersion(rawValue: level)
else { fatalError("usage: CodecGodwit encode|decode 4|5 COUNT") }

do throws(PacketError) {
  switch words[1] {
  case "encode": try encode(count, version)
  case "decode": try decode(count, version)
  default: fatalError("neither encode nor decode")
  }
} catch {
  fatalError(error.text)
}

/// 282 bytes on the wire in 3.1.1, one more in 5.0.
func makePublish() throws(PacketError) -> Publish {
  Publish(
    topic: try TopicName("godwit/barn/meter-1"), payload: [UInt8](repeating: 0x2E, count: 256),
    qos: .atLeastOnce, packetIdentifier: 1)
}

/// Into the same buffer every time, as a connection does that has sent what it held.
func encode(_ count: Int, _ version: ProtocolVersion) throws(PacketError) {
  var publish = try makePublish()
  var output: [UInt8] = []
  for round in 0..<count {
    publish.packetIdentifier = UInt16(truncatingIfNeeded: round) | 1
    output.removeAll(keepingCapacity: true)
    try Packet.publish(publish).encode(into: &output, version: version)
  }
  precondition(count == 0 || output.count == (version == .v5 ? 283 : 282))
}

/// One packet in each chunk, as it comes from a connection that is not busy.
func decode(_ count: Int, _ version: ProtocolVersion) throws(PacketError) {
  var bytes: [UInt8] = []
  try Packet.publish(makePublish()).encode(into: &bytes, version: version)
  var decoder = PacketDecoder(version: version, packetSizeMax: 1_024)
  var sum = 0
  for _ in 0..<count {
    decoder.append(bytes.span)
    while case .publish(let publish)? = try decoder.next() { sum += publish.payload.count }
  }
  precondition(sum == count * 256)
}
