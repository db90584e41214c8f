/// Goes through the records of a lane that are on disk, one at a time, without changing anything.
public final class RecordWalk {
  /// A record on disk.
  public struct Item: Equatable, Sendable {
    /// Its number in the lane.
    public let sequence: UInt64
    /// When it was made.
    public let stamp: Spool.Stamp
    /// The bytes.
    public let payload: [UInt8]
    /// Whether it is still to be delivered.
    public let isQueued: Bool
  }

  private let inspection: SpoolInspection
  private let lane: String
  private let wantsSettled: Bool
  private let directory: Directory
  private let isLive: Bool
  private var identity: UInt32
  private var settled: Settled
  private var segments: [Segment]
  private var index = 0
  private var reader: SegmentReader?
  private var limit: Int64 = 0
  /// The sequence to look at next.
  private var wanted: UInt64
  private var looks = 0

  init(
    _ inspection: SpoolInspection, lane: String, from sequence: UInt64, wantsSettled: Bool
  ) throws(SpoolError) {
    self.inspection = inspection
    self.lane = lane
    self.wantsSettled = wantsSettled
    directory = try inspection.directory(of: lane)
    isLive = inspection.use != .free
    let found = try inspection.look(at: lane).found
    identity = found.position.identity
    settled = Settled(found.position)
    segments = found.segments
    wanted = sequence
  }

  /// The next record; nil at the end.
  ///
  /// What is damaged is passed over, and so is what another process deletes meanwhile.
  /// - Throws: `system` where a file may not be read.
  public func next() throws(SpoolError) -> Item? {
    // Each turn goes over a record, some damage or a segment.
    while index < segments.count {
      let bound = index + 1 < segments.count ? segments[index + 1].first : RecordHeader.sequenceMax
      guard hasWanted(segments[index].first, below: bound), try open() else {
        index += 1
        reader = nil
        continue
      }
      guard let reader else { continue }
      let step =
        isLive
        ? try reader.nextOfLive(limit: limit, below: bound)
        : try reader.next(limit: limit, below: bound)
      switch step {
      case .passedOver, .damage: continue
      case .end:
        index += 1
        self.reader = nil
      case .record(let found):
        guard found.sequence >= wanted else { continue }
        wanted = found.sequence + 1
        let isQueued = !settled.contains(found.sequence)
        guard isQueued || wantsSettled else { continue }
        return Item(
          sequence: found.sequence, stamp: found.stamp, payload: found.payload,
          isQueued: isQueued)
      }
    }
    return nil
  }

  private func hasWanted(_ first: UInt64, below bound: UInt64) -> Bool {
    guard wanted < bound else { return false }
    return wantsSettled || settled.openCount(in: max(first, wanted)..<max(bound, first)) > 0
  }

  /// Opens the segment that is at turn, unless it is open.
  /// - Returns: false where it is gone, and nothing took its place.
  private func open() throws(SpoolError) -> Bool {
    let segment = segments[index]
    if reader != nil { return true }
    do {
      let file = try directory.openSegment(segment.first)
      limit = try file.size()
      reader = SegmentReader(
        file, segment, identity: identity, limits: SpoolInspection.limits)
      return true
    } catch {
      guard error.isMissingFile else { throw error }
      looks += 1
      guard isLive, looks < RecordWalk.looksMax else { return false }
    }
    // It was delivered and deleted, or merged into the one before.
    let found = try inspection.look(at: lane).found
    settled = Settled(found.position)
    segments = found.segments
    index = segments.lastIndex { $0.first <= wanted } ?? 0
    // The turn is not over; the next one opens what is there now.
    return index < segments.count ? try open() : false
  }

  /// A gateway that delivers while its queue is read deletes a segment now and then.
  private static let looksMax = 10_000
}

extension SpoolInspection {
  /// Goes through the records of a lane that are on disk, in their order.
  /// - Parameters:
  ///   - sequence: where to begin.
  ///   - wantsSettled: also those that were acknowledged or dropped and whose segment is still there.
  /// - Throws: `noLane`; `system` where something may not be read.
  public func records(
    of lane: String, from sequence: UInt64 = 1, wantsSettled: Bool = false
  ) throws(SpoolError) -> RecordWalk {
    try RecordWalk(self, lane: lane, from: sequence, wantsSettled: wantsSettled)
  }
}
