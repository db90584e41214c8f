internal import System

/// What is in a lane, as far as it is on disk.
public struct LaneInspection: Equatable, Sendable {
  /// The account, the segments, the wear. Of a spool that is in use, what its process keeps to itself
  /// is zero: what is in flight, in memory, and in trouble.
  ///
  /// `durable` is what is certain; the process that has the spool may know of more.
  public let status: Spool.LaneStatus
  /// What opening the spool would find amiss, and would set aside; of the segments before the last, only the headers were
  /// looked at. `SpoolInspection.verify` looks at everything.
  public let report: RecoveryReport
  /// The first record that is queued.
  public let oldest: Spool.Stamp?
  /// The last record on disk, queued or not.
  public let newest: Spool.Stamp?
  /// Bytes on disk of the queued records.
  public let bytesQueued: Int64
  /// Bytes of `status.bytesOnDisk` that are set aside for records to come.
  public let bytesSetAside: Int64
  /// How fast records come, by the times of those on disk that were made in the newest one's boot;
  /// nil where they are too few to tell.
  public let rate: Rate?
  /// The files that an opening has set aside.
  public let badFiles: [BadFile]

  /// How fast records come.
  public struct Rate: Equatable, Sendable {
    /// Records in a second.
    public let recordsPerSecond: Double
    /// Bytes on disk that these take.
    public let bytesPerSecond: Double
  }

  /// A file that was no segment of this spool, or too much damaged.
  public struct BadFile: Equatable, Sendable {
    /// Its name in the lane's directory.
    public let name: String
    /// Its length.
    public let bytes: Int64
  }
}

extension SpoolInspection {
  /// Looks at a lane. That takes reading a header a segment, and the records of the last segment and
  /// of those of which a part is settled.
  /// - Throws: `noLane`; `system` where something may not be read.
  public func inspect(_ lane: String) throws(SpoolError) -> LaneInspection {
    let directory = try directory(of: lane)
    let (found, report, _) = try look(at: lane)
    let settled = Settled(found.position)
    let count = LaneCount(found, settled, directory)
    try count.run()

    var state = LaneState()
    state.settled = settled
    state.segments = found.segments
    state.wearBefore = found.wear
    state.front = Front(first: found.last + 1)
    state.stored = found.last
    state.durable = found.last
    if let tail = found.tail {
      // A segment that was closed has been cut; what a boot before this one has left is on the
      // device, or it would not be here.
      let (high, low) = Boot.id
      let bootID = Spool.BootID(high: high, low: low)
      if count.bytesSetAside > 0, found.parts.last?.segment.stamp.bootID == bootID {
        state.durable = max(tail.first - 1, found.position.sequence)
      }
    }
    return LaneInspection(
      status: Spool.LaneStatus(state, name: lane), report: report, oldest: count.oldest,
      newest: count.newest, bytesQueued: count.bytes, bytesSetAside: count.bytesSetAside,
      rate: count.rate, badFiles: try directory.badFiles())
  }
}

/// Adds up what is queued in a lane.
private final class LaneCount {
  private let found: Recovery.Found
  private let settled: Settled
  private let directory: Directory
  private(set) var bytes: Int64 = 0
  private(set) var bytesSetAside: Int64 = 0
  private(set) var oldest: Spool.Stamp?
  private(set) var newest: Spool.Stamp?
  private(set) var rate: LaneInspection.Rate?

  init(_ found: Recovery.Found, _ settled: Settled, _ directory: Directory) {
    self.found = found
    self.settled = settled
    self.directory = directory
  }

  func run() throws(SpoolError) {
    for index in found.parts.indices {
      let segment = found.parts[index].segment
      let isLast = index + 1 == found.parts.count
      let bound = isLast ? found.last + 1 : found.parts[index + 1].segment.first
      let open = settled.openCount(in: segment.first..<max(bound, segment.first))
      if isLast {
        bytesSetAside = max(0, segment.bytes - (found.tail?.end ?? 0))
      } else if open == 0 {
        continue
      } else if open == bound - segment.first, oldest != nil {
        bytes += max(0, segment.bytes - Int64(SegmentHeader.size))
        continue
      }
      guard let survey = try survey(index, below: max(bound, segment.first)) else { continue }
      bytes += survey.bytes
      if oldest == nil { oldest = survey.oldest }
      if isLast { try measure(survey, index) }
    }
  }

