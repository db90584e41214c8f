internal import System

/// What writes a lane's records to its store: appends to the active segment and makes it durable.
/// The writing thread's own.
///
/// Where fdatasync(2) has failed, the kernel may have marked the pages clean without their being on
/// the device, and a second fdatasync would succeed without having written them. So what was not
/// durable then is read back, checked and written again before the next fdatasync.
final class Writer {
  let store: Store
  let state: Locked<LaneState>
  let whenFull: Spool.WhenFull
  let freeBytesMin: Int64

  /// What is in memory must go to disk now, even if that is more than the lane may take.
  var isClosing = false

  private var file: SpoolFile?
  private var first: UInt64
  private var bootID: Spool.BootID
  /// Where the next record goes.
  private var end: Int64
  /// The file's blocks below have been written, with records or with zeros ahead of them.
  private var written: Int64
  private var last: UInt64
  private var durable: UInt64
  private var durableEnd: Int64
  /// What was told of sequences that are no records, since the store began.
  private var before: Counts
  /// No more records go into the active segment: a next one may have got its name already.
  private var isSealed = false
  private var mustWriteAgain = false
  /// Behind the last record is what a failed write has left.
  private var hasRemains = false
  private var scratch: [UInt8] = []

  init(
    _ recovered: Recovered, state: Locked<LaneState>, whenFull: Spool.WhenFull,
    freeBytesMin: Int64
  ) {
    store = recovered.store
    self.state = state
    self.whenFull = whenFull
    self.freeBytesMin = freeBytesMin
    file = recovered.active
    first = recovered.segments.last?.first ?? 0
    bootID = recovered.segments.last?.stamp.bootID ?? Spool.Stamp.none.bootID
    end = recovered.end
    written = Writer.blockEnd(recovered.end)
    last = recovered.last
    durable = recovered.durable
    durableEnd = recovered.durableEnd
    // Another process may have failed to make them durable.
    mustWriteAgain = durable < last
    before = recovered.before
  }

  /// How many records are written and not durable.
  var waiting: UInt64 { last - durable }

  /// Stores what is in the front, oldest first; durable each, or not yet.
  /// - Throws: what stops it; the records that are not stored stay in the front.
  func flush(isDurable: Bool) throws(SpoolError) {
    while let next = state.withLock({ $0.pinFirst() }) {
      do {
        try write(next, isDurable: isDurable)
      } catch {
        state.withLock { $0.front.unpin(isStored: false) }
        throw error
      }
    }
  }

  /// Sees to it that there is a segment with room for a record.
  func makeRoom(for payload: [UInt8], _ stamp: Spool.Stamp) throws(SpoolError) {
    let mustTell = state.withLock { $0.front.passed.sum > 0 }
    let size = RecordHeader.recordSize(payloadCount: payload.count)
    _ = try segment(withRoomFor: size + (mustTell ? PassedOver.recordSize : 0), stamp)
  }

  private func write(_ next: Unstored, isDurable: Bool) throws(SpoolError) {
    precondition(next.sequence == last + 1 + next.passed.sum, "the front follows the store")
    let size =
      RecordHeader.recordSize(payloadCount: next.payload.count)
      + (next.passed.sum > 0 ? PassedOver.recordSize : 0)
    let file = try segment(withRoomFor: size, next.stamp)
    scratch.removeAll(keepingCapacity: scratch.capacity <= Writer.scratchKept)
    if next.passed.sum > 0 {
      PassedOver(last + 1...next.sequence - 1, next.passed).encode(
        stamp: next.stamp, identity: store.identity, into: &scratch)
    }
    RecordHeader.encode(
      next.payload, sequence: next.sequence, stamp: next.stamp, identity: store.identity,
      into: &scratch)
    if hasRemains { try removeRemains(file) }
    do {
      try file.write(scratch, at: end)
    } catch {
      cut(file)
      throw error
    }
    let (previousEnd, previousLast) = (end, last)
    end += size
    last = next.sequence
    if isDurable {
      do {
        try synchronize()
      } catch {
        // It is taken back whole and stays in the front.
        end = previousEnd
        last = previousLast
        if last == durable { mustWriteAgain = false }
        cut(file)
        throw error
      }
    }
    before += next.passed
    let (end, last) = (end, last)
    state.withLock {
      $0.stored = last
      $0.activeEnd = end
      $0.bytesWritten += UInt64(size)
      if isDurable { $0.durable = last }
      $0.front.unpin(isStored: true)
    }
  }

