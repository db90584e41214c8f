internal import System

/// Reads the records of one segment in order, and finds its way over damage.
///
/// A record counts only if all of it checks: the checksum, a sequence above the one before and not
/// higher than there was room for records in between. Where there is none, each eighth byte from
/// there on is tried.
final class SegmentReader {
  /// What comes next in the segment.
  enum Step {
    /// A record; its offset is `SegmentReader.recordOffset`.
    case record(Found)
    /// Sequences that are not in the segment, and why.
    case passedOver(PassedOver)
    /// Bytes that no record can be made of; the upper bound is the next record's offset, or the end
    /// of what is not zero.
    case damage(Range<Int64>)
    /// Nothing more below the limit.
    case end
  }

  /// A record that checks.
  struct Found {
    let sequence: UInt64
    /// How many sequences right before it were thinned out.
    let thinnedBefore: UInt64
    let stamp: Spool.Stamp
    let payload: [UInt8]
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
  private let bootID: Spool.BootID
  private let limits: Limits
  private let wantsPayloads: Bool
  private var offset: Int64

  /// Bytes of the file from `bufferOffset` on, as they were when the limit was above them.
  private var buffer: [UInt8] = []
  private var bufferOffset: Int64 = 0

  /// A reader of the segment in `file` from the first record on, or from `offset`, behind the
  /// record numbered `previous`.
  /// - Parameters:
  ///   - bootID: what the segment's header says.
  ///   - wantsPayloads: without, found records have an empty one, though it was checked.
  init(
    _ file: SpoolFile, first: UInt64, identity: UInt32, bootID: Spool.BootID, limits: Limits,
    wantsPayloads: Bool = true, from offset: Int64 = Int64(SegmentHeader.size),
    previous: UInt64? = nil
  ) {
    self.file = file
    self.first = first
    self.identity = identity
    self.bootID = bootID
    self.limits = limits
    self.wantsPayloads = wantsPayloads
    self.offset = offset
    self.previous = previous ?? first - 1
    recordOffset = offset
    endOfRecords = offset
  }

  /// A reader of a segment as the spool keeps it in mind.
  @inline(never)
  convenience init(
    _ file: SpoolFile, _ segment: Segment, identity: UInt32, limits: Limits,
    wantsPayloads: Bool = true, from offset: Int64 = Int64(SegmentHeader.size),
    previous: UInt64? = nil
  ) {
    self.init(
      file, first: segment.first, identity: identity, bootID: segment.stamp.bootID,
      limits: limits, wantsPayloads: wantsPayloads, from: offset, previous: previous)
  }

  /// The next record or what is in its place.
  /// - Parameters:
  ///   - limit: bytes from here on are not looked at.
  ///   - bound: no record of this segment has this sequence or a higher one.
  @inline(never)
  func next(limit: Int64, below bound: UInt64) throws(SpoolError) -> Step {
    guard offset < limit else { return .end }
    let start = offset
    if let header = try header(at: offset, limit: limit, below: bound),
      let step = try check(header, at: offset, limit: limit)
    {
      previous = header.sequence
      recordOffset = offset
      offset += header.recordSize
      endOfRecords = offset
      return step
    }
    let found = try search(limit: limit, below: bound)
    offset = found.record ?? limit
    return found.upperBound > start ? .damage(start..<found.upperBound) : .end
  }

  /// The next record of a segment that another process may be writing to. What is no record at the
  /// first look is looked at again, for it may have been half written then.
  func nextOfLive(limit: Int64, below bound: UInt64) throws(SpoolError) -> Step {
    let step = try next(limit: limit, below: bound)
    guard case .damage = step else { return step }
    offset = endOfRecords
    buffer.removeAll(keepingCapacity: true)
    return try next(limit: limit, below: bound)
  }

  /// The header of what could be a record.
  private func header(
    at position: Int64, limit: Int64, below bound: UInt64
  ) throws(SpoolError) -> RecordHeader? {
    guard let start = try load(RecordHeader.size, at: position, limit: limit) else { return nil }
    let header = buffer.withUnsafeBytes { RecordHeader($0, at: start) }
    return isPlausible(header, at: position, limit: limit, below: bound) ? header : nil
  }

  private func isPlausible(
    _ header: RecordHeader, at position: Int64, limit: Int64, below bound: UInt64
  ) -> Bool {
    guard header.sequence > previous, header.sequence < bound,
      header.payloadCount <= UInt32(SegmentReader.payloadBytesMax),
      header.recordSize <= limit - position
    else { return false }
    switch header.kind {
    case RecordHeader.dataKind:
      let missing = header.sequence - previous - 1
      return missing <= room(before: position) + UInt64(header.thinnedBefore)
    case RecordHeader.passedOverKind:
      return header.payloadCount == UInt32(PassedOver.payloadCount)
    default:
      return false
    }
  }

