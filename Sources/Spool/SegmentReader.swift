internal import System

/// Reads the records of one segment in order, and finds its way over damage.
///
/// A record counts only if all of it checks: the checksum, a sequence above the one before and not
/// higher than there was room for records in between. Where there is none, each eighth byte from
/// there on is tried.
struct SegmentReader {
  /// What comes next in the segment.
  enum Step {
    /// A record; its offset is `SegmentReader.recordOffset`.
    case record(sequence: UInt64, payload: [UInt8])
    /// Bytes that no record can be made of; the upper bound is the next record's offset, or the end
    /// of what is not zero.
    case damage(Range<Int64>)
    /// Nothing more below the limit.
    case end
  }

  /// The sequence for which the file is named.
  let first: UInt64
  /// The last record's sequence; before the first record, one less than the segment's first.
  private(set) var previous: UInt64
  /// Where the last record begins.
  private(set) var recordOffset: Int64
  /// Where the last record ends, or the header.
  private(set) var endOfRecords: Int64

  private let file: SpoolFile
  private let identity: UInt32
  private let limits: Limits
  private var offset: Int64

  /// A reader of the segment in `file` from the first record on, or from `offset`, behind the
  /// record numbered `previous`.
  init(
    _ file: SpoolFile, first: UInt64, identity: UInt32, limits: Limits,
    from offset: Int64 = Int64(SegmentHeader.size), previous: UInt64? = nil
  ) {
    self.file = file
    self.first = first
    self.identity = identity
    self.limits = limits
    self.offset = offset
    self.previous = previous ?? first - 1
    recordOffset = offset
    endOfRecords = offset
  }

  /// Bytes of the file; what is set aside behind the last record is among them.
  func fileSize() throws(SpoolError) -> Int64 { try file.size() }

  /// The next record or what is in its place.
  /// - Parameters:
  ///   - limit: bytes from here on are not looked at.
  ///   - bound: no record of this segment has this sequence or a higher one.
  mutating func next(limit: Int64, below bound: UInt64) throws(SpoolError) -> Step {
    guard offset < limit else { return .end }
    let start = offset
    if let bytes = try bytes(at: offset, count: RecordHeader.size),
      let header = plausibleHeader(bytes, at: offset, limit: limit, below: bound),
      let payload = try payload(of: header, bytes, at: offset)
    {
      return step(over: header, payload)
    }
    let found = try search(limit: limit, below: bound)
    offset = found.record ?? limit
    return found.upperBound > start ? .damage(start..<found.upperBound) : .end
  }

  private mutating func step(over header: RecordHeader, _ payload: [UInt8]) -> Step {
    previous = header.sequence
    recordOffset = offset
    offset += header.recordSize
    endOfRecords = offset
    return .record(sequence: header.sequence, payload: payload)
  }

  /// The header, if a record that begins with these bytes could be at `position`.
  private func plausibleHeader(
    _ bytes: [UInt8], at position: Int64, limit: Int64, below bound: UInt64
  ) -> RecordHeader? {
    guard bytes.count == RecordHeader.size else { return nil }
    let header = bytes.withUnsafeBytes { RecordHeader($0, at: 0) }
    return isPlausible(header, at: position, limit: limit, below: bound) ? header : nil
  }

  private func isPlausible(
    _ header: RecordHeader, at position: Int64, limit: Int64, below bound: UInt64
  ) -> Bool {
    let roomBefore = UInt64((position - endOfRecords) / Int64(RecordHeader.size))
    return header.kind == RecordHeader.dataKind && header.sequence > previous
      && header.sequence < bound && header.sequence - previous - 1 <= roomBefore
      && header.payloadCount <= UInt32(limits.payloadBytes)
      && header.recordSize <= limit - position
  }

  /// The payload, where the record's checksum is right.
  private func payload(
    of header: RecordHeader, _ headerBytes: [UInt8], at offset: Int64
  ) throws(SpoolError) -> [UInt8]? {
    let count = Int(header.payloadCount)
    let payloadOffset = offset + Int64(RecordHeader.size)
    guard let payload = try bytes(at: payloadOffset, count: count), payload.count == count else {
      return nil
    }
    let checksum = headerBytes.withUnsafeBytes { header in
      payload.withUnsafeBytes { payload in
        RecordHeader.checksum(identity: identity, header: header, payload: payload)
      }
    }
    return checksum == header.checksum ? payload : nil
  }

  /// Looks for the next record behind `offset`. The upper bound is its offset or, where there is
  /// none, the end of the last eight bytes that are not zero.
  private func search(
    limit: Int64, below bound: UInt64
  ) throws(SpoolError) -> (record: Int64?, upperBound: Int64) {
    var upperBound = offset
    var budget = limits.searchBytes
    var chunkOffset = offset
    while chunkOffset < limit {
      let wanted = Int(min(limit - chunkOffset, Int64(SegmentReader.chunkSize + RecordHeader.size)))
      let chunk = try bytes(at: chunkOffset, count: wanted)
      guard let chunk else {
        upperBound = min(chunkOffset + Int64(SegmentReader.chunkSize), limit)
        chunkOffset += Int64(SegmentReader.chunkSize)
        continue
      }
      var at = 0
      while at < min(SegmentReader.chunkSize, chunk.count) {
        let position = chunkOffset + Int64(at)
        let header = chunk.withUnsafeBytes { (chunk) -> RecordHeader? in
          if !isZero(chunk, at: at) { upperBound = min(position + 8, limit) }
          return at + RecordHeader.size <= chunk.count ? RecordHeader(chunk, at: at) : nil
        }
        if position > offset, let header,
          isPlausible(header, at: position, limit: limit, below: bound)
        {
          budget -= header.recordSize
          guard budget >= 0 else { return (nil, limit) }
          let bytes = Array(chunk[at..<at + RecordHeader.size])
          if try payload(of: header, bytes, at: position) != nil { return (position, position) }
        }
        at += 8
      }
      // A file that ends below the limit.
      if chunk.count < wanted { break }
      chunkOffset += Int64(SegmentReader.chunkSize)
    }
    return (nil, upperBound)
  }

  private func isZero(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
    guard offset + 8 <= bytes.count else { return bytes[offset...].allSatisfy { $0 == 0 } }
    return bytes.littleEndian(UInt64.self, at: offset) == 0
  }

  /// What the device cannot read (EIO) is damage like any other: nil.
  private func bytes(at offset: Int64, count: Int) throws(SpoolError) -> [UInt8]? {
    do {
      return try file.read(at: offset, count: count)
    } catch {
      if case .system(.read, _, .inputOutput) = error { return nil }
      throw error
    }
  }

  /// The search reads this much at a time: a page, the unit in which blocks go bad.
  private static let chunkSize = 4_096
}