  /// Makes all that was stored durable.
  func synchronize() throws(SpoolError) {
    guard last > durable, let file else { return }
    if mustWriteAgain { try writeAgain(file) }
    writeAhead(file)
    do {
      try file.synchronizeData()
    } catch {
      mustWriteAgain = true
      throw error
    }
    mustWriteAgain = false
    durable = last
    durableEnd = end
    state.withLock {
      $0.durable = min(durable, $0.stored)
      $0.syncs += 1
    }
  }

  /// Writes zeros ahead of the records, where little is synchronized at a time.
  ///
  /// The first write to a block that was set aside makes the file system tell so in its journal, at
  /// the next synchronization: three blocks more, and a second wait for the device. So where that has
  /// to be, many blocks are written together. A group of some blocks pays less for its journal than
  /// for writing them twice.
  private func writeAhead(_ file: SpoolFile) {
    guard end > written else { return }
    written = Writer.blockEnd(end)
    guard end - durableEnd <= Writer.smallGroup else { return }
    let zeros = [UInt8](repeating: 0, count: Writer.zerosAtOnce)
    for _ in 0..<Writer.aheadBytes / zeros.count {
      // Where it fails, the blocks are written with their records, as else.
      guard written + Int64(zeros.count) <= store.limits.segmentBytes,
        (try? file.write(zeros, at: written)) != nil
      else { return }
      written += Int64(zeros.count)
      state.withLock { $0.bytesWritten += UInt64(zeros.count) }
    }
  }

  private static func blockEnd(_ offset: Int64) -> Int64 { (offset + 4_095) & ~4_095 }

  /// Two blocks: above, what the journal costs is less than what the zeros would.
  private static let smallGroup: Int64 = 8 << 10
  /// 16 blocks make the journal's share small.
  private static let aheadBytes = 64 << 10
  private static let zerosAtOnce = 16 << 10

  /// Gives back the room that is set aside; nothing is stored after it.
  func close() throws(SpoolError) {
    try synchronize()
    trim()
    file = nil
  }

  private func segment(
    withRoomFor count: Int64, _ stamp: Spool.Stamp
  ) throws(SpoolError) -> SpoolFile {
    let isEmpty = end == Int64(SegmentHeader.size)
    if let file, !isSealed, stamp.bootID == bootID,
      isEmpty || end + count <= store.limits.segmentBytes
    {
      return file
    }
    try synchronize()
    let bytes = max(store.limits.segmentBytes, Int64(SegmentHeader.size) + count)
    try makeRoom(bytes, unused: file == nil ? 0 : store.limits.segmentBytes - end)
    isSealed = true
    let header = SegmentHeader(
      identity: store.identity, first: last + 1, stamp: stamp, before: before,
      wear: state.withLock { $0.wear })
    let next = try store.createSegment(header, bytes: bytes)
    // An empty segment of another boot has the same name and is replaced.
    if first != last + 1 { trim() }
    file = next
    hasRemains = false
    first = last + 1
    bootID = stamp.bootID
    end = Int64(SegmentHeader.size)
    durableEnd = end
    written = Writer.blockEnd(end)
    isSealed = false
    let (first, end) = (first, end)
    state.withLock {
      if $0.segments.last?.first == first { $0.segments.removeLast() }
      $0.segments.append(Segment(first: first, bytes: bytes, stamp: stamp))
      $0.active = first
      $0.activeEnd = end
      $0.bytesWritten += UInt64(SegmentHeader.size)
    }
    return next
  }

  private func trim() {
    // Where it cannot be given back, the room stays taken until the segment is deleted.
    guard let file, (try? file.truncate(to: end)) != nil else { return }
    let (first, end) = (first, end)
    state.withLock {
      if let index = $0.index(of: first) { $0.segments[index].bytes = end }
    }
  }

  /// Takes away what a failed write may have left behind the last record: it would look like the
  /// damaged end of a record that was durable.
  private func cut(_ file: SpoolFile) {
    // A device that refuses this too leaves the remains until the next record is written.
    hasRemains = (try? removeRemains(file)) == nil
  }

  private func removeRemains(_ file: SpoolFile) throws(SpoolError) {
    try file.truncate(to: end)
    hasRemains = false
    written = Writer.blockEnd(end)
    // Without room set aside the file grows with its records; that costs time only.
    try? file.allocate(store.limits.segmentBytes)
  }

  private func writeAgain(_ file: SpoolFile) throws(SpoolError) {
    let reader = SegmentReader(
      file, first: first, identity: store.identity, bootID: bootID, limits: store.limits,
      from: durableEnd, previous: durable)
    let count = try store.writeAgain(reader, in: file, upTo: end)
    state.withLock { $0.bytesWritten += count }
  }

  /// A buffer for ordinary records stays; one for a large record is given back.
  private static let scratchKept = 16 << 10
}
