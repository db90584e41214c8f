internal import System

/// How two segments become one.
extension Writer {
  /// Merges two neighbours into one segment that keeps every second record.
  /// - Returns: false where there are none with which that could be done.
  func thin() throws(SpoolError) -> Bool {
    let pair = state.withLock { state in
      state.pairToThin().map { (state.claim($0), state.claim($0 + 1)) }
    }
    guard let (older, newer) = pair else { return false }
    do {
      try merge(older, newer)
      return true
    } catch {
      state.withLock {
        $0.release(older.segment.first)
        $0.release(newer.segment.first)
      }
      // Where there is no room to thin, the oldest segment has to go.
      if error.isDeviceFull { return false }
      throw error
    }
  }

  private func merge(_ older: Claim, _ newer: Claim) throws(SpoolError) {
    let directory = store.directory
    let (first, bound) = (older.segment.first, newer.bound)
    var header = SegmentHeader(identity: store.identity, first: first)
    header.thinnings = max(older.segment.thinnings, newer.segment.thinnings) + 1
    header.bound = bound
    header.stamp = older.segment.stamp
    let file = try SpoolFile(directory.unfinishedPath, .createEmpty, tap: directory.tap)
    var thinner = Thinner(file, identity: store.identity, first: first)
    do {
      for claim in [older, newer] {
        let source = try store.openSegment(claim.segment.first)
        // Where a header is damaged, what it said is lost, as it is for recovery.
        if case .header(let old) = SegmentHeader.read(
          try source.read(at: 0, count: SegmentHeader.size))
        {
          if claim.segment.first == first { header.before = old.before }
          header.wear = old.wear
          header.own += old.own
        }
        try thinner.take(claim, from: source, in: store)
      }
      try thinner.finish()
      header.own = (header.own + thinner.taken).clipped(to: bound - first)
      try file.write(header.encoded, at: 0)
      try file.synchronizeData()
      try file.rename(to: directory.path(ofSegment: first))
    } catch {
      // Opening the spool removes it too.
      try? directory.remove(directory.unfinishedPath)
      throw error
    }
    let (taken, end) = (thinner.taken, thinner.end)
    state.withLock { state in
      guard let index = state.index(of: first) else { return }
      state.segments[index].thinnings = header.thinnings
      state.segments[index].bytes = end
      state.segments[index].remaining += newer.segment.remaining + taken
      state.segments[index].isBusy = false
      state.segments.removeAll { $0.first == newer.segment.first }
      state.bytesWritten += UInt64(end)
    }
    // The newer one is not read any more. If it stays, opening the spool removes it: the header says
    // that it is in the older one.
    try directory.synchronizeNames()
    try directory.remove(directory.path(ofSegment: newer.segment.first))
  }
}

/// Writes the records of segments to another file: of each two the second, and the last.
private struct Thinner {
  /// Where the last record ends.
  private(set) var end = Int64(SegmentHeader.size)
  /// What became of sequences that were records, or not told of, before.
  private(set) var taken = Counts()

  private let file: SpoolFile
  private let identity: UInt32
  private var buffer: [UInt8] = []
  /// The last sequence that was written.
  private var previous: UInt64
  /// What is known of sequences behind it: before the held record, and behind that.
  private var told = (before: Counts(), behind: Counts())
  /// The first of two records.
  private var held: SegmentReader.Found?

  init(_ file: SpoolFile, identity: UInt32, first: UInt64) {
    self.file = file
    self.identity = identity
    previous = first - 1
  }

  mutating func take(
    _ claim: Claim, from source: SpoolFile, in store: Store
  ) throws(SpoolError) {
    let limit = try source.size()
    let reader = store.reader(source, claim.segment)
    var rest = claim.segment.remaining
    while true {
      switch try reader.next(limit: limit, below: claim.bound) {
      case .record(let found):
        let thinned = Counts(.thinned, found.thinnedBefore)
        rest -= thinned
        told.behind += thinned
        if held == nil {
          held = found
          told = (told.before + told.behind, Counts())
        } else {
          try write(found, dropping: 1)
        }
      case .passedOver(let passed):
        rest -= passed.counts
        told.behind += passed.counts
      case .damage:
        break
      case .end:
        // What recovery has skipped behind the last record is told by the next segment's header.
        told.behind += rest.clipped(to: claim.bound - 1 - reader.previous)
        return
      }
    }
  }

  /// The last record stays, so that what is behind it stays as it is.
  mutating func finish() throws(SpoolError) {
    if let held {
      told.behind = Counts()
      try write(held, dropping: 0)
    }
    try flush()
  }

  private mutating func write(
    _ found: SegmentReader.Found, dropping thinned: UInt64
  ) throws(SpoolError) {
    taken += Counts(.thinned, thinned)
    let missing = found.sequence - previous - 1
    var counts = (told.before + told.behind + Counts(.thinned, thinned)).clipped(to: missing)
    let damaged = missing - counts.sum
    counts.damage += damaged
    taken += Counts(.damage, damaged)
    let isOnlyThinned = counts.thinned == missing && missing <= UInt64(UInt16.max)
    if !isOnlyThinned {
      PassedOver(previous + 1...found.sequence - 1, counts).encode(
        stamp: found.stamp, identity: identity, into: &buffer)
    }
    RecordHeader.encode(
      found.payload, sequence: found.sequence, stamp: found.stamp,
      thinnedBefore: isOnlyThinned ? UInt16(missing) : 0, identity: identity, into: &buffer)
    previous = found.sequence
    told = (Counts(), Counts())
    held = nil
    if buffer.count >= Thinner.bufferSize { try flush() }
  }

  private mutating func flush() throws(SpoolError) {
    try file.write(buffer, at: end)
    end += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Few calls for many small records.
  private static let bufferSize = 16 << 10
}

extension LaneState {
  /// The older of the two neighbours that were thinned least, among the older half of the segments;
  /// of nothing in them has the reader taken note, and it reads neither.
  fileprivate func pairToThin() -> Int? {
    var best: (index: Int, thinnings: UInt16)?
    let half = (segments.count + 1) / 2
    for index in segments.indices.dropLast(2) where index + 1 < max(half, 2) {
      guard isUntouched(index), isUntouched(index + 1),
        segments[index].stamp.bootID == segments[index + 1].stamp.bootID
      else { continue }
      let thinnings = max(segments[index].thinnings, segments[index + 1].thinnings)
      guard thinnings < LaneState.thinningsMax else { continue }
      if best == nil || thinnings < best?.thinnings ?? 0 { best = (index, thinnings) }
    }
    return best?.index
  }

  private func isUntouched(_ index: Int) -> Bool {
    let range = range(ofSegmentAt: index)
    return !range.isEmpty && !segments[index].isBusy && !inFlight.contains(anyOf: range)
      && reading.backlog != segments[index].first && reading.live != segments[index].first
      && settled.openCount(in: range) == range.upperBound - range.lowerBound
  }

  /// A record of 32,768: what is left is not worth a segment.
  private static let thinningsMax: UInt16 = 15
}
