internal import System

/// One lane: the way of its records from memory to disk, by the mode of durability; what happens when
/// the disk fails, and when it comes back. The writing thread's own but for `state` and `reader`.
final class Lane {
  let options: Spool.LaneOptions
  let state: Locked<LaneState>
  let reader: LaneReader

  private let durability: Spool.Durability
  private let freeBytesMin: Int64
  private let root: Root
  private let limits: Limits
  private var writer: Writer?
  /// What opening has found; for any thread.
  let recovery = Locked<RecoveryReport?>(nil)

  /// Since when records are on disk that are not durable.
  private var waitsSince: Duration?
  /// When the disk is tried again after it has failed; nil while it works.
  private var retryAt: Duration?
  private var retryPause = Lane.retryPauseMin
  private var agedAt: Duration?

  /// A card that was pulled out is back soon; one that is broken must not be hammered.
  private static let retryPauseMin = Duration.seconds(1)
  private static let retryPauseMax = Duration.seconds(60)
  /// How often it is looked for records that are too old.
  private static let agePeriod = Duration.seconds(60)

  init(
    _ index: Int, _ options: Spool.Options, root: Root, limits: Limits, now: Duration
  ) {
    let lane = options.lanes[index]
    self.options = lane
    self.root = root
    self.limits = limits
    durability = options.durability
    freeBytesMin = options.freeBytesMin
    state = Locked(LaneState())
    reader = LaneReader(
      state, lane: index, options: lane, drain: options.drain, window: limits.window,
      islands: limits.islands)
    do {
      try open()
    } catch {
      fail(error, now: now)
    }
  }

  /// The largest payload: two records must find room.
  var payloadBytesMax: Int {
    let overhead = Int64(SegmentHeader.size) + 2 * PassedOver.recordSize
    return min(limits.payloadBytes, Int(clamping: max(0, limits.bytes / 2 - overhead)))
  }

  /// Whether records go to disk at once.
  private var writesThrough: Bool {
    if case .spill = durability { return false }
    return retryAt == nil
  }

  /// Whether memory must have room for a record before it is appended.
  var needsMemory: Bool { !writesThrough }

  /// Memory that the lane's records take.
  var memoryBytes: Int { state.withLock { $0.front.bytes } }

  /// - Throws: `full`.
  func append(
    _ payload: [UInt8], stamp: Spool.Stamp, now: Duration
  ) throws(SpoolError) -> UInt64 {
    if writesThrough, let writer {
      do {
        try writer.makeRoom(for: payload, stamp)
      } catch {
        if error == .full, options.whenFull == .dropNewest {
          state.withLock { $0.refuse(stamp, as: .full) }
          throw .full
        }
        fail(error, now: now)
      }
    }
    let sequence = state.withLock { state -> UInt64 in
      let sequence = state.append(payload, stamp: stamp, now: now)
      return state.outside(sequence)
    }
    guard writesThrough, let writer else { return sequence }
    do {
      switch durability {
      case .eachRecord:
        try writer.flush(isDurable: true)
      case .every(_, let records):
        try writer.flush(isDurable: false)
        if waitsSince == nil { waitsSince = now }
        if writer.waiting >= UInt64(records) { try synchronize() }
      case .spill:
        break
      }
    } catch {
      fail(error, now: now)
    }
    return sequence
  }

  /// When `work` has something to do.
  var deadline: Duration? {
    var deadline = retryAt
    func consider(_ other: Duration?) {
      if let other { deadline = min(deadline ?? other, other) }
    }
    if retryAt == nil {
      switch durability {
      case .eachRecord: break
      case .every(let period, _): consider(waitsSince.map { $0 + period })
      case .spill(let after): consider(oldestArrival.map { $0 + after })
      }
    }
    if options.ageMax != nil { consider((agedAt ?? .zero) + Lane.agePeriod) }
    return deadline
  }

  private var oldestArrival: Duration? {
    state.withLock { $0.front.isEmpty ? nil : $0.front[$0.front.first].arrival }
  }

