/// A planted crash behind the decoder: a CONNACK of 5.0 that says that the client is banned, which no
/// seed has. The harness is worth something only if it finds it.
@_cdecl("LLVMFuzzerTestOneInput")
public func decodeCanary(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  var decoder = PacketDecoder(version: .v5, packetSizeMax: 1_024)
  decoder.append(UnsafeBufferPointer(start: start + 1, count: count - 1).span)
  do throws(PacketError) {
    while let packet = try decoder.next() {
      guard case .connack(let connack) = packet else { continue }
      precondition(connack.reasonCode != .banned, "the canary sings")
    }
  } catch {
    return 0
  }
  return 0
}
