import MQTT

/// A string that is known to be fine.
func string(_ text: String) -> EncodedString {
  guard let string = try? EncodedString(text) else { fatalError("not a string: \(text)") }
  return string
}

/// A topic name that is known to be fine.
func topic(_ text: String) -> TopicName {
  guard let topic = try? TopicName(text) else { fatalError("not a topic name: \(text)") }
  return topic
}

/// A topic filter that is known to be fine.
func filter(_ text: String, version: ProtocolVersion = .v5) -> TopicFilter {
  guard let filter = try? TopicFilter(text, version: version) else {
    fatalError("not a topic filter: \(text)")
  }
  return filter
}

/// A user property that is known to be fine.
func userProperty(_ name: String, _ value: String) -> UserProperty {
  UserProperty(name: string(name), value: string(value))
}

/// A value with changes, for those whose initializers take none.
func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
  var value = value
  change(&value)
  return value
}

/// Everything that a stream gives: its packets, and the error that ends it.
struct Decoded: Equatable {
  var packets: [Packet] = []
  var error: PacketError?
  var isInsidePacket = false

  /// Decodes a stream that comes in `chunks`.
  init(
    _ chunks: [ArraySlice<UInt8>], _ version: ProtocolVersion = .v311, packetSizeMax: Int = 1_024
  ) {
    var decoder = PacketDecoder(version: version, packetSizeMax: packetSizeMax)
    for chunk in chunks {
      decoder.append(Array(chunk).span)
      do throws(PacketError) {
        while let packet = try decoder.next() { packets.append(packet) }
      } catch {
        self.error = error
      }
    }
    isInsidePacket = decoder.isInsidePacket
  }

  init(_ bytes: [UInt8], _ version: ProtocolVersion = .v311, packetSizeMax: Int = 1_024) {
    self.init([bytes[...]], version, packetSizeMax: packetSizeMax)
  }
}

extension [UInt8] {
  /// The bytes in chunks of `size`.
  func chunks(of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
