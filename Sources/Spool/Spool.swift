internal import System

// Invariants of the module. A lane has a front in memory and a store on disk.
// 1. Each sequence of a lane is settled, once, with one fate, or it is queued; `Settled` holds the
//    settled ones, whose counts' sum is their number. Hence the ledger:
//    accepted = acknowledged + queued + dropped.
// 2. What is queued is in the store up to `stored`, or behind it in the front, in order.
// 3. Whatever is not in a segment although its sequence is between those that are has a reason that
//    is on disk: a record of kind 2, thinning, the next header, or the position. Else it is damage.
// 4. Segments are only appended to, deleted whole, or replaced whole by thinning; the last is not
//    deleted, so its name keeps the sequence when the queue is empty.
// 5. A file has a segment's name only once its header is durable. So a bad header is damage.
// 6. Where a segment ends is told by its content, never by its length: room is set aside behind.
// 7. The position on disk tells of no sequence that was not settled, and it is durable before a
//    segment that is settled goes.
// 8. Nothing in flight is dropped to make room. A segment that is busy is begun by nobody else.
// 9. Memory does not depend on the backlog but for some words a segment.
// 10. A lane's state is locked for a few assignments, never during a system call.
// 11. Every change of the disk goes through the tap, before it is made.

/// A queue of records on disk that survives crashes and power cuts, goes on in memory when the disk
/// fails, and accounts for every record.
///
/// It has lanes of different urgency. One thread writes (`append`, `work`, `writeDeadline`), one
/// reads (`next`, `readDeadline`, `rewind`, `acknowledge`, `discard`), both at once; `status` and
/// `recovery` are for any thread. `close` is called when both have ended.
///
/// Records are handed out as soon as they are appended, durable or not. A sequence that a power cut
/// took back may be given again; what names a record for ever has to be in its payload
/// (docs/decisions/0006-records-leave-before-they-are-durable.md).
///
/// The format is in docs/disk-format.md.
public final class Spool: @unchecked Sendable {
  private let options: Options
  let lanes: [Lane]
  private let root: Root
  private let onAvailable: (@Sendable () -> Void)?
  private let isClosed = Locked(false)
  private var bucket: TokenBucket?
  private var heldUntil: Duration?

  /// Opens the spool in `directory`; makes the directory, but not its parents, and what is missing in
  /// it. Neither damage nor a disk that cannot be used stops it: see `recovery`, and `trouble` in
  /// `status`. Without a disk, records are kept in memory, and it is tried again.
  /// - Parameters:
  ///   - now: time since boot.
  ///   - onAvailable: called on the writing thread when there is something for `next` that had
  ///     nothing before.
  /// - Throws: `inUse` where another process has the directory; `badOptions`.
  public convenience init(
    directory: String, options: Options, now: Duration,
    onAvailable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) {
    try self.init(
      directory: directory, options: options, tap: nil, now: now, onAvailable: onAvailable)
  }

  /// - Parameter adjust: makes limits of a lane smaller, for tests.
  init(
    directory: String, options: Options, tap: Tap?, now: Duration,
    adjust: (inout Limits) -> Void = { _ in }, onAvailable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) {
    if let fault = options.fault { throw .badOptions(fault) }
    self.options = options
    self.onAvailable = onAvailable
    let root = Root(Directory(path: directory, tap: tap))
    self.root = root
    do {
      try root.prepare()
    } catch {
      // Each lane meets it again and tells it.
      if case .inUse = error { throw error }
    }
    lanes = options.lanes.indices.map { index in
      var limits = Limits(
        bytes: options.lanes[index].bytesMax, payloadBytes: options.recordBytesMax)
      adjust(&limits)
      return Lane(index, options, root: root, limits: limits, now: now)
    }
    bucket = options.rate.map { TokenBucket($0, now: now) }
  }

  /// Appends a record to a lane. When it is durable is told by `Options.durability`. Where the disk
  /// fails, it stays in memory: that does not throw.
  /// - Parameters:
  ///   - lane: its place in `Options.lanes`.
  ///   - now: time since boot.
  /// - Throws: `payloadTooLarge`, `closed`; `full` where the newest gives way, and it is counted.
  public func append(
    _ payload: [UInt8], lane index: Int, stamp: Stamp, now: Duration
  ) throws(SpoolError) -> RecordID {
    if isClosed.withLock({ $0 }) { throw .closed }
    let lane = lanes[index]
    guard payload.count <= lane.payloadBytesMax else {
      throw .payloadTooLarge(bytes: payload.count, limit: lane.payloadBytesMax)
    }
    if lane.needsMemory, !makeRoomInMemory(Front.cost(of: payload), for: index, now: now) {
      lane.state.withLock { $0.refuse(stamp, as: .memory) }
      throw .full
    }
    let sequence = try lane.append(payload, stamp: stamp, now: now)
    ring(always: true, lane)
    return RecordID(lane: index, sequence: sequence)
  }

