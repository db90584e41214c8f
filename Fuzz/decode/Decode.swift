/// Any bytes as a stream of packets. It must not crash, must not depend on how the stream is split,
/// and what it takes must come back the same when it is said again.
///
/// Bit 7 of the first byte chooses the version, the other bits the size of the chunks.
@_cdecl("LLVMFuzzerTestOneInput")
public func decodeAnything(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  let version: ProtocolVersion = start[0] & 0x80 == 0 ? .v311 : .v5
  let chunkSize = max(Int(start[0] & 0x7F), 1)
  let stream = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))

  let whole = Outcome(stream, version, chunkSize: stream.count)
  let split = Outcome(stream, version, chunkSize: chunkSize)
  precondition(whole == split, "the split makes a difference")

  var said: [UInt8] = []
  for packet in whole.packets {
    do {
      try packet.encode(into: &said, version: version)
    } catch {
      preconditionFailure("taken, and not to be said: \(error.text(in: version))")
    }
  }
  if said.isEmpty { return 0 }
  let again = Outcome(said, version, chunkSize: said.count)
  precondition(again.packets == whole.packets && again.error == nil, "said otherwise than taken")
  return 0
}

/// What a stream gives.
private struct Outcome: Equatable {
  var packets: [Packet] = []
  var error: PacketError?

  init(_ stream: [UInt8], _ version: ProtocolVersion, chunkSize: Int) {
    var decoder = PacketDecoder(version: version, packetSizeMax: 1_048_576)
    for start in stride(from: 0, to: stream.count, by: chunkSize) {
      decoder.append(stream.span.extracting(start..<min(start + chunkSize, stream.count)))
      do throws(PacketError) {
        while let packet = try decoder.next() { packets.append(packet) }
      } catch {
        precondition(!error.text(in: version).isEmpty, "an error without words")
        self.error = error
      }
    }
  }
}
