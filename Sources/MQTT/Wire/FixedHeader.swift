/// The first two to five bytes of every packet (3.1.1, 2.2; MQTT 5.0, 2.1.1).
struct FixedHeader: Equatable {
  let type: PacketType
  /// Bits 3 to 0 of the first byte.
  let flags: UInt8
  /// How many bytes follow the header.
  let remainingLength: Int
  /// How many bytes the header itself has.
  let size: Int

  /// One byte of type and flags, four of remaining length.
  static let sizeMax = 5

  /// What four bytes of seven bits each can say (3.1.1, table 2.4; MQTT 5.0, table 1-1).
  static let remainingLengthMax = 268_435_455

  /// Reads the header at the start of `received`; nil where more bytes are needed to read it.
  ///
  /// Flags and lengths that cannot be are refused as soon as their byte is there.
  // Inlined in the one place that calls it: the header would be copied.
  @inline(__always)
  static func parse(
    _ received: borrowing ReceiveBuffer, version: ProtocolVersion, packetSizeMax: Int
  ) throws(PacketError) -> FixedHeader? {
    let (start, end) = (received.start, received.end)
    guard start < end else { return nil }
    let first = received.storage[start]
    guard let type = PacketType(rawValue: first >> 4), type != .auth || version == .v5 else {
      throw .forbiddenType(first >> 4)
    }
    let flags = first & 0x0F
    // Only PUBLISH has flags with a meaning (table 2.2).
    guard type == .publish || flags == type.reservedFlags else {
      throw .reservedFlags(type, flags: flags)
    }

    var length = 0
    var shift = 0
    var position = start + 1
    while true {
      guard position < end else { return nil }
      let byte = received.storage[position]
      length |= Int(byte & 0x7F) << shift
      position += 1
      if byte & 0x80 == 0 {
        // 3.1.1 does not ask for the shortest form.
        guard byte != 0 || shift == 0 || version == .v311 else {
          throw .variableByteIntegerNotShortest(type)
        }
        break
      }
      guard position - start < sizeMax else { throw .remainingLengthTooLong }
      shift += 7
    }

    let size = position - start
    guard size + length <= packetSizeMax else {
      throw .tooLarge(size: size + length, limit: packetSizeMax)
    }
    if let expected = type.fixedRemainingLength(version), length != expected {
      throw .wrongRemainingLength(type, length, expected: expected)
    }
    return FixedHeader(type: type, flags: flags, remainingLength: length, size: size)
  }
}
