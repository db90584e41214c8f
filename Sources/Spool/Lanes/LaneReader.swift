internal import System

/// What hands out a lane's records, one at a time. The reading thread's own.
///
/// There are two ways through the queue: from the oldest record on, and from the first live one on.
/// Oldest first, there is only the former.
final class LaneReader {
  /// A way through the queue.
  private final class Cursor {
    /// The sequence to look at next.
    var next: UInt64 = 1
    var segment: SegmentReader?
    /// The last sequence of the segment of which is known what it is.
    var seen: UInt64 = 0
    /// Damage that has been met and not yet been counted.
    var damage: Int64 = 0

    func begin(at sequence: UInt64) {
      next = sequence
      segment = nil
    }
  }

  private let state: Locked<LaneState>
  private let lane: Int
  private let ageMax: Duration?
  private let drain: Spool.DrainOrder
  private let window: Int
  private let islands: Int
  private let backlog = Cursor()
  private let live = Cursor()
  private var epoch = 0
  /// What the backlog has not had of its share, in hundredths of a record.
  private var credit = 0
  /// The position is written at most this often while the link is busy: a crash then repeats what
  /// was delivered in that time, and the device is spared.
  private static let positionPeriod = Duration.seconds(1)
  /// And so often where nothing of it was on disk: it only keeps the account.
  private static let accountPeriod = Duration.seconds(3_600)
  private var positionWritten: Duration?
  private var hasTrouble = false

  init(
    _ state: Locked<LaneState>, lane: Int, options: Spool.LaneOptions, drain: Spool.DrainOrder,
    window: Int, islands: Int
  ) {
    self.state = state
    self.lane = lane
    self.drain = drain
    self.window = window
    self.islands = islands
    ageMax = options.ageMax
    live.next = state.withLock { $0.liveStart }
  }

  func next(now: Duration) -> Spool.Record? {
    follow()
    guard case .liveFirst(let share) = drain else {
      return next(backlog, below: .max, now: now)
    }
    let liveStart = state.withLock { $0.liveStart }
    if credit + share >= LaneReader.whole, let record = next(backlog, below: liveStart, now: now) {
      credit += share - LaneReader.whole
      return record
    }
    if let record = next(live, below: .max, now: now) {
      credit = min(credit + share, LaneReader.whole)
      return record
    }
    return next(backlog, below: liveStart, now: now)
  }

  /// Shares are in hundredths.
  private static let whole = 100

  func rewind() {
    backlog.begin(at: 1)
    let islands = islands
    live.begin(
      at: state.withLock { state in
        state.orphans = state.inFlight
        state.inFlight = Flight()
        state.reading = (0, 0)
        // Each connection may leave an island behind; they must not become too many.
        if state.settled.islands.count < islands / 2 { state.liveStart = state.last + 1 }
        return state.liveStart
      })
  }

  /// Settles a record that was handed out, and lets the disk know; another one changes nothing.
  func settle(_ outside: UInt64, as fate: Fate, now: Duration) {
    let outcome = state.withLock { state -> (store: Store?, sequence: UInt64, isIdle: Bool)? in
      let sequence = state.present(outside)
      guard state.settleHandedOut(sequence, as: fate) else { return nil }
      return (state.store, sequence, sequence <= state.stored && state.inFlight.count == 0)
    }
    guard let outcome, let store = outcome.store else { return }
    do {
      if outcome.isIdle || isPositionDue(outcome.sequence, now: now) {
        positionWritten = now
        try store.writePosition(state)
      }
      if try store.removeSettled(state, around: outcome.sequence) { closeRemoved() }
      if hasTrouble { state.withLock { $0.readTrouble = nil } }
      hasTrouble = false
    } catch {
      // The acknowledgement holds; at worst the record is delivered again after the next start.
      tell(error)
    }
  }

  /// Whether the position is to be written although more is in flight.
  private func isPositionDue(_ sequence: UInt64, now: Duration) -> Bool {
    guard let positionWritten else {
      positionWritten = now
      return sequence <= state.withLock { $0.stored }
    }
    if now < positionWritten + LaneReader.positionPeriod { return false }
    return now >= positionWritten + LaneReader.accountPeriod
      || sequence <= state.withLock { $0.stored }
  }

  /// A deleted file takes room for as long as it is open.
  private func closeRemoved() {
    for cursor in [backlog, live] {
      guard let segment = cursor.segment else { continue }
      if state.withLock({ $0.index(of: segment.first) == nil }) { cursor.segment = nil }
    }
  }

  private func tell(_ error: SpoolError) {
    hasTrouble = true
    state.withLock { $0.readTrouble = error }
  }

  /// Begins again where the store was replaced under it.
  private func follow() {
    let (epoch, liveStart) = state.withLock { ($0.epoch, $0.liveStart) }
    guard epoch != self.epoch else { return }
    self.epoch = epoch
    backlog.begin(at: 1)
    live.begin(at: liveStart)
  }

  private enum Place {
    case nothing
    case memory(Spool.Record)
    case disk(Store, Segment, limit: Int64, bound: UInt64, needed: UInt64)
  }

  private func next(_ cursor: Cursor, below bound: UInt64, now: Duration) -> Spool.Record? {
    // Each turn goes over a record, some damage or a segment.
    while true {
      switch state.withLock({ place(cursor, below: bound, &$0, now) }) {
      case .nothing:
        return nil
      case .memory(let record):
        return record
      case .disk(let store, let segment, let limit, let end, let needed):
        do {
          guard let reader = try open(segment, in: store, cursor.segment, bound: end)
          else { continue }
          cursor.segment = reader
          let step = try reader.next(limit: limit, below: end)
          let record = state.withLock {
            take(step, cursor, segment.first, end: end, needed: needed, bound, &$0, now)
          }
          if let record { return record }
        } catch {
          cursor.segment = nil
          tell(error)
          return nil
        }
      }
    }
  }