  /// What a segment holds; nil where its file has gone meanwhile.
  private func survey(_ index: Int, below bound: UInt64) throws(SpoolError) -> Survey? {
    do {
      let file = try directory.openSegment(found.parts[index].segment.first)
      // The last one may have grown since it was looked at.
      var limit = try file.size()
      if index + 1 == found.parts.count, let tail = found.tail { limit = min(limit, tail.end) }
      return try Survey(
        SegmentReader(
          file, found.parts[index].segment, identity: found.position.identity,
          limits: SpoolInspection.limits, wantsPayloads: false),
        limit: limit, below: bound, settled: settled)
    } catch {
      guard error.isMissingFile else { throw error }
      return nil
    }
  }

  /// Tells the rate by the last records and by the first of the same boot.
  private func measure(_ last: Survey, _ lastIndex: Int) throws(SpoolError) {
    var (survey, index) = (last, lastIndex)
    // The last segment is often just begun.
    if survey.all.records < LaneCount.recordsWanted, index > 0 {
      let bound = found.parts[index].segment.first
      if let before = try self.survey(index - 1, below: bound), before.all.records > 0 {
        newest = survey.newest ?? before.newest
        (survey, index) = (before, index - 1)
      }
    }
    newest = last.newest ?? survey.newest
    guard let end = survey.newest, survey.all.records > 0 else { return }
    let bootID = end.bootID
    var firstIndex = index
    while firstIndex > 0, found.parts[firstIndex - 1].segment.stamp.bootID == bootID {
      firstIndex -= 1
    }
    let next = firstIndex + 1 < found.parts.count ? firstIndex + 1 : firstIndex
    let bound = found.parts[next].segment.first
    let oldest =
      firstIndex == index
      ? survey
      : try self.survey(firstIndex, below: max(bound, found.parts[firstIndex].segment.first))
    guard let first = oldest?.first else { return }
    let milliseconds =
      Int64(clamping: end.millisecondsSinceBoot)
      - Int64(clamping: first.stamp.millisecondsSinceBoot)
    let skipped =
      found.parts[index].header.before.skipped
      - min(
        found.parts[index].header.before.skipped, found.parts[firstIndex].header.before.skipped)
    let sequences = survey.last - min(survey.last, first.sequence)
    guard milliseconds >= LaneCount.spanMin, sequences > skipped else { return }
    let recordsPerSecond = Double(sequences - skipped) * 1_000 / Double(milliseconds)
    rate = LaneInspection.Rate(
      recordsPerSecond: recordsPerSecond,
      bytesPerSecond: recordsPerSecond * Double(survey.all.bytes) / Double(survey.all.records))
  }

  /// A mean of fewer records says little.
  private static let recordsWanted: UInt64 = 8
  /// In milliseconds; of less time no rate is told.
  private static let spanMin: Int64 = 1_000
}

extension Directory {
  /// The files that were set aside, by name.
  func badFiles() throws(SpoolError) -> [LaneInspection.BadFile] {
    var names: [String] = []
    try tapped(tap, .list(path), .list, path) { () throws(Errno) in
      try Files.forEachName(in: path) { name in
        if Directory.isSetAside(name) { names.append(name) }
        return names.count < Directory.badFilesMax
      }
    }
    return sorted(names).map { name in
      // One that cannot be opened is told all the same.
      let bytes = try? SpoolFile("\(path)/\(name)", .reading, tap: tap).size()
      return LaneInspection.BadFile(name: name, bytes: bytes ?? 0)
    }
  }

  /// Nobody looks through more of them.
  private static let badFilesMax = 1_000

  /// Whether an opening has given a file this name.
  private static func isSetAside(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return bytes.count >= 28 && bytes[20..<24].elementsEqual(".seg".utf8)
      && bytes.suffix(4).elementsEqual(".bad".utf8)
  }
}
