internal import System

/// Makes a lane's store of whatever is in its directory: `look` finds out what there is and changes
/// nothing, `run` makes a store of that. It deletes nothing but an unfinished segment and what is in
/// another one besides.
struct Recovery {
  let directory: Directory
  let limits: Limits
  var report = RecoveryReport()
  /// Files to be set aside, and where sequences must go on because of them.
  var strangers: [UInt64] = []
  var lowestNext: UInt64 = 1
  /// Who looks; the way that files are opened.
  let mode: Mode

  /// What is going on in the directory meanwhile.
  enum Mode {
    /// This process has locked it and goes on with it.
    case recovering
    /// Nobody changes it.
    case looking
    /// A process is at work in it: its end may be a record that is just being written.
    case lookingAtLive
  }

  /// A recovery of a directory in a spool that this process has locked, or a look at it.
  init(_ directory: Directory, limits: Limits, mode: Mode = .recovering) {
    self.directory = directory
    self.limits = limits
    self.mode = mode
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
    let found = try look(at: findSegments(), saved)
    for first in found.merged {
      // Where it stays, it is not read, and the next start tries again.
      try? directory.remove(directory.path(ofSegment: first))
    }
    if saved == nil {
      // The identity has to be on the device before a record that bears it.
      _ = try positionFile.write(found.position)
      try positionFile.synchronize()
      try directory.synchronizeNames()
    }
    let store = Store(
      directory: directory, identity: found.position.identity, limits: limits,
      position: Store.PositionBox(positionFile))
    var segments = found.segments

    var active: SpoolFile?
    var (end, durable) = (Int64(SegmentHeader.size), found.last)
    if let tail = found.tail, tail.canGrow, found.last == tail.last {
      // Without room set aside the file grows with its records; that costs time only.
      try? tail.file.allocate(limits.segmentBytes)
      segments[segments.count - 1].bytes = try tail.file.size()
      (active, end, durable) = (tail.file, tail.end, tail.durable)
      try setAsideStrangers()
    } else {
      // What another process wrote may be in memory only, and no one will synchronize it later.
      if let tail = found.tail, let segment = segments.last {
        let reader = store.reader(
          tail.file, segment, from: tail.durableEnd, previous: tail.durable)
        _ = try store.writeAgain(reader, in: tail.file, upTo: tail.end)
        try tail.file.synchronizeData()
      }
      // What it says of the sequences before the new segment is told nowhere else.
      try keepPosition(in: store)
      active = try begin(
        found.last + 1, before: found.before, wear: found.wear, after: found.tail, &segments,
        in: store)
    }
    report.segments = segments.count
    return Recovered(
      store: store, position: found.position, segments: segments, active: active, end: end,
      last: found.last, durable: durable,
      durableEnd: found.tail?.durableEnd ?? Int64(SegmentHeader.size), before: found.before,
      wear: found.wear, report: report)
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
    _ first: UInt64, before: Counts, wear: Spool.Wear, after tail: Tail?,
    _ segments: inout [Segment], in store: Store
  ) throws(SpoolError) -> SpoolFile? {
    var header = SegmentHeader(identity: store.identity, first: first)
    header.before = before
    header.wear = wear
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