  /// Where the next record is.
  private func place(
    _ cursor: Cursor, below bound: UInt64, _ state: inout LaneState, _ now: Duration
  ) -> Place {
    while true {
      var next = state.settled.next(from: cursor.next)
      while state.inFlight.contains(next) { next = state.settled.next(from: next + 1) }
      cursor.next = next
      guard next <= state.last, next < bound else {
        // Its file need not stay open while there is nothing to read.
        if next > state.stored, state.active != cursor.segment?.first { cursor.segment = nil }
        state.isReaderWaiting = true
        return .nothing
      }
      guard state.inFlight.count < window else { return .nothing }
      if next > state.stored {
        let entry = state.front[next]
        if state.isExpired(entry.stamp, ageMax: ageMax, now: now) {
          state.settle(next, as: .age)
          continue
        }
        state.handOut(next)
        cursor.next = next + 1
        return .memory(record(next, entry.stamp, entry.payload, state))
      }
      guard let index = state.indexOfSegment(with: next) else {
        // The segments in which they were are gone.
        state.settleGap(next..<(state.segments.first?.first ?? state.stored + 1), told: Counts())
        continue
      }
      guard let store = state.store, !state.segments[index].isBusy else {
        state.isReaderHeldUp = true
        return .nothing
      }
      let segment = state.segments[index]
      if cursor.segment?.first != segment.first {
        cursor.segment = nil
        cursor.damage = 0
        cursor.seen = segment.first - 1
      }
      if cursor === live {
        state.reading.live = segment.first
      } else {
        state.reading.backlog = segment.first
      }
      let isActive = segment.first == state.active
      return .disk(
        store, segment, limit: isActive ? state.activeEnd : segment.bytes,
        bound: state.range(ofSegmentAt: index).upperBound, needed: next)
    }
  }

  /// What has been read, unless the writing thread has taken it away meanwhile.
  private func take(
    _ step: SegmentReader.Step, _ cursor: Cursor, _ segment: UInt64, end: UInt64,
    needed: UInt64, _ bound: UInt64, _ state: inout LaneState, _ now: Duration
  ) -> Spool.Record? {
    guard let index = state.index(of: segment), !state.segments[index].isBusy else {
      cursor.segment = nil
      return nil
    }
    if hasTrouble { state.readTrouble = nil }
    hasTrouble = false
    switch step {
    case .damage(let range):
      cursor.damage += Int64(range.count)
      state.segments[index].isDamaged = true
      return nil
    case .passedOver(let passed):
      let range = passed.range
      miss(upTo: range.lowerBound, told: Counts(), cursor, segment, &state)
      state.settleGap(
        range.lowerBound..<range.upperBound + 1, told: passed.counts, in: segment)
      cursor.seen = range.upperBound
      return nil
    case .end:
      miss(upTo: end, told: state.segments[index].remaining, cursor, segment, &state)
      return nil
    case .record(let found):
      miss(
        upTo: found.sequence, told: Counts(.thinned, found.thinnedBefore), cursor, segment,
        &state)
      cursor.seen = found.sequence
      // Records before are only read to find the way.
      guard found.sequence >= needed, found.sequence < bound,
        !state.settled.contains(found.sequence), !state.inFlight.contains(found.sequence)
      else { return nil }
      if state.isExpired(found.stamp, ageMax: ageMax, now: now) {
        state.settle(found.sequence, as: .age)
        return nil
      }
      state.handOut(found.sequence)
      cursor.next = found.sequence + 1
      return record(found.sequence, found.stamp, found.payload, state)
    }
  }

  /// What is between the last record and the next is not there.
  private func miss(
    upTo sequence: UInt64, told: Counts, _ cursor: Cursor, _ segment: UInt64,
    _ state: inout LaneState
  ) {
    if cursor.seen + 1 < sequence {
      let damaged = state.settleGap(cursor.seen + 1..<sequence, told: told, in: segment)
      if damaged > 0 { state.bytesDamaged += cursor.damage }
      cursor.seen = sequence - 1
    }
    cursor.damage = 0
  }

  private func open(
    _ segment: Segment, in store: Store, _ present: SegmentReader?, bound: UInt64
  ) throws(SpoolError) -> SegmentReader? {
    if let present, present.first == segment.first { return present }
    do {
      return store.reader(try store.openSegment(segment.first), segment)
    } catch {
      // Somebody has deleted it. Its records are lost.
      guard case .system(.open, _, .noSuchFile) = error else { throw error }
      state.withLock { state in
        guard let index = state.index(of: segment.first), !state.segments[index].isBusy else {
          return
        }
        state.settleGap(segment.first..<bound, told: state.segments[index].remaining)
        if index + 1 < state.segments.count { state.segments.remove(at: index) }
      }
      return nil
    }
  }

  private func record(
    _ sequence: UInt64, _ stamp: Spool.Stamp, _ payload: [UInt8], _ state: LaneState
  ) -> Spool.Record {
    Spool.Record(
      id: Spool.RecordID(lane: lane, sequence: state.outside(sequence)), stamp: stamp,
      payload: payload, isBacklog: sequence < state.liveStart)
  }
}
