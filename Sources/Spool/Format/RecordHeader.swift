/// A record on disk: a header of 32 bytes, the payload, zeros up to a multiple of 8 bytes.
///
/// The alignment lets a search behind damage try every eighth byte only. See docs/disk-format.md.
struct RecordHeader: Equatable {
  /// Bytes of the header.
  static let size = 32

  /// A record that holds a payload.
  static let dataKind: UInt8 = 1

  /// A record that says what became of sequences that are not in the segment; see `PassedOver`.
  static let passedOverKind: UInt8 = 2

  /// No sequence is above this one, so that sums of sequences cannot overflow.
  static let sequenceMax: UInt64 = 1 << 62

  /// CRC-32C of the identity, the rest of the header and the payload.
  var checksum: UInt32
  /// Bytes of the payload.
  var payloadCount: UInt32
  /// The record's number in its lane.
  var sequence: UInt64
  /// What the record is.
  var kind: UInt8
  /// Whether the wall clock was right when it was recorded.
  var isSynchronized: Bool
  /// How many sequences right before this one were taken out by thinning.
  var thinnedBefore: UInt16
  /// Milliseconds since the boot that the segment's header names.
  var sinceBoot: UInt64
  /// Unix milliseconds.
  var wall: Int64

  /// Reads a header at `offset` of `bytes`, which reach to its end at least.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    checksum = bytes.littleEndian(UInt32.self, at: offset)
    payloadCount = bytes.littleEndian(UInt32.self, at: offset + 4)
    sequence = bytes.littleEndian(UInt64.self, at: offset + 8)
    kind = bytes[offset + 16]
    isSynchronized = bytes[offset + 17] & 1 != 0
    thinnedBefore = bytes.littleEndian(UInt16.self, at: offset + 18)
    sinceBoot = bytes.littleEndian48(at: offset + 20)
    wall = Int64(bitPattern: bytes.littleEndian48(at: offset + 26) << 16) >> 16
  }

  /// Bytes of the whole record.
  var recordSize: Int64 { RecordHeader.recordSize(payloadCount: Int(payloadCount)) }

  /// Bytes of a record with a payload of `payloadCount` bytes.
  static func recordSize(payloadCount: Int) -> Int64 {
    Int64((size + payloadCount + 7) & ~7)
  }

  /// Appends a record's bytes, padding and all, to `buffer`.
  static func encode(
    _ payload: [UInt8], sequence: UInt64, stamp: Spool.Stamp, thinnedBefore: UInt16 = 0,
    identity: UInt32, into buffer: inout [UInt8]
  ) {
    encode(
      payload, kind: dataKind, sequence: sequence, stamp: stamp, thinnedBefore: thinnedBefore,
      identity: identity, into: &buffer)
  }

  static func encode(
    _ payload: [UInt8], kind: UInt8, sequence: UInt64, stamp: Spool.Stamp, thinnedBefore: UInt16,
    identity: UInt32, into buffer: inout [UInt8]
  ) {
    let size = Int(recordSize(payloadCount: payload.count))
    buffer.append(addingCapacity: size) { (span: inout OutputSpan<UInt8>) in
      span.withUnsafeMutableBufferPointer { target, count in
        let record = UnsafeMutableRawBufferPointer(target.extracting(..<size))
        record.store(UInt32(payload.count), at: 4)
        record.store(sequence, at: 8)
        record[16] = kind
        record[17] = stamp.isSynchronized ? 1 : 0
        record.store(thinnedBefore, at: 18)
        record.store48(stamp.millisecondsSinceBoot, at: 20)
        record.store48(UInt64(bitPattern: stamp.wall), at: 26)
        // Element by element, which all other ways are in Embedded Swift, takes most of the time.
        let end = RecordHeader.size + payload.count
        payload.withUnsafeBytes {
          UnsafeMutableRawBufferPointer(rebasing: record[RecordHeader.size...]).copyMemory(from: $0)
        }
        for offset in end..<size { record[offset] = 0 }
        record.store(
          checksum(identity, UnsafeRawBufferPointer(rebasing: record[..<end])), at: 0)
        count = size
      }
    }
  }

  /// The checksum of a record that is in one piece, without its padding; its own is passed over.
  static func checksum(_ identity: UInt32, _ record: UnsafeRawBufferPointer) -> UInt32 {
    checksum(
      identity, header: UnsafeRawBufferPointer(rebasing: record[..<size]),
      payload: UnsafeRawBufferPointer(rebasing: record[size...]))
  }

  /// The checksum of a record; `header` is whole, its own checksum is passed over.
  ///
  /// The identity comes first, so that a record of another spool in a block that the file system
  /// has given out again is not taken for ours.
  static func checksum(
    _ identity: UInt32, header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer
  ) -> UInt32 {
    var checksum = CRC32C()
    var identity = identity.littleEndian
    withUnsafeBytes(of: &identity) { checksum.update($0) }
    checksum.update(UnsafeRawBufferPointer(rebasing: header[4..<size]))
    checksum.update(payload)
    return checksum.value
  }
}

/// What a record of kind 2 tells: the sequences from `first` to the record's own are not in the
/// segment, and that is no damage.
struct PassedOver: Equatable {
  /// Bytes of the payload.
  static let payloadCount = 8 + Counts.size

  /// Bytes of the whole record.
  static let recordSize = RecordHeader.recordSize(payloadCount: payloadCount)

  var range: ClosedRange<UInt64>
  /// What became of them; as many as the range has.
  var counts: Counts

  init(_ range: ClosedRange<UInt64>, _ counts: Counts) {
    self.range = range
    self.counts = counts
  }

  /// Reads the payload of the record numbered `last`; nil where it contradicts itself.
  init?(_ payload: UnsafeRawBufferPointer, last: UInt64) {
    guard payload.count == PassedOver.payloadCount, let counts = Counts(payload, at: 8) else {
      return nil
    }
    let first = payload.littleEndian(UInt64.self, at: 0)
    guard first >= 1, first <= last, counts.sum == last - first + 1 else { return nil }
    self.init(first...last, counts)
  }

  /// Appends the record's bytes to `buffer`.
  func encode(stamp: Spool.Stamp, identity: UInt32, into buffer: inout [UInt8]) {
    var payload = [UInt8](repeating: 0, count: PassedOver.payloadCount)
    payload.store(range.lowerBound, at: 0)
    counts.store(in: &payload, at: 8)
    RecordHeader.encode(
      payload, kind: RecordHeader.passedOverKind, sequence: range.upperBound, stamp: stamp,
      thinnedBefore: 0, identity: identity, into: &buffer)
  }
}
