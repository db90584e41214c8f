internal import System

extension SpoolRepair {
  /// What is delivered again.
  public struct Requeued: Equatable, Sendable {
    /// Records that are queued again.
    public internal(set) var records: UInt64 = 0
  }

  /// Moves a lane's position back, so that what is still on disk from `sequence` on is delivered
  /// again, with its sequence, in its order. It is not counted as acknowledged any more.
  ///
  /// Acknowledged records are on disk for as long as another one in their segment is queued, and in
  /// the last segment.
  /// - Throws: `noLane`; `tooManyGaps`; `system`.
  public func requeue(
    _ lane: String, from sequence: UInt64
  ) throws(SpoolError) -> Requeued {
    let directory = try inspection.directory(of: lane)
    let found = try inspection.look(at: lane).found
    let settled = Settled(found.position)
    var requeued = Requeued()
    guard let oldest = found.parts.first else { return requeued }
    let start = max(sequence, oldest.segment.first, 1)
    guard start <= settled.last else { return requeued }

    // What is before it stays as it is, queued or settled.
    var position = settled.position(before: start, identity: found.position.identity)
    position.wear = found.wear
    // What becomes of sequences in the segments is told there again: of all from `start` on, less
    // those that are queued now.
    var told = Counts()
    let below = Settled(allUpTo: start - 1)
    let queuedOnly = settled.settled(upTo: start - 1)
    for (index, part) in found.parts.enumerated() {
      let next = index + 1 < found.parts.count ? found.parts[index + 1] : nil
      let bound = next?.segment.first ?? max(found.last, settled.last) + 1
      guard bound > start else { continue }
      let file = try directory.openSegment(part.segment.first)
      let limit = try file.size()
      let end = next?.segment.first ?? RecordHeader.sequenceMax
      let all = try survey(file, part, found, limit: limit, below: end, settled: below)
      let queued = try survey(file, part, found, limit: limit, below: end, settled: queuedOnly)
      requeued.records += all.records - queued.records
      told += all.told - queued.told
      // What is settled behind the last record and told by no header stays settled: its segment was
      // delivered before others and is gone, or it was never on disk.
      let gap = max(all.last + 1, start)..<max(bound, start, all.last + 1)
      let count = settled.settledCount(in: gap, from: start)
      let behind =
        next.map { $0.header.before - part.header.before + part.header.own - all.allTold }
        ?? Counts()
      if count > behind.sum {
        settled.forEachSettled(in: gap) { position.append($0) }
      } else {
        told += behind.clipped(to: count)
      }
    }
    guard requeued.records > 0 else { return requeued }
    guard position.islands.count <= PositionFile.islandsMax else { throw .tooManyGaps }
    position.counts = settled.counts(without: told, requeued.records, leaving: position)
    try write(position, in: directory)
    return requeued
  }
}

extension SpoolRepair {
  /// What a segment holds besides what is settled.
  func survey(
    _ file: SpoolFile, _ part: Recovery.Part, _ found: Recovery.Found, limit: Int64,
    below bound: UInt64, settled: Settled
  ) throws(SpoolError) -> Survey {
    try Survey(
      SegmentReader(
        file, part.segment, identity: found.position.identity, limits: SpoolInspection.limits,
        wantsPayloads: false),
      limit: limit, below: bound, settled: settled)
  }
}

extension Position {
  /// Adds a range behind all others.
  fileprivate mutating func append(_ range: ClosedRange<UInt64>) {
    if range.lowerBound == sequence + 1 {
      sequence = range.upperBound
    } else if let last = islands.last, last.upperBound + 1 == range.lowerBound {
      islands[islands.count - 1] = last.lowerBound...range.upperBound
    } else {
      islands.append(range)
    }
  }
}

extension Settled {
  /// All up to a sequence, and nothing behind it.
  fileprivate init(allUpTo sequence: UInt64) {
    self.init(
      Position(identity: 0, sequence: sequence, counts: Counts(.acknowledged, sequence)))
  }

  /// The same, and all up to `sequence`.
  fileprivate func settled(upTo sequence: UInt64) -> Settled {
    var settled = self
    forEachOpen(in: 1..<sequence + 1) { open in
      settled.settle(
        open.lowerBound...open.upperBound - 1,
        Counts(.acknowledged, open.upperBound - open.lowerBound))
    }
    return settled
  }

  /// Which sequences below `start` are settled, without what became of them.
  fileprivate func position(before start: UInt64, identity: UInt32) -> Position {
    var before = Position(identity: identity, sequence: min(position, start - 1))
    for island in islands where island.lower < start {
      before.islands.append(island.lower...min(island.upper, start - 1))
    }
    return before
  }

  /// Calls `body` with each range within `range` that is settled, ascending.
  fileprivate func forEachSettled(in range: Range<UInt64>, _ body: (ClosedRange<UInt64>) -> Void) {
    var lower = range.lowerBound
    forEachOpen(in: range) { open in
      if open.lowerBound > lower { body(lower...open.lowerBound - 1) }
      lower = open.upperBound
    }
    if lower < range.upperBound { body(lower...range.upperBound - 1) }
  }

  /// How many sequences in `range`, `start` and above, are settled.
  fileprivate func settledCount(in range: Range<UInt64>, from start: UInt64) -> UInt64 {
    let lower = max(range.lowerBound, start)
    guard lower < range.upperBound else { return 0 }
    return range.upperBound - lower - openCount(in: lower..<range.upperBound)
  }

  /// What became of the sequences that stay settled, as many as `position` tells of.
  /// - Parameters:
  ///   - told: what became of others, that are not settled any more.
  ///   - requeued: how many records are queued again.
  fileprivate func counts(
    without told: Counts, _ requeued: UInt64, leaving position: Position
  ) -> Counts {
    let wanted = position.islands.reduce(position.sequence) {
      $0 + ($1.upperBound - $1.lowerBound + 1)
    }
    var counts = total - told
    counts.acknowledged -= min(counts.acknowledged, requeued)
    var over: UInt64 { counts.sum - min(counts.sum, wanted) }
    // A record that was not acknowledged was taken out by hand or could not be delivered.
    counts.purged -= min(counts.purged, over)
    counts.undeliverable -= min(counts.undeliverable, over)
    // What is left over was damaged; it will be found so again.
    counts.damage -= min(counts.damage, over)
    _ = counts.takeOut(over)
    counts.acknowledged += wanted - counts.sum
    return counts
  }
}
