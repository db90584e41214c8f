/// The first two to five bytes of every packet (2.2).
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

  /// What four bytes of seven bits each can say (2.2.3, table 2.4).
  static let remainingLengthMax = 268_435_455

  /// Reads the header at `start` of `bytes`; nil where more bytes are needed to read it.
  ///
  /// Flags and lengths that cannot be are refused as soon as their byte is there.
  static func parse(
    _ bytes: [UInt8], from start: Int, version: ProtocolVersion, packetSizeMax: Int
  ) throws(PacketError) -> FixedHeader? {
    guard start < bytes.count else { return nil }
    let type = try packetType(bytes[start])
    let flags = bytes[start] & 0x0F
    // Only PUBLISH has flags with a meaning (table 2.2).
    guard type == .publish || flags == 0 else { throw .reservedFlags(type, flags: flags) }

    var length = 0
    var shift = 0
    var position = start + 1
    while true {
      guard position < bytes.count else { return nil }
      let byte = bytes[position]
      length |= Int(byte & 0x7F) << shift
      position += 1
      if byte & 0x80 == 0 { break }
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

  private static func packetType(_ firstByte: UInt8) throws(PacketError) -> PacketType {
    let number = firstByte >> 4
    if let type = PacketType(rawValue: number) { return type }
    throw number == 0 || number == 15 ? .forbiddenType(number) : .unsupportedType(number)
  }
}

extension [UInt8] {
  /// Appends a remaining length, seven bits a byte, the lowest first (2.2.3).
  mutating func append(remainingLength length: Int) {
    precondition(0...FixedHeader.remainingLengthMax ~= length, "checked before it is encoded")
    var rest = length
    repeat {
      let byte = UInt8(rest & 0x7F)
      rest >>= 7
      append(rest > 0 ? byte | 0x80 : byte)
    } while rest > 0
  }

  /// Appends two bytes, the higher first (1.5.2).
  mutating func append(bigEndian value: UInt16) {
    append(UInt8(value >> 8))
    append(UInt8(value & 0xFF))
  }

  /// Appends bytes with their number in two bytes before them (1.5.3, 3.1.3.5).
  mutating func append(prefixed bytes: [UInt8]) {
    precondition(bytes.count <= EncodedString.lengthMax, "checked before it is encoded")
    append(bigEndian: UInt16(bytes.count))
    append(contentsOf: bytes)
  }
}
