internal import System

/// Makes a lane's store of whatever is in its directory. It goes through headers, and through the
/// records of the last segment and of those where the position says that only a part is settled; it
/// deletes nothing but an unfinished segment and what is in another one besides.
struct Recovery {
  let directory: Directory
  let limits: Limits
  var report = RecoveryReport()
  /// Files to be set aside, and where sequences must go on because of them.
  private var strangers: [UInt64] = []
  private var lowestNext: UInt64 = 1

  /// A recovery of a directory in a spool that this process has locked.
  init(_ directory: Directory, limits: Limits) {
    self.directory = directory
    self.limits = limits
  }

  /// A segment as its header describes it.
  struct Part {
    var segment: Segment
    var header: SegmentHeader
    var isHeaderDamaged = false
  }

  /// Does it all.
  mutating func run() throws(SpoolError) -> Recovered {
    try directory.make()
    // A process that was killed may have left a segment whose name is in memory only.
    try directory.synchronizeNames()
    if Files.exists(directory.unfinishedPath) {
      // Where it cannot be removed, the next segment overwrites it.
      try? directory.remove(directory.unfinishedPath)
    }
    var saved: Position?
    var positionFile = try PositionFile.open(
      in: directory.path, tap: directory.tap, newest: &saved)
    let found = try findSegments()
    let identity = saved?.identity ?? found.identity ?? UInt32(truncatingIfNeeded: Random.number)
    var parts = try sort(found.files, identity)
    removeMerged(&parts)

    let position: Position
    if let saved {
      position = saved
    } else {
      position = Recovery.position(before: parts.first, identity)
      report.isPositionLost = !found.files.isEmpty
      // The identity has to be on the device before a record that bears it.
      _ = try positionFile.write(position)
      try positionFile.synchronize()
      try directory.synchronizeNames()
    }
    let store = Store(
      directory: directory, identity: identity, limits: limits,
      position: Store.PositionBox(positionFile))
    let settled = Settled(position)

    let tail = try parts.last.map { (last) throws(SpoolError) in
      try readLast(last, position, in: store)
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
    try measure(&parts, tail, skipped: skipped, settled, in: store)
    var segments = parts.map { $0.segment }

    var active: SpoolFile?
    var (end, durable) = (Int64(SegmentHeader.size), last)
    if let tail, tail.canGrow, last == tail.last {
      // Without room set aside the file grows with its records; that costs time only.
      try? tail.file.allocate(limits.segmentBytes)
      segments[segments.count - 1].bytes = try tail.file.size()
      (active, end, durable) = (tail.file, tail.end, tail.durable)
      try setAsideStrangers()
    } else {
      // What another process wrote may be in memory only, and no one will synchronize it later.
      if let tail, let segment = segments.last {
        let reader = store.reader(
          tail.file, segment, from: tail.durableEnd, previous: tail.durable)
        _ = try store.writeAgain(reader, in: tail.file, upTo: tail.end)
        try tail.file.synchronizeData()
      }
      // What it says of the sequences before the new segment is told nowhere else.
      try keepPosition(in: store)
      active = try begin(last + 1, before: before, after: tail, &segments, in: store)
    }
    report.segments = segments.count
    return Recovered(
      store: store, position: position, segments: segments, active: active, end: end, last: last,
      durable: durable, durableEnd: tail?.durableEnd ?? Int64(SegmentHeader.size), before: before,
      report: report)
  }

  private func keepPosition(in store: Store) throws(SpoolError) {
    do {
      try store.keepPosition()
    } catch {
      // A full device must not keep the program from starting.
      guard error.isDeviceFull else { throw error }
    }
  }

  /// Begins a new segment, and only then takes away what says that one is needed: until its name is
  /// durable, another recovery has to come to the same next sequence.
  private mutating func begin(
    _ first: UInt64, before: Counts, after tail: Tail?, _ segments: inout [Segment],
    in store: Store
  ) throws(SpoolError) -> SpoolFile? {
    var header = SegmentHeader(identity: store.identity, first: first)
    header.before = before
    header.stamp = segments.last?.stamp ?? .none
    let file: SpoolFile
    do {
      file = try store.createSegment(header, bytes: limits.segmentBytes)
    } catch {
      // A full device must not keep the program from starting; the first append tries again.
      guard error.isDeviceFull else { throw error }
      return nil
    }
    // What cannot be cut off is found torn again at the next start, behind a segment that is not the
    // last any more, and changes nothing.
    if let tail, tail.isTorn, !tail.isHeaderDamaged, (try? tail.file.truncate(to: tail.end)) != nil
    {
      segments[segments.count - 1].bytes = tail.end
    }
    segments.append(Segment(first: first, bytes: limits.segmentBytes, stamp: header.stamp))
    try setAsideStrangers()
    return file
  }

  private struct File {
    let first: UInt64
    let bytes: Int64
    let header: SegmentHeader.Reading
  }

  private func findSegments() throws(SpoolError) -> (files: [File], identity: UInt32?) {
    var files: [File] = []
    var identity: UInt32?
    for first in try directory.segments() {
      let file = try SpoolFile(
        directory.path(ofSegment: first), .reading, tap: directory.tap)
      let header = SegmentHeader.read(readable(file))
      files.append(File(first: first, bytes: try file.size(), header: header))
      if case .header(let header) = header { identity = header.identity }
    }
    return (files, identity)
  }

  /// A header that the device cannot read is a damaged one.
  private func readable(_ file: SpoolFile) -> [UInt8] {
    (try? file.read(at: 0, count: SegmentHeader.size)) ?? []
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
    var reader = SegmentReader(
      try SpoolFile(directory.path(ofSegment: file.first), .reading, tap: directory.tap),
      first: file.first, identity: identity, bootID: Spool.Stamp.none.bootID, limits: limits,
      wantsPayloads: false)
    while true {
      switch try reader.next(limit: file.bytes, below: RecordHeader.sequenceMax) {
      case .record: return true
      case .passedOver, .damage: continue
      case .end: return false
      }
    }
  }

  /// Finishes what a crash has interrupted: segments that were merged into an older one.
  private func removeMerged(_ parts: inout [Part]) {
    var bound: UInt64 = 0
    parts.removeAll { part in
      if part.segment.first < bound {
        // Where it stays, it is not read, and the next start tries again.
        try? directory.remove(directory.path(ofSegment: part.segment.first))
        return true
      }
      bound = part.header.bound
      return false
    }
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
    _ parts: inout [Part], _ tail: Tail?, skipped: Counts, _ settled: Settled, in store: Store
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
      let file = try store.openSegment(first)
      let survey = try Survey(
        store.reader(file, parts[index].segment, wantsPayloads: false), limit: try file.size(),
        below: bound, settled: settled)
      let behind = (told - survey.allTold).clipped(
        to: settled.openCount(in: survey.last + 1..<bound))
      parts[index].segment.remaining = (survey.told + behind).clipped(to: open)
    }
  }

  /// Gives strangers another name.
  private mutating func setAsideStrangers() throws(SpoolError) {
    for first in strangers {
      try directory.setAside(first)
      report.setAside += 1
      if report.setAsideNames.count < RecoveryReport.namesMax {
        report.setAsideNames.append(Directory.name(ofSegment: first))
      }
    }
    if !strangers.isEmpty { try directory.synchronizeNames() }
  }
}

extension Random {
  /// One number.
  fileprivate static var number: UInt64 {
    var random = Random()
    return random.next()
  }
}
