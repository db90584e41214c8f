/// Reads the fields of one packet in order and never past its end.
struct PacketReader {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private let type: PacketType

  /// Reads `bytes[range]`, the content of a packet of `type`. The array is shared, not copied.
  init(_ bytes: [UInt8], _ range: Range<Int>, of type: PacketType) {
    precondition(range.upperBound <= bytes.count, "the decoder waits for the whole packet")
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    self.type = type
  }

  var isAtEnd: Bool { position == end }

  mutating func byte() throws(PacketError) -> UInt8 {
    guard position < end else { throw .truncated(type) }
    defer { position += 1 }
    return bytes[position]
  }

  /// Two bytes, the higher first (1.5.2).
  mutating func uint16() throws(PacketError) -> UInt16 {
    let high = try byte()
    let low = try byte()
    return UInt16(high) << 8 | UInt16(low)
  }

  /// Bytes with their number in two bytes before them.
  mutating func prefixedBytes() throws(PacketError) -> [UInt8] {
    let count = Int(try uint16())
    guard count <= end - position else { throw .truncated(type) }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// A UTF-8 encoded string (1.5.3).
  mutating func string() throws(PacketError) -> EncodedString {
    try EncodedString(utf8: prefixedBytes())
  }

  /// A packet identifier (2.3.1), which is never zero.
  mutating func packetIdentifier() throws(PacketError) -> UInt16 {
    let identifier = try uint16()
    guard identifier != 0 else { throw .zeroPacketIdentifier(type) }
    return identifier
  }

  /// Everything up to the end of the packet.
  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(bytes[position..<end])
  }
}