  func work(now: Duration) {
    do {
      if let retryAt {
        if now >= retryAt { try retry() }
      } else {
        switch durability {
        case .eachRecord: break
        case .every(let period, _):
          if let waitsSince, now >= waitsSince + period { try synchronize() }
        case .spill(let after):
          if let oldestArrival, now >= oldestArrival + after { try store() }
        }
      }
      if options.ageMax != nil, now >= (agedAt ?? .zero) + Lane.agePeriod {
        agedAt = now
        dropExpiredFromMemory(now)
        if retryAt == nil { try writer?.dropExpired(options.ageMax, now: now) }
      }
    } catch {
      fail(error, now: now)
    }
  }

  /// Writes what is in memory to disk.
  /// - Returns: false where the disk cannot be used.
  func spill(now: Duration) -> Bool {
    guard retryAt == nil else { return false }
    do {
      try store()
      return true
    } catch {
      fail(error, now: now)
      return false
    }
  }

  func close() {
    state.withLock { $0.inFlight = Flight() }
    do {
      if writer == nil { try open() }
      writer?.isClosing = true
      try store()
      state.withLock { $0.writeTrouble = nil }
    } catch {
      tell(error)
    }
    do {
      try writer?.close()
      try writer?.store.writePosition(state, isDurable: true, isLast: true)
      state.withLock { $0.readTrouble = nil }
    } catch {
      tell(error)
    }
  }

  private func retry() throws(SpoolError) {
    if writer == nil { try open() }
    try store()
    retryAt = nil
    retryPause = Lane.retryPauseMin
    state.withLock { $0.writeTrouble = nil }
  }

  private func store() throws(SpoolError) {
    guard let writer else { return }
    try writer.flush(isDurable: false)
    try synchronize()
  }

  private func synchronize() throws(SpoolError) {
    try writer?.synchronize()
    waitsSince = nil
  }

  /// From now on records stay in memory, until a retry succeeds.
  private func fail(_ error: SpoolError, now: Duration) {
    // A full lane is no broken disk: an acknowledgement may make room at any moment.
    if error == .full { retryPause = Lane.retryPauseMin }
    retryAt = now + retryPause
    retryPause = min(retryPause * 2, Lane.retryPauseMax)
    tell(error)
  }

  private func tell(_ error: SpoolError) {
    state.withLock { $0.writeTrouble = error }
  }

  private func open() throws(SpoolError) {
    try root.prepare()
    var recovery = Recovery(
      Directory(path: "\(root.directory.path)/\(options.name)", tap: root.directory.tap),
      limits: limits)
    let recovered = try recovery.run()
    state.withLock { $0 = LaneState(recovered, behind: $0) }
    self.recovery.withLock { $0 = recovered.report }
    let writer = Writer(
      recovered, state: state, whenFull: options.whenFull, freeBytesMin: freeBytesMin)
    self.writer = writer
    if writer.waiting > 0 {
      try writer.synchronize()
      // So that the next opening need not do it again.
      try writer.store.writePosition(state)
    }
    for first in state.withLock({ $0.segments.map { $0.first } }) {
      try writer.store.removeSettled(state, around: first)
    }
  }

  private func dropExpiredFromMemory(_ now: Duration) {
    let ageMax = options.ageMax
    state.withLock { state in
      while !state.front.isEmpty, !state.inFlight.contains(state.front.first),
        state.isExpired(state.front[state.front.first].stamp, ageMax: ageMax, now: now)
      {
        state.settle(state.front.first, as: .age)
      }
    }
  }
}

/// The spool's own directory, which all lanes are in. The writing thread's own.
final class Root {
  let directory: Directory
  private var lock: DirectoryLock?

  init(_ directory: Directory) {
    self.directory = directory
  }

  /// Makes the directory and takes it for this process, unless that is done.
  func prepare() throws(SpoolError) {
    if lock != nil { return }
    try directory.make()
    lock = try DirectoryLock(directory.path, tap: directory.tap)
  }

  /// Lets others have it.
  func release() {
    lock = nil
  }
}
