/// Reads the fields of one packet in order and never past its end.
struct PacketReader {
  private let bytes: [UInt8]
  private var position: Int
  /// The end of the packet, or of the properties while they are read.
  private var end: Int
  private let packetEnd: Int
  private var isInProperties = false
  private let type: PacketType

  /// Reads `bytes[range]`, the content of a packet of `type`. The array is shared, not copied.
  init(_ bytes: [UInt8], _ range: Range<Int>, of type: PacketType) {
    precondition(range.upperBound <= bytes.count, "the decoder waits for the whole packet")
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
    packetEnd = end
    self.type = type
  }

  /// Whether nothing is left of the packet, or of the properties while they are read.
  var isAtEnd: Bool { position == end }

  mutating func byte() throws(PacketError) -> UInt8 {
    guard position < end else { throw truncation }
    defer { position += 1 }
    return bytes[position]
  }

  /// Two bytes, the higher first (1.5.2).
  mutating func uint16() throws(PacketError) -> UInt16 {
    let high = try byte()
    let low = try byte()
    return UInt16(high) << 8 | UInt16(low)
  }

  /// Four bytes, the highest first (MQTT 5.0, 1.5.3).
  mutating func uint32() throws(PacketError) -> UInt32 {
    let high = try uint16()
    let low = try uint16()
    return UInt32(high) << 16 | UInt32(low)
  }

  /// Seven bits a byte, the lowest first, at most four of them, none too many (MQTT 5.0, 1.5.5).
  mutating func variableByteInteger() throws(PacketError) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: 0 as UInt32, through: 21, by: 7) {
      let byte = try byte()
      value |= UInt32(byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        guard byte != 0 || shift == 0 else { throw .variableByteIntegerNotShortest(type) }
        return value
      }
    }
    throw .variableByteIntegerTooLong(type)
  }

  /// Bytes with their number in two bytes before them.
  mutating func prefixedBytes() throws(PacketError) -> [UInt8] {
    let count = Int(try uint16())
    guard count <= end - position else { throw truncation }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// A UTF-8 encoded string (3.1.1, 1.5.3; MQTT 5.0, 1.5.4).
  mutating func string() throws(PacketError) -> EncodedString {
    try EncodedString(utf8: prefixedBytes())
  }

  /// A packet identifier (3.1.1, 2.3.1; MQTT 5.0, 2.2.1), which is never zero.
  mutating func packetIdentifier() throws(PacketError) -> UInt16 {
    let identifier = try uint16()
    guard identifier != 0 else { throw .zeroPacketIdentifier(type) }
    return identifier
  }

  /// A reason code of section 2.4, of whatever packet.
  mutating func reasonCode() throws(PacketError) -> ReasonCode {
    let code = try byte()
    guard let reasonCode = ReasonCode(rawValue: code) else {
      throw .reservedReasonCode(type, code)
    }
    return reasonCode
  }

  /// Everything up to the end of the packet.
  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(bytes[position..<end])
  }

  /// Reads the length of the properties (MQTT 5.0, 2.2.2.1). From here to `endProperties` they are
  /// all that there is to read.
  mutating func beginProperties() throws(PacketError) {
    let length = Int(try variableByteInteger())
    guard length <= end - position else { throw .propertyLengthBeyondPacket(type) }
    end = position + length
    isInProperties = true
  }

  mutating func endProperties() {
    precondition(isAtEnd, "the properties are read to their end")
    end = packetEnd
    isInProperties = false
  }

  private var truncation: PacketError {
    isInProperties ? .truncatedProperties(type) : .truncated(type)
  }
}
