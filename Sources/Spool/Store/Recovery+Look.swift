internal import System

/// What there is in a lane's directory. It goes through headers, and through the records of the last
/// segment and of those where the position says that only a part is settled.
extension Recovery {
  /// What was found.
  final class Found {
    /// What the position file said or, where it said nothing, what was made of that.
    let position: Position
    /// Oldest first.
    let parts: [Part]
    /// Segments that are in another one besides.
    let merged: [UInt64]
    /// How the last part ends; nil where there is none.
    let tail: Tail?
    /// The highest sequence that was ever given, as far as the disk can tell, or a higher one.
    let last: UInt64
    /// What was told of sequences that are no records, since the store began.
    let before: Counts
    let wear: Spool.Wear

    init(
      position: Position, parts: [Part], merged: [UInt64], tail: Tail?, last: UInt64,
      before: Counts, wear: Spool.Wear
    ) {
      self.position = position
      self.parts = parts
      self.merged = merged
      self.tail = tail
      self.last = last
      self.before = before
      self.wear = wear
    }

    var segments: [Segment] { parts.map { $0.segment } }
  }

  /// A segment as its header describes it.
  struct Part {
    var segment: Segment
    var header: SegmentHeader
    var isHeaderDamaged = false
  }

  /// A file with a segment's name.
  struct File {
    let first: UInt64
    let bytes: Int64
    let header: SegmentHeader.Reading
  }

  /// Looks at the files that `findSegments` gave.
  /// - Parameter saved: what the position file says, read after that: what is not there any more is
  ///   settled by it.
  mutating func look(at files: [File], _ saved: Position?) throws(SpoolError) -> Found {
    let identity = saved?.identity ?? Recovery.identity(of: files) ?? Recovery.randomIdentity
    var parts = try sort(files, identity)
    let merged = Recovery.takeMerged(&parts)
    let position = saved ?? Recovery.position(before: parts.first, identity)
    report.isPositionLost = saved == nil && !files.isEmpty
    let settled = Settled(position)

    let tail = try parts.last.map { (last) throws(SpoolError) in
      try readLast(last, position, identity)
    }
    let last = max(
      tail?.last ?? 0, tail?.lastGiven ?? 0, position.last, position.durable, lowestNext - 1)
    var before = parts.last?.header.before ?? position.counts
    before += tail?.told ?? Counts()
    // Between the last record and a new segment, what is not settled and neither known nor likely to
    // have been a record was skipped.
    let lastSeen = tail?.last ?? position.last
    let gap = settled.openCount(in: lastSeen + 1..<last + 1)
    let known = settled.openCount(in: lastSeen + 1..<max(lastSeen, position.durable) + 1)
    let likely = tail?.likelyTorn ?? 0
    report.recordsLost += known - min(known, likely)
    let skipped = Counts(.skipped, gap - min(gap, max(known, likely)))
    before += skipped
    try measure(&parts, tail, skipped: skipped, settled, identity)

    var wear = position.wear
    if let last = parts.last {
      wear.syncs = max(wear.syncs, last.header.wear.syncs)
      wear.bytesWritten = max(
        wear.bytesWritten, last.header.wear.bytesWritten &+ UInt64(clamping: tail?.end ?? 0))
    }
    return Found(
      position: position, parts: parts, merged: merged, tail: tail, last: last, before: before,
      wear: wear)
  }

  /// The files with a segment's name. One that goes meanwhile is left out, where somebody else may
  /// delete it.
  func findSegments() throws(SpoolError) -> [File] {
    var files: [File] = []
    for first in try directory.segments() {
      do {
        let file = try directory.openSegment(first)
        let header = SegmentHeader.read(readable(file))
        files.append(File(first: first, bytes: try file.size(), header: header))
      } catch {
        guard mode == .lookingAtLive, error.isMissingFile else { throw error }
      }
    }
    return files
  }

  /// A header that the device cannot read is a damaged one.
  private func readable(_ file: SpoolFile) -> [UInt8] {
    (try? file.read(at: 0, count: SegmentHeader.size)) ?? []
  }

  /// The newest good header's.
  private static func identity(of files: [File]) -> UInt32? {
    for file in files.reversed() {
      if case .header(let header) = file.header { return header.identity }
    }
    return nil
  }