  /// When `work` has something to do; nil where nothing waits.
  public var writeDeadline: Duration? {
    var earliest: Duration?
    for lane in lanes {
      if let deadline = lane.deadline { earliest = min(earliest ?? deadline, deadline) }
    }
    return earliest
  }

  /// Does what is due: makes records durable, tries a failed disk again, drops what is too old.
  /// What goes wrong is told by `status`.
  public func work(now: Duration) {
    if isClosed.withLock({ $0 }) { return }
    for lane in lanes {
      lane.work(now: now)
      ring(always: false, lane)
    }
  }

  /// Makes all that is queued durable at once, also what `spill` would keep in memory. On the writing
  /// thread; what goes wrong is told by `status`.
  public func synchronize(now: Duration) {
    if isClosed.withLock({ $0 }) { return }
    for lane in lanes { _ = lane.spill(now: now) }
  }

  /// The next record: of the most urgent lane that has one, by the order in `Options.drain`; nil
  /// where there is none, where 256 of each lane wait to be acknowledged, or where the rate is used
  /// up, see `readDeadline`.
  ///
  /// What comes from disk is whole and checked, or it does not come: damage is passed over and
  /// counted.
  public func next(now: Duration) -> Record? {
    if isClosed.withLock({ $0 }) { return nil }
    heldUntil = bucket?.deadline(now: now)
    if heldUntil != nil { return nil }
    for lane in lanes {
      guard let record = lane.reader.next(now: now) else { continue }
      bucket?.take(bytes: record.payload.count)
      return record
    }
    return nil
  }

  /// When `next` may be asked again, where the rate is why it gave nothing; else nil.
  public var readDeadline: Duration? { heldUntil }

  /// Makes `next` begin again: the link has come up, and what was handed out and not acknowledged
  /// goes again. Records that are appended from now on are live.
  public func rewind() {
    for lane in lanes { lane.reader.rewind() }
  }

  /// Takes note that a record has arrived; in any order. Of one that was not handed out, or that is
  /// acknowledged or dropped already, nothing changes.
  ///
  /// The position on disk follows at most a second later, or at once when nothing is on its way, and
  /// is not synchronized: after a crash some records may be delivered again.
  /// - Parameter now: time since boot.
  public func acknowledge(_ id: RecordID, now: Duration) {
    settle(id, as: .acknowledged, now: now)
  }

  /// Drops a record that was handed out and can never be delivered.
  /// - Parameter now: time since boot.
  public func discard(_ id: RecordID, now: Duration) {
    settle(id, as: .undeliverable, now: now)
  }

  /// What is in the lanes and what it has cost; cheap.
  public var status: Status {
    Status(
      lanes: lanes.map { lane in
        lane.state.withLock { LaneStatus($0, name: lane.options.name) }
      })
  }

  /// What opening found, of each lane; nil for those whose disk could not be used so far.
  public var recovery: [RecoveryReport?] { lanes.map { $0.recovery.withLock { $0 } } }

  /// Makes all that is queued durable, writes the position, and gives back the room that was set
  /// aside. The directory may be opened again then.
  ///
  /// To be called when neither thread uses the spool any more; a second call does nothing. What
  /// could not be done is told by `status`.
  public func close() {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    if wasClosed { return }
    for lane in lanes { lane.close() }
    root.release()
  }

  private func settle(_ id: RecordID, as fate: Fate, now: Duration) {
    if isClosed.withLock({ $0 }) { return }
    guard lanes.indices.contains(id.lane) else { return }
    lanes[id.lane].reader.settle(id.sequence, as: fate, now: now)
  }

  /// Tells the reader, if it waits, that there is something.
  private func ring(always hasRecord: Bool, _ lane: Lane) {
    guard let onAvailable else { return }
    let mustRing = lane.state.withLock { state in
      defer {
        state.isReaderHeldUp = false
        if hasRecord { state.isReaderWaiting = false }
      }
      return state.isReaderHeldUp || hasRecord && state.isReaderWaiting
    }
    if mustRing { onAvailable() }
  }

  /// Sees to it that memory has room: what may go to disk goes, else records of lanes that are not
  /// more urgent are dropped.
  private func makeRoomInMemory(_ bytes: Int, for index: Int, now: Duration) -> Bool {
    while true {
      let taken = lanes.reduce(0) { $0 + $1.memoryBytes }
      // A record that is larger than the whole has it for itself.
      if taken == 0 || taken + bytes <= options.memoryBytesMax { return true }
      if spillLargest(now: now) { continue }
      let victim = lanes.indices.reversed().first { other in
        other >= index
          && lanes[other].state.withLock {
            $0.dropFromMemory(lanes[other].options.whenFull, isOwn: other == index)
          }
      }
      if victim == nil { return false }
    }
  }

  private func spillLargest(now: Duration) -> Bool {
    let lane = lanes.max { $0.memoryBytes < $1.memoryBytes }
    guard let lane, lane.memoryBytes > 0 else { return false }
    return lane.spill(now: now)
  }
}
