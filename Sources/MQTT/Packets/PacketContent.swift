/// What the packets with content have in common, so that each needs to know only its own content.
protocol PacketContent {
  static var type: PacketType { get }

  /// Bits 3 to 0 of the first byte (table 2.2).
  var flags: UInt8 { get }

  /// Refuses a value that must not be sent, or not have been received.
  func check(_ version: ProtocolVersion) throws(PacketError)

  /// Appends everything after the fixed header.
  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion)

  /// Reads everything after the fixed header.
  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError)
}

extension PacketContent {
  var flags: UInt8 { Self.type.reservedFlags }

  /// The length in bytes of what `write` appends.
  func remainingLength(_ version: ProtocolVersion) -> Int {
    var count = ByteCount()
    write(to: &count, version)
    return count.count
  }

  func encode(into output: inout [UInt8], version: ProtocolVersion) throws(PacketError) {
    try check(version)
    let length = remainingLength(version)
    guard length <= FixedHeader.remainingLengthMax else {
      throw .tooLarge(size: length, limit: FixedHeader.remainingLengthMax)
    }
    // Checked and counted, so that the bytes need room only once.
    output.append(addingCapacity: FixedHeader.sizeMax + length) { (span: inout OutputSpan<UInt8>) in
      span.append(Self.type.rawValue << 4 | flags)
      span.append(variableByteInteger: length)
      write(to: &span, version)
    }
  }
}