  /// Tells this store's segments from other files, which are to be set aside.
  private mutating func sort(
    _ files: [File], _ identity: UInt32
  ) throws(SpoolError) -> [Part] {
    var parts: [Part] = []
    for file in files {
      switch file.header {
      case .header(let header) where header.identity == identity && header.first == file.first:
        parts.append(
          Part(
            segment: Segment(
              first: file.first, bytes: file.bytes, stamp: header.stamp,
              thinnings: header.thinnings), header: header))
      case .damaged where try hasRecords(file, identity):
        report.damagedHeaders += 1
        var header = SegmentHeader(identity: identity, first: file.first)
        header.before = parts.last?.header.before ?? Counts()
        parts.append(
          Part(
            segment: Segment(first: file.first, bytes: file.bytes, stamp: .none, isDamaged: true),
            header: header, isHeaderDamaged: true))
      case .header, .damaged, .unknownVersion:
        strangers.append(file.first)
        // It may have held as many records as there is room for. A number that no queue comes to must
        // not use up those that are left: nothing but a file's name says it.
        if file.first <= RecordHeader.sequenceMax / 2 {
          let room = UInt64(file.bytes / Int64(RecordHeader.size))
          lowestNext = max(lowestNext, min(file.first + room, RecordHeader.sequenceMax) + 1)
        }
      }
    }
    return parts
  }

  private func hasRecords(_ file: File, _ identity: UInt32) throws(SpoolError) -> Bool {
    guard 1...RecordHeader.sequenceMax ~= file.first else { return false }
    let reader = SegmentReader(
      try directory.openSegment(file.first), first: file.first, identity: identity,
      bootID: Spool.Stamp.none.bootID, limits: limits, wantsPayloads: false)
    while true {
      switch try reader.next(limit: file.bytes, below: RecordHeader.sequenceMax) {
      case .record: return true
      case .passedOver, .damage: continue
      case .end: return false
      }
    }
  }

  /// What a crash has interrupted: segments that were merged into an older one.
  private static func takeMerged(_ parts: inout [Part]) -> [UInt64] {
    var bound: UInt64 = 0
    var merged: [UInt64] = []
    parts.removeAll { part in
      if part.segment.first < bound {
        merged.append(part.segment.first)
        return true
      }
      bound = part.header.bound
      return false
    }
    return merged
  }

  /// The position of a store that has lost it: all before the oldest segment is settled.
  private static func position(before oldest: Part?, _ identity: UInt32) -> Position {
    var position = Position(identity: identity)
    guard let oldest else { return position }
    position.sequence = oldest.segment.first - 1
    position.counts = oldest.header.before.clipped(to: position.sequence)
    position.counts.acknowledged += position.sequence - position.counts.sum
    return position
  }

  /// Finds out how many sequences in each segment are told not to be records.
  private func measure(
    _ parts: inout [Part], _ tail: Tail?, skipped: Counts, _ settled: Settled,
    _ identity: UInt32
  ) throws(SpoolError) {
    for index in parts.indices {
      let first = parts[index].segment.first
      guard index + 1 < parts.count else {
        parts[index].segment.remaining = (tail?.openTold ?? Counts()) + skipped
        return
      }
      let bound = parts[index + 1].segment.first
      let told =
        parts[index + 1].header.before - parts[index].header.before + parts[index].header.own
      if told == Counts() { continue }
      let open = settled.openCount(in: first..<bound)
      if open == bound - first || open == 0 {
        parts[index].segment.remaining = told.clipped(to: open)
        continue
      }
      // Only a part is settled, so it has to be seen which.
      let file = try directory.openSegment(first)
      let survey = try Survey(
        SegmentReader(
          file, parts[index].segment, identity: identity, limits: limits, wantsPayloads: false),
        limit: try file.size(), below: bound, settled: settled)
      let behind = (told - survey.allTold).clipped(
        to: settled.openCount(in: survey.last + 1..<bound))
      parts[index].segment.remaining = (survey.told + behind).clipped(to: open)
    }
  }

  private static var randomIdentity: UInt32 {
    var random = Random()
    return UInt32(truncatingIfNeeded: random.next())
  }
}
