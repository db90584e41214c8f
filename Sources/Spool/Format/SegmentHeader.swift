/// The first 256 bytes of a segment file. See docs/disk-format.md.
struct SegmentHeader: Equatable {
  /// Bytes of the header.
  static let size = 256

  /// Where the header's own checksum is, of all before it.
  private static let checksumOffset = 252

  /// The version of the format that this program writes, and the only one it reads.
  static let version: UInt16 = 1

  /// What a segment file begins with.
  static let magic: [UInt8] = Array("GWSEGMNT".utf8)

  /// The store's identity.
  var identity: UInt32
  /// The sequence that its first record has, or will have; the file is named for it.
  var first: UInt64
  /// How often records were taken out of it by thinning.
  var thinnings: UInt16 = 0
  /// Of a segment that was thinned, the first sequence behind it: what it was made from ended there.
  var bound: UInt64 = 0
  /// When it was made: its records are of the same boot and not older.
  var stamp = Spool.Stamp.none
  /// What became of all sequences below `first`, since the store began, that were told in segments
  /// to be no records: passed over, or skipped in recovery.
  var before = Counts()
  /// What thinning has added to that in this segment.
  var own = Counts()
  /// What the store had cost the device when the segment was made.
  var wear = Spool.Wear()

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
    bytes.store(thinnings, at: 10)
    bytes.store(identity, at: 12)
    bytes.store(first, at: 16)
    bytes.store(bound, at: 24)
    bytes.store(stamp.bootID.high, at: 32)
    bytes.store(stamp.bootID.low, at: 40)
    bytes.store(stamp.millisecondsSinceBoot, at: 48)
    bytes.store(stamp.wall, at: 56)
    bytes[64] = stamp.isSynchronized ? 1 : 0
    before.store(in: &bytes, at: 72)
    own.store(in: &bytes, at: 144)
    wear.store(in: &bytes, at: 216)
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
      let first = bytes.littleEndian(UInt64.self, at: 16)
      let bound = bytes.littleEndian(UInt64.self, at: 24)
      guard 1...RecordHeader.sequenceMax ~= first,
        bound == 0 || first + 1...RecordHeader.sequenceMax + 1 ~= bound,
        let before = Counts(bytes, at: 72), before.sum < first,
        let own = Counts(bytes, at: 144), own.sum == 0 || bound > first && own.sum <= bound - first
      else { return .damaged }
      let milliseconds = min(
        bytes.littleEndian(UInt64.self, at: 48), Spool.Stamp.millisecondsSinceBootMax)
      let stamp = Spool.Stamp(
        bootID: Spool.BootID(
          high: bytes.littleEndian(UInt64.self, at: 32),
          low: bytes.littleEndian(UInt64.self, at: 40)),
        millisecondsSinceBoot: milliseconds,
        wall: bytes.littleEndian(Int64.self, at: 56), isSynchronized: bytes[64] & 1 != 0)
      return .header(
        SegmentHeader(
          identity: bytes.littleEndian(UInt32.self, at: 12), first: first,
          thinnings: bytes.littleEndian(UInt16.self, at: 10), bound: bound, stamp: stamp,
          before: before, own: own, wear: Spool.Wear(bytes, at: 216)))
    }
  }
}