  /// How many records there may have been between the last one and `position`.
  private func room(before position: Int64) -> UInt64 {
    UInt64((position - endOfRecords) / Int64(RecordHeader.size))
  }

  /// The record, where its checksum is right.
  private func check(
    _ header: RecordHeader, at position: Int64, limit: Int64
  ) throws(SpoolError) -> Step? {
    let count = RecordHeader.size + Int(header.payloadCount)
    if count > SegmentReader.bufferSize {
      return try checkLarge(header, count, at: position)
    }
    guard let start = try load(count, at: position, limit: limit) else { return nil }
    let (identity, wantsPayloads) = (identity, wantsPayloads)
    let payload = buffer.withUnsafeBytes { buffer -> [UInt8]? in
      let record = UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
      guard RecordHeader.checksum(identity, record) == header.checksum else { return nil }
      guard wantsPayloads || header.kind != RecordHeader.dataKind else { return [] }
      return [UInt8](record[RecordHeader.size...])
    }
    return payload.flatMap { step(header, $0, at: position) }
  }

  private func checkLarge(
    _ header: RecordHeader, _ count: Int, at position: Int64
  ) throws(SpoolError) -> Step? {
    guard let record = try bytes(at: position, count: count), record.count == count else {
      return nil
    }
    let identity = identity
    let isRight = record.withUnsafeBytes { record in
      RecordHeader.checksum(identity, record) == header.checksum
    }
    guard isRight else { return nil }
    return step(header, wantsPayloads ? Array(record[RecordHeader.size...]) : [], at: position)
  }

  private func step(_ header: RecordHeader, _ payload: [UInt8], at position: Int64) -> Step? {
    if header.kind == RecordHeader.passedOverKind {
      let told = payload.withUnsafeBytes { PassedOver($0, last: header.sequence) }
      guard let told, told.range.lowerBound > previous,
        told.range.lowerBound - previous - 1 <= room(before: position)
      else { return nil }
      return .passedOver(told)
    }
    return .record(
      Found(
        sequence: header.sequence,
        thinnedBefore: min(UInt64(header.thinnedBefore), header.sequence - previous - 1),
        stamp: Spool.Stamp(
          bootID: bootID, millisecondsSinceBoot: header.sinceBoot, wall: header.wall,
          isSynchronized: header.isSynchronized),
        payload: payload))
  }

  /// Looks for the next record behind `offset`. The upper bound is its offset or, where there is
  /// none, the end of the last eight bytes that are not zero.
  private func search(
    limit: Int64, below bound: UInt64
  ) throws(SpoolError) -> (record: Int64?, upperBound: Int64) {
    let start = offset
    var upperBound = start
    var budget = limits.searchBytes
    var chunkOffset = start
    while chunkOffset < limit {
      let wanted = Int(min(limit - chunkOffset, Int64(SegmentReader.chunkSize + RecordHeader.size)))
      guard let chunk = try bytes(at: chunkOffset, count: wanted) else {
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
        if position > start, let header,
          isPlausible(header, at: position, limit: limit, below: bound)
        {
          budget -= header.recordSize
          guard budget >= 0 else { return (nil, limit) }
          if try check(header, at: position, limit: limit) != nil { return (position, position) }
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

  /// Has `count` bytes of the file in the buffer; where there is no more to be had, nil.
  /// - Returns: where in the buffer they begin.
  private func load(
    _ count: Int, at position: Int64, limit: Int64
  ) throws(SpoolError) -> Int? {
    let end = position + Int64(count)
    if position >= bufferOffset, end <= bufferOffset + Int64(buffer.count) {
      return Int(position - bufferOffset)
    }
    guard end <= limit else { return nil }
    bufferOffset = position
    let wanted = Int(min(limit - position, Int64(max(count, SegmentReader.bufferSize))))
    var isRead = try fill(wanted, at: position)
    if !isRead { isRead = try fill(count, at: position) }
    return isRead && buffer.count >= count ? 0 : nil
  }

  /// Reads into the buffer; false where the device cannot.
  private func fill(_ count: Int, at position: Int64) throws(SpoolError) -> Bool {
    do {
      try file.read(at: position, count: count, into: &buffer)
      return true
    } catch {
      if case .system(.read, _, .inputOutput) = error { return false }
      throw error
    }
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

  /// Some dozens of ordinary records come with one call; there are two such buffers a lane at most.
  private static let bufferSize = 8_192

  /// What the format allows, whatever is configured now.
  static let payloadBytesMax = 16 << 20
}
