/// The first 80 bytes of a segment file. See docs/disk-format.md.
struct SegmentHeader: Equatable {
  /// Bytes of the header.
  static let size = 80

  /// Where the header's own checksum is, of all before it.
  private static let checksumOffset = 76

  /// The version of the format that this program writes, and the only one it reads.
  static let version: UInt16 = 1

  /// What a segment file begins with.
  static let magic: [UInt8] = Array("GWSEGMNT".utf8)

  /// The spool to which the segment belongs.
  var identity: UInt32
  /// The sequence that its first record has, or will have; the file is named for it.
  var first: UInt64
  /// How many sequences below `first`, since the spool began, were passed over after damage though
  /// it is unlikely that a record ever had them.
  var skipped: UInt64

  /// What the first bytes of a file turn out to be.
  enum Reading: Equatable {
    /// A header of this version, whole.
    case header(SegmentHeader)
    /// A whole header of a version that this program does not know.
    case unknownVersion
    /// No header, or a damaged one.
    case damaged
  }

  /// The header's bytes.
  var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.size)
    bytes.replaceSubrange(0..<8, with: SegmentHeader.magic)
    bytes.store(SegmentHeader.version, at: 8)
    bytes.store(identity, at: 12)
    bytes.store(first, at: 16)
    bytes.store(skipped, at: 24)
    let checksum = bytes.withUnsafeBytes { bytes in
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<SegmentHeader.checksumOffset]))
    }
    bytes.store(checksum, at: SegmentHeader.checksumOffset)
    return bytes
  }

  /// Reads what may be a header.
  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.count >= size, bytes.starts(with: magic) else { return .damaged }
    return bytes.withUnsafeBytes { bytes in
      let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
      guard bytes.littleEndian(UInt32.self, at: checksumOffset) == checksum else { return .damaged }
      guard bytes.littleEndian(UInt16.self, at: 8) == version else { return .unknownVersion }
      let header = SegmentHeader(
        identity: bytes.littleEndian(UInt32.self, at: 12),
        first: bytes.littleEndian(UInt64.self, at: 16),
        skipped: bytes.littleEndian(UInt64.self, at: 24))
      guard 1...RecordHeader.sequenceMax ~= header.first, header.skipped < header.first else {
        return .damaged
      }
      return .header(header)
    }
  }
}
