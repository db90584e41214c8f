internal import System

/// Makes a spool of whatever is in the directory. It goes through headers, and through the records
/// of the last segment only; it deletes nothing but an unfinished segment.
struct Recovery {
  private let path: String
  private let limits: Limits
  private let fault: Fault?
  private var report = RecoveryReport()
  /// Files to be set aside, and where sequences must go on because of them.
  private var strangers: [UInt64] = []
  private var lowestNext: UInt64 = 1

  /// A recovery of the directory at `path`, which this process has locked.
  init(_ path: String, limits: Limits, fault: Fault?) {
    self.path = path
    self.limits = limits
    self.fault = fault
  }

  /// Does it all.
  mutating func run() throws(SpoolError) -> Recovered {
    var (positionFile, saved) = try PositionFile.open(in: path, fault: fault)
    let found = try findSegments()
    let identity = saved?.identity ?? found.identity ?? UInt32(truncatingIfNeeded: Random.number)
    let directory = Directory(path: path, identity: identity, limits: limits, fault: fault)
    var segments = try sort(found.files, in: directory)

    var position = Position(identity: identity)
    if let saved {
      position = saved
    } else {
      position.sequence = (segments.first?.first ?? 1) - 1
      position.skipped = segments.first?.skipped ?? 0
      report.isPositionLost = !found.files.isEmpty
      // The identity has to be on the device before a record that bears it.
      try positionFile.write(position)
      try positionFile.file.synchronizeData()
      try directory.synchronizeNames()
    }

    let tail = try segments.last.map { (last) throws(SpoolError) in
      try readLast(last, in: directory)
    }
    let last = max(tail?.last ?? 0, tail?.lastGiven ?? 0, position.sequence, lowestNext - 1)
    let skipped =
      max(segments.last?.skipped ?? 0, position.skipped) + (tail?.skipped ?? 0)

    if let tail, tail.canGrow, last == tail.last {
      // Without room set aside the file grows with its records; that costs time only.
      try? tail.file.allocate(limits.segmentBytes)
      let bytes = try tail.file.size()
      segments[segments.count - 1].bytes = bytes
      try setAsideStrangers(directory)
      return Recovered(
        identity: identity, positionFile: positionFile, position: position, segments: segments,
        active: tail.file, end: tail.end, last: last, durable: tail.first - 1,
        durableEnd: Int64(SegmentHeader.size), skipped: skipped, report: summary(of: segments))
    }

    // What another process wrote may be in memory only, and no one will synchronize it later.
    try tail?.file.synchronizeData()
    let next = try begin(last + 1, skipped: skipped, after: tail, &segments, in: directory)
    return Recovered(
      identity: identity, positionFile: positionFile, position: position, segments: segments,
      active: next, end: Int64(SegmentHeader.size), last: last, durable: last,
      durableEnd: Int64(SegmentHeader.size), skipped: skipped, report: summary(of: segments))
  }

  private func summary(of segments: [Segment]) -> RecoveryReport {
    var report = report
    report.segments = segments.count
    return report
  }

