/// A record on disk: a header of 24 bytes, the payload, zeros up to a multiple of 8 bytes.
///
/// The alignment lets a search behind damage try every eighth byte only. See docs/disk-format.md.
struct RecordHeader: Equatable {
  /// Bytes of the header.
  static let size = 24

  /// A record that holds a payload; the only kind there is.
  static let dataKind: UInt8 = 1

  /// No sequence is above this one, so that sums of sequences cannot overflow.
  static let sequenceMax: UInt64 = 1 << 62

  /// CRC-32C of the identity, the rest of the header and the payload.
  var checksum: UInt32
  /// Bytes of the payload.
  var payloadCount: UInt32
  /// The record's number in its spool.
  var sequence: UInt64
  /// What the record is.
  var kind: UInt8

  /// Reads a header at `offset` of `bytes`, which reach to its end at least.
  init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    checksum = bytes.littleEndian(UInt32.self, at: offset)
    payloadCount = bytes.littleEndian(UInt32.self, at: offset + 4)
    sequence = bytes.littleEndian(UInt64.self, at: offset + 8)
    kind = bytes[offset + 16]
  }

  /// Bytes of the whole record.
  var recordSize: Int64 { RecordHeader.recordSize(payloadCount: Int(payloadCount)) }

  /// Bytes of a record with a payload of `payloadCount` bytes.
  static func recordSize(payloadCount: Int) -> Int64 {
    Int64((size + payloadCount + 7) & ~7)
  }

  /// The record's bytes, padding and all.
  static func encode(_ payload: [UInt8], sequence: UInt64, identity: UInt32) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: Int(recordSize(payloadCount: payload.count)))
    record.store(UInt32(payload.count), at: 4)
    record.store(sequence, at: 8)
    record[16] = dataKind
    record.replaceSubrange(size..<size + payload.count, with: payload)
    let checksum = record.withUnsafeBytes { record in
      RecordHeader.checksum(
        identity: identity, header: UnsafeRawBufferPointer(rebasing: record[..<size]),
        payload: UnsafeRawBufferPointer(rebasing: record[size..<size + payload.count]))
    }
    record.store(checksum, at: 0)
    return record
  }

  /// The checksum of a record; `header` is whole, its own checksum is passed over.
  ///
  /// The identity comes first, so that a record of another spool in a block that the file system
  /// has given out again is not taken for ours.
  static func checksum(
    identity: UInt32, header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer
  ) -> UInt32 {
    var checksum = CRC32C()
    var identity = identity.littleEndian
    withUnsafeBytes(of: &identity) { checksum.update($0) }
    checksum.update(UnsafeRawBufferPointer(rebasing: header[4..<size]))
    checksum.update(payload)
    return checksum.value
  }
}
