/// Reads the fields of one packet at a time, in order and never past its end.
///
/// It owns the bytes that have come, so that a field is read where it lies.
struct PacketReader: Sendable {
  /// The bytes that have come; the packet that is read is at their start.
  private(set) var received = ReceiveBuffer()
  private var position = 0
  /// The end of the packet, or of the properties while they are read.
  private var end = 0
  private var packetEnd = 0
  private var isInProperties = false
  private var type = PacketType.pingreq

  /// Takes the next bytes of the stream.
  mutating func append(_ bytes: Span<UInt8>, roomMax: Int) {
    received.append(bytes, roomMax: roomMax)
  }

  /// Begins with the content of the packet that `header` announced; false where it is not all there.
  @inline(__always)
  mutating func beginPacket(_ header: FixedHeader) -> Bool {
    let body = received.start + header.size
    guard header.remainingLength <= received.end - body else { return false }
    position = body
    end = body + header.remainingLength
    packetEnd = end
    type = header.type
    return true
  }

  /// Forgets the packet, which has been read.
  mutating func endPacket() {
    received.consume(upTo: packetEnd)
  }

  /// Whether nothing is left of the packet, or of the properties while they are read.
  var isAtEnd: Bool { position == end }

  mutating func byte() throws(PacketError) -> UInt8 {
    guard position < end else { throw truncation }
    defer { position += 1 }
    return received.storage[position]
  }

  /// Two bytes, the higher first (1.5.2).
  mutating func uint16() throws(PacketError) -> UInt16 {
    guard end - position >= 2 else { throw truncation }
    defer { position += 2 }
    return UInt16(received.storage[position]) << 8 | UInt16(received.storage[position + 1])
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
    copy(try prefixedRange())
  }

  /// A UTF-8 encoded string (3.1.1, 1.5.3; MQTT 5.0, 1.5.4).
  mutating func string() throws(PacketError) -> EncodedString {
    let range = try prefixedRange()
    _ = try EncodedString.check(received.storage.span.extracting(range))
    return EncodedString(checked: copy(range))
  }

  /// A topic name; nil where it is empty, which only some packets allow.
  mutating func topicName() throws(PacketError) -> TopicName? {
    let range = try prefixedRange()
    if range.isEmpty { return nil }
    // Checked in one pass and before it is copied: most of what a gateway receives is PUBLISH.
    let hasWildcard = try EncodedString.check(received.storage.span.extracting(range))
    guard !hasWildcard else { throw .wildcardInTopicName }
    return TopicName(checked: EncodedString(checked: copy(range)))
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
    return copy(position..<end)
  }

  /// Reads a length of no properties, where it comes next: nearly every packet has none.
  mutating func skipEmptyProperties() -> Bool {
    guard position < end, received.storage[position] == 0 else { return false }
    position += 1
    return true
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

  /// Where the bytes lie that have their number in two bytes before them.
  @inline(__always)
  private mutating func prefixedRange() throws(PacketError) -> Range<Int> {
    let count = Int(try uint16())
    guard count <= end - position else { throw truncation }
    defer { position += count }
    return position..<position + count
  }

  @inline(__always)
  private func copy(_ range: Range<Int>) -> [UInt8] {
    Array(copying: received.storage.span.extracting(range))
  }

  private var truncation: PacketError {
    isInProperties ? .truncatedProperties(type) : .truncated(type)
  }
}