  /// Begins a new segment, and only then takes away what says that one is needed: until its name is
  /// durable, another recovery has to come to the same next sequence.
  private mutating func begin(
    _ first: UInt64, skipped: UInt64, after tail: Tail?, _ segments: inout [Segment],
    in directory: Directory
  ) throws(SpoolError) -> SpoolFile? {
    let header = SegmentHeader(identity: directory.identity, first: first, skipped: skipped)
    let file: SpoolFile
    do {
      file = try directory.createSegment(header, bytes: limits.segmentBytes)
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
    segments.append(Segment(first: first, bytes: limits.segmentBytes, skipped: skipped))
    try setAsideStrangers(directory)
    return file
  }

  private struct File {
    let first: UInt64
    let bytes: Int64
    let header: SegmentHeader.Reading
  }

  private func findSegments() throws(SpoolError) -> (files: [File], identity: UInt32?) {
    let unfinished = "\(path)/\(Directory.unfinishedName)"
    // Where it cannot be removed, the next segment overwrites it.
    if Files.exists(unfinished) { try? Files.remove(unfinished) }

    // As many as the writer has made, for it stops at its limit of segments.
    var firsts: [UInt64] = []
    do {
      try Files.forEachName(in: path) { name in
        if let first = Directory.first(inName: name) { firsts.append(first) }
        return true
      }
    } catch {
      throw .system(.list, path: path, error)
    }
    firsts.sort()

    var files: [File] = []
    var identity: UInt32?
    for first in firsts {
      let file = try SpoolFile(
        "\(path)/\(Directory.name(ofSegment: first))", .readOnly, fault: fault)
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

  /// Tells this spool's segments from other files, which are to be set aside.
  private mutating func sort(
    _ files: [File], in directory: Directory
  ) throws(SpoolError) -> [Segment] {
    var segments: [Segment] = []
    for file in files {
      switch file.header {
      case .header(let header)
      where header.identity == directory.identity && header.first == file.first:
        segments.append(Segment(first: file.first, bytes: file.bytes, skipped: header.skipped))
      case .damaged where try hasRecords(file, in: directory):
        report.damagedHeaders += 1
        let skipped = segments.last?.skipped ?? 0
        segments.append(Segment(first: file.first, bytes: file.bytes, skipped: skipped))
      case .header, .damaged, .unknownVersion:
        strangers.append(file.first)
        // It may have held as many records as there is room for.
        if file.first <= RecordHeader.sequenceMax {
          lowestNext = max(lowestNext, file.first + room(file.bytes) + 1)
        }
      }
    }
    return segments
  }

  private func hasRecords(_ file: File, in directory: Directory) throws(SpoolError) -> Bool {
    guard 1...RecordHeader.sequenceMax ~= file.first else { return false }
    var reader = SegmentReader(
      try directory.openSegment(file.first), first: file.first, identity: directory.identity,
      limits: limits)
    while true {
      switch try reader.next(limit: file.bytes, below: RecordHeader.sequenceMax) {
      case .record: return true
      case .damage: continue
      case .end: return false
      }
    }
  }

  /// Gives strangers another name; one that is taken is not given again.
  private mutating func setAsideStrangers(_ directory: Directory) throws(SpoolError) {
    for first in strangers {
      let old = directory.path(ofSegment: first)
      var new = "\(old).bad"
      var number = 1
      while Files.exists(new) && number < Recovery.namesakesMax {
        number += 1
        new = "\(old).\(number).bad"
      }
      do throws(Errno) {
        try Files.rename(old, to: new)
      } catch {
        throw .system(.rename, path: old, error)
      }
      report.setAside += 1
      if report.setAsideNames.count < RecoveryReport.namesMax {
        report.setAsideNames.append(Directory.name(ofSegment: first))
      }
    }
    if !strangers.isEmpty { try directory.synchronizeNames() }
  }

  /// A name comes up again only where sequences do, that is, hardly ever; the last is replaced.
  private static let namesakesMax = 100

  private struct Tail {
    let file: SpoolFile
    let first: UInt64
    /// The last record's sequence.
    var last: UInt64
    /// Where it ends.
    var end: Int64
    /// The highest sequence that may have been given to a record in the damaged end.
    var lastGiven: UInt64
    /// How many of these are unlikely to have been given to any.
    var skipped: UInt64 = 0
    var isTorn = false
    var isHeaderDamaged = false

    var canGrow: Bool { !isTorn && !isHeaderDamaged }
  }

  /// Goes through the last segment to its end, which is where only zeros follow.
  private mutating func readLast(
    _ segment: Segment, in directory: Directory
  ) throws(SpoolError) -> Tail {
    let file = try directory.openSegment(segment.first, .readWrite)
    var reader = SegmentReader(
      file, first: segment.first, identity: directory.identity, limits: limits)
    var tail = Tail(
      file: file, first: segment.first, last: segment.first - 1, end: reader.endOfRecords,
      lastGiven: segment.first - 1)
    var damage: Range<Int64>?
    var (count, bytes): (Int64, Int64) = (0, 0)
    reading: while true {
      let previous = reader.previous
      switch try reader.next(limit: segment.bytes, below: RecordHeader.sequenceMax) {
      case .record(let sequence, _):
        report.recordsLost += sequence - previous - 1
        report.bytesLost += Int64(damage?.count ?? 0)
        damage = nil
        count += 1
        bytes += reader.endOfRecords - reader.recordOffset
      case .damage(let range):
        damage = range
      case .end:
        break reading
      }
    }
    tail.last = reader.previous
    tail.lastGiven = tail.last
    tail.end = reader.endOfRecords
    if case .header = SegmentHeader.read(readable(file)) {} else { tail.isHeaderDamaged = true }
    if let damage {
      let mean = count == 0 ? nil : bytes / count
      let torn = recordsTorn(in: damage, after: tail.last, mean: mean, file)
      tail.isTorn = true
      tail.lastGiven += torn.atMost
      tail.skipped = torn.atMost - torn.likely
      report.recordsLost += torn.likely
      report.bytesLost += Int64(damage.count)
    }
    return tail
  }

  /// How many records the damaged end may have held. One of them may have been durable and sent, so
  /// none of their sequences may be given again.
  ///
  /// Headers that look right are followed from one to the next. From where one does not, as many
  /// records are taken for possible as there is room for, and for likely as there would be of the
  /// segment's mean size.
  private func recordsTorn(
    in range: Range<Int64>, after last: UInt64, mean: Int64?, _ file: SpoolFile
  ) -> (likely: UInt64, atMost: UInt64) {
    var offset = range.lowerBound
    var count: UInt64 = 0
    while offset < range.upperBound {
      // Bytes that cannot be read look like no header.
      let bytes = (try? file.read(at: offset, count: RecordHeader.size)) ?? []
      let header =
        bytes.count == RecordHeader.size
        ? bytes.withUnsafeBytes { RecordHeader($0, at: 0) } : nil
      guard let header, header.sequence == last + count + 1,
        header.payloadCount <= UInt32(limits.payloadBytes)
      else {
        let rest = range.upperBound - offset
        let mean = mean ?? rest
        return (count + UInt64((rest + mean - 1) / mean), count + room(rest) + 1)
      }
      count += 1
      offset += header.recordSize
    }
    return (count, count)
  }

  private func room(_ bytes: Int64) -> UInt64 { UInt64(bytes / Int64(RecordHeader.size)) }
}

extension Random {
  /// One number.
  fileprivate static var number: UInt64 {
    var random = Random()
    return random.next()
  }
}
