internal import System

/// The writing half: appends to the active segment and makes it durable. One thread's own.
///
/// Where fdatasync(2) has failed, the kernel may have marked the pages clean without their being on
/// the device, and a second fdatasync would succeed without having written them. So what was not
/// durable then is read back, checked and written again before the next fdatasync.
final class Writer {
  private let directory: Directory
  private let durability: Spool.Durability
  private let shared: Locked<SharedState>
  private let onDurable: (@Sendable () -> Void)?

  private var file: SpoolFile?
  private var first: UInt64
  /// Where the next record goes.
  private var end: Int64
  private var last: UInt64
  private var durable: UInt64
  private var durableEnd: Int64
  private var skipped: UInt64
  /// No more records go into the active segment: a next one may have got its name already.
  private var isSealed = false
  private var mustWriteAgain = false
  private var waitsSince: Duration?

  init(
    _ directory: Directory, _ recovered: Recovered, durability: Spool.Durability,
    shared: Locked<SharedState>, onDurable: (@Sendable () -> Void)?
  ) {
    self.directory = directory
    self.durability = durability
    self.shared = shared
    self.onDurable = onDurable
    file = recovered.active
    first = recovered.segments.last?.first ?? 0
    end = recovered.end
    last = recovered.last
    durable = recovered.durable
    durableEnd = recovered.durableEnd
    skipped = recovered.skipped
    // Records that another process wrote may be in memory only; they are due at once.
    waitsSince = last > durable ? .zero : nil
  }

  var nextSequence: UInt64 { last + 1 }

  var syncDeadline: Duration? {
    guard let waitsSince, case .every(let period) = durability else { return nil }
    return waitsSince + period
  }

  func append(_ payload: [UInt8], now: Duration) throws(SpoolError) -> UInt64 {
    guard payload.count <= directory.limits.payloadBytes else {
      throw .payloadTooLarge(bytes: payload.count, limit: directory.limits.payloadBytes)
    }
    let sequence = last + 1
    let record = RecordHeader.encode(payload, sequence: sequence, identity: directory.identity)
    let file = try segment(withRoomFor: Int64(record.count))
    do {
      try file.write(record, at: end)
    } catch {
      cut(file)
      throw error
    }
    let previousEnd = end
    end += Int64(record.count)
    last = sequence
    switch durability {
    case .eachRecord:
      do {
        try synchronize()
      } catch {
        // Nobody has seen the record, so it is taken back whole and its sequence given again.
        end = previousEnd
        last = sequence - 1
        if last == durable { mustWriteAgain = false }
        cut(file)
        throw error
      }
    case .every:
      if waitsSince == nil { waitsSince = now }
    }
    shared.withLock {
      $0.last = sequence
      $0.bytesWritten += UInt64(record.count)
    }
    return sequence
  }

  func synchronizeIfDue(now: Duration) throws(SpoolError) {
    guard let syncDeadline, now >= syncDeadline else { return }
    // Where it fails, the next try is a period away: a broken device must not be hammered.
    waitsSince = now
    try synchronize()
  }

  /// Makes all that was appended durable.
  func synchronize() throws(SpoolError) {
    guard last > durable, let file else { return }
    if mustWriteAgain { try writeAgain(file) }
    do {
      try file.synchronizeData()
    } catch {
      mustWriteAgain = true
      throw error
    }
    mustWriteAgain = false
    waitsSince = nil
    durable = last
    durableEnd = end
    shared.withLock {
      $0.last = durable
      $0.durable = durable
      $0.durableEnd = durableEnd
      $0.syncs += 1
    }
    onDurable?()
  }

  /// Gives back the room that is set aside; nothing is appended after it.
  func close() throws(SpoolError) {
    try synchronize()
    trim()
    file = nil
  }

  private func segment(withRoomFor count: Int64) throws(SpoolError) -> SpoolFile {
    if let file, !isSealed,
      end + count <= directory.limits.segmentBytes
        || end == Int64(SegmentHeader.size)
    {
      return file
    }
    try synchronize()
    let limit = directory.limits.segments
    guard shared.withLock({ $0.segments.count < limit }) else { throw .full(segments: limit) }
    isSealed = true
    let header = SegmentHeader(identity: directory.identity, first: last + 1, skipped: skipped)
    let bytes = max(directory.limits.segmentBytes, Int64(SegmentHeader.size) + count)
    let next = try directory.createSegment(header, bytes: bytes)
    trim()
    file = next
    first = last + 1
    end = Int64(SegmentHeader.size)
    durableEnd = end
    isSealed = false
    shared.withLock {
      $0.segments.append(Segment(first: first, bytes: bytes, skipped: skipped))
      $0.active = first
      $0.durableEnd = durableEnd
      $0.bytesWritten += UInt64(SegmentHeader.size)
    }
    return next
  }

  private func trim() {
    // Where it cannot be given back, the room stays taken until the segment is deleted.
    guard let file, (try? file.truncate(to: end)) != nil else { return }
    shared.withLock {
      guard let index = $0.segments.lastIndex(where: { $0.first == first }) else { return }
      $0.segments[index].bytes = end
    }
  }

  /// Takes away what a failed write may have left behind the last record: it would look like the
  /// damaged end of a record that was durable.
  private func cut(_ file: SpoolFile) {
    // A device that refuses this too leaves the remains, which the next record overwrites or
    // recovery counts as damage.
    guard (try? file.truncate(to: end)) != nil else { return }
    // Without room set aside the file grows with its records; that costs time only.
    try? file.allocate(directory.limits.segmentBytes)
  }

  private func writeAgain(_ file: SpoolFile) throws(SpoolError) {
    var reader = SegmentReader(
      file, first: first, identity: directory.identity, limits: directory.limits,
      from: durableEnd, previous: durable)
    while true {
      switch try reader.next(limit: end, below: last + 1) {
      case .record(let sequence, let payload):
        let record = RecordHeader.encode(
          payload, sequence: sequence, identity: directory.identity)
        try file.write(record, at: reader.recordOffset)
        shared.withLock { $0.bytesWritten += UInt64(record.count) }
      case .damage:
        // The page went from memory before it could be saved; the reader will count it as lost.
        break
      case .end:
        return
      }
    }
  }
}
