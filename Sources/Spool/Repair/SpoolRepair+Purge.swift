internal import System

extension SpoolRepair {
  /// What a purge has done, or would do.
  public struct Purged: Equatable, Sendable {
    /// Queued records that are dropped.
    public internal(set) var records: UInt64 = 0
    /// Bytes on disk that they take.
    public internal(set) var bytes: Int64 = 0
    /// The last of them; 0 where there is none.
    public internal(set) var last: UInt64 = 0
  }

  /// Drops queued records of a lane, the oldest ones up to one: they are counted as purged, what is
  /// damaged among them as damage. Segments that are settled then are deleted.
  /// - Parameters:
  ///   - sequence: the last record that goes; nil for all of them.
  ///   - isTrial: only counts.
  /// - Throws: `noLane`; `system`.
  public func purge(
    _ lane: String, through sequence: UInt64?, isTrial: Bool = false
  ) throws(SpoolError) -> Purged {
    let directory = try inspection.directory(of: lane)
    let found = try inspection.look(at: lane).found
    let settled = Settled(found.position)
    let end = max(found.tail?.last ?? 0, found.position.sequence)
    let last = min(sequence ?? end, end)
    var purged = Purged()
    var told = Counts()
    for (index, part) in found.parts.enumerated() where part.segment.first <= last {
      let bound =
        index + 1 < found.parts.count
        ? found.parts[index + 1].segment.first : RecordHeader.sequenceMax
      if settled.openCount(in: part.segment.first..<bound) == 0 { continue }
      let file = try directory.openSegment(part.segment.first)
      let survey = try survey(
        file, part, found, limit: file.size(), below: min(bound, last + 1), settled: settled)
      purged.records += survey.records
      purged.bytes += survey.bytes
      told += bound <= last + 1 ? part.segment.remaining : survey.told
    }
    if purged.records > 0 { purged.last = last }
    if isTrial || last <= found.position.sequence { return purged }

    var state = LaneState()
    state.settled = settled
    state.settleGap(1..<last + 1, told: told + Counts(.purged, purged.records))
    var position = state.settled.saved(identity: found.position.identity, stored: found.last)
    position.wear = found.wear
    try write(position, in: directory)
    for (part, next) in zip(found.parts, found.parts.dropFirst())
    where next.segment.first <= position.sequence + 1 {
      try directory.remove(directory.path(ofSegment: part.segment.first))
    }
    return purged
  }
}
