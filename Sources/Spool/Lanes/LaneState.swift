/// What the writing and the reading thread of a lane both know, behind one lock that is never held
/// during a system call. Pure.
struct LaneState {
  /// What of the sequences needs nothing more.
  var settled: Settled
  /// Oldest first; records are appended to the last one, if to any.
  var segments: [Segment]
  /// The segment to which records are appended; nil before one could be made.
  var active: UInt64?
  /// Where in the active segment the written records end.
  var activeEnd: Int64
  /// The highest sequence of the store; the front begins behind it.
  var stored: UInt64
  /// Up to this sequence, all that is queued survives a power cut.
  var durable: UInt64
  /// What is not on disk.
  var front: Front
  /// Records that were handed out since the last rewind and are not settled; ascending.
  var inFlight = Flight()
  /// Records that were handed out before the last rewind, and not since.
  var orphans = Flight()
  /// From this sequence on, records are live; those below were there when the link came up.
  var liveStart: UInt64
  /// The newest record's stamp, if there was one since opening: by it the age of others is known.
  var newest: Spool.Stamp?
  /// `next` has found nothing; whoever brings something has to say so.
  var isReaderWaiting = true
  /// `next` has met a busy segment; whoever is done with it has to say so.
  var isReaderHeldUp = false
  /// The segments that the reader has open: from the oldest record on, from the first live one on.
  var reading: (backlog: UInt64, live: UInt64) = (0, 0)
  /// One more each time that the store was replaced under the reader.
  var epoch = 0
  /// What is on disk; nil while the disk cannot be used.
  var store: Store?
  /// By how much sequences have changed when the disk came to a lane that had begun without.
  var distance: UInt64 = 0

  var bytesDamaged: Int64 = 0
  /// Damaged segments that were kept for people.
  var setAside = 0
  var syncs: UInt64 = 0
  var bytesWritten: UInt64 = 0
  /// What the disk tells of the time before opening.
  var wearBefore = Spool.Wear()
  /// Why the writing thread, or the reading one, cannot use the disk.
  var writeTrouble: SpoolError?
  var readTrouble: SpoolError?

  /// A lane without a disk.
  init() {
    settled = Settled(Position(identity: 0))
    segments = []
    activeEnd = 0
    (stored, durable) = (0, 0)
    front = Front(first: 1)
    liveStart = 1
  }

  /// What takes the place of a lane that had no disk: the records in memory come behind those that
  /// are on disk, under other sequences.
  init(_ recovered: Recovered, behind memory: LaneState) {
    let distance = recovered.last
    settled = Settled(recovered.position)
    segments = recovered.segments
    wearBefore = recovered.wear
    store = recovered.store
    active = recovered.active == nil ? nil : recovered.segments.last?.first
    activeEnd = recovered.end
    stored = recovered.last
    durable = recovered.durable
    front = memory.front
    front.shift(by: distance)
    liveStart = memory.liveStart + distance
    inFlight = memory.inFlight
    inFlight.shift(by: distance)
    orphans = memory.orphans
    orphans.shift(by: distance)
    newest = memory.newest
    epoch = memory.epoch + 1
    self.distance = distance
    if memory.settled.position > 0 {
      settled.settle(distance + 1...distance + memory.settled.position, memory.settled.counts)
    }
    for island in memory.settled.islands {
      settled.settle(island.lower + distance...island.upper + distance, island.counts)
    }
  }

  /// The highest sequence given.
  var last: UInt64 { front.next - 1 }

  /// Marks the sequences that were given while there was no disk to tell which are free.
  private static let provisional: UInt64 = 1 << 63

  /// How a record is called outside.
  func outside(_ sequence: UInt64) -> UInt64 {
    store == nil ? sequence | LaneState.provisional : sequence
  }

  /// The sequence of a record that was called so outside.
  func present(_ sequence: UInt64) -> UInt64 {
    guard sequence & LaneState.provisional != 0 else { return sequence }
    let given = sequence & ~LaneState.provisional
    return store == nil ? given : given + distance
  }

  /// Takes a record into memory.
  mutating func append(_ payload: [UInt8], stamp: Spool.Stamp, now: Duration) -> UInt64 {
    let sequence = front.next
    front.append(payload, stamp: stamp, arrival: now)
    newest = stamp
    return sequence
  }

  /// Takes note of a record that is not taken: it gets a sequence, so that the account tells of it.
  mutating func refuse(_ stamp: Spool.Stamp, as fate: Fate) {
    settle(append([], stamp: stamp, now: .zero), as: fate)
  }

  /// Takes note that a record was handed out.
  mutating func handOut(_ sequence: UInt64) {
    orphans.remove(sequence)
    inFlight.insert(sequence)
  }

  /// Settles a record that was handed out; false where it is not known as such.
  mutating func settleHandedOut(_ sequence: UInt64, as fate: Fate) -> Bool {
    guard inFlight.remove(sequence) || orphans.remove(sequence) else { return false }
    settle(sequence, as: fate)
    return true
  }

  /// Settles a queued record.
  mutating func settle(_ sequence: UInt64, as fate: Fate) {
    guard !settled.contains(sequence) else { return }
    settled.settle(sequence...sequence, Counts(fate))
    if sequence >= front.first, sequence < front.next { front.settle(sequence, as: fate) }
  }

  /// Settles all of `range` that is not yet: `told` of them as it says, the others as damage.
  /// - Parameter segment: the one whose remaining counts these are part of.
  /// - Returns: how many were damaged.
  @discardableResult
  mutating func settleGap(
    _ range: Range<UInt64>, told: Counts, in segment: UInt64? = nil, isNeeded: Bool = false
  ) -> UInt64 {
    var open: [Range<UInt64>] = []
    settled.forEachOpen(in: range) { open.append($0) }
    if open.isEmpty { return 0 }
    let count = open.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    var counts = told.clipped(to: count)
    if let segment, let index = index(of: segment) {
      segments[index].remaining -= counts
    }
    let damaged = count - counts.sum
    counts.damage += damaged
    for range in open {
      settled.settle(
        range.lowerBound...range.upperBound - 1,
        counts.takeOut(range.upperBound - range.lowerBound), isNeeded: isNeeded)
    }
    inFlight.remove(in: range)
    orphans.remove(in: range)
    return damaged
  }

  /// Keeps the front's first record in its place and says all that is needed to store it.
  mutating func pinFirst() -> Unstored? {
    guard let entry = front.pin() else { return nil }
    return Unstored(
      sequence: front.first, payload: entry.payload, stamp: entry.stamp, passed: front.passed)
  }

  /// The place of the segment named for `first`.
  func index(of first: UInt64) -> Int? {
    let index = indexOfSegment(with: first)
    guard let index, segments[index].first == first else { return nil }
    return index
  }

  /// The segment in which `sequence` would be.
  func indexOfSegment(with sequence: UInt64) -> Int? {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].first <= sequence { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// The sequences of a segment.
  func range(ofSegmentAt index: Int) -> Range<UInt64> {
    let first = segments[index].first
    let bound = index + 1 < segments.count ? segments[index + 1].first : stored + 1
    return first..<max(first, bound)
  }

  /// Marks a segment busy of which all is settled, and which is not the last.
  mutating func claimSettled(around sequence: UInt64?) -> UInt64? {
    func isSettled(_ index: Int) -> Bool {
      guard index + 1 < segments.count, !segments[index].isBusy else { return false }
      return settled.next(from: segments[index].first) >= segments[index + 1].first
    }
    if !segments.isEmpty, isSettled(0) {
      segments[0].isBusy = true
      return segments[0].first
    }
    guard let sequence, let index = indexOfSegment(with: sequence), isSettled(index) else {
      return nil
    }
    let range = range(ofSegmentAt: index)
    guard settled.need(range.lowerBound...range.upperBound - 1) else { return nil }
    segments[index].isBusy = true
    return segments[index].first
  }

  /// Takes a segment's mark away.
  mutating func release(_ first: UInt64) {
    if let index = index(of: first) { segments[index].isBusy = false }
  }

  /// What to write to the position file.
  func saved(identity: UInt32) -> Position {
    var saved = settled.saved(identity: identity, stored: stored)
    saved.wear = wear
    saved.durable = durable
    return saved
  }

  /// What the lane has cost the device. What the disk tells may be anything, so it may wrap.
  var wear: Spool.Wear {
    var wear = wearBefore
    wear.bytesWritten &+= bytesWritten
    wear.syncs &+= syncs
    return wear
  }

  /// Bytes of all segments.
  var bytesOnDisk: Int64 { segments.reduce(0) { $0 + $1.bytes } }

  /// Whether a record of this stamp is older than `ageMax`, as far as can be known: within one boot
  /// by time since boot, between boots by wall clocks that were both right.
  func isExpired(_ stamp: Spool.Stamp, ageMax: Duration?, now: Duration) -> Bool {
    guard let ageMax, let newest else { return false }
    if stamp.bootID == newest.bootID { return now - stamp.sinceBoot > ageMax }
    guard stamp.isSynchronized, newest.isSynchronized else { return false }
    let sinceNewest = now - newest.sinceBoot
    return .milliseconds(newest.wall - stamp.wall) + sinceNewest > ageMax
  }

  /// The account of all records.
  var ledger: Spool.Ledger {
    let open = last - min(last, settled.count)
    var remaining = Counts()
    for segment in segments { remaining += segment.remaining }
    // Headers written by a stranger may tell of more than there is room for; the account holds still.
    let told = remaining.clipped(to: open)
    var counts = settled.total
    counts += told
    return Spool.Ledger(
      counts, accepted: last - min(last, counts.skipped), queued: open - told.sum)
  }
}

extension LaneState {
  /// Drops queued records from memory by the lane's rule, one or more; none that is in flight.
  /// - Parameter isOwn: it is for another record of this lane.
  /// - Returns: false where nothing gives way.
  mutating func dropFromMemory(_ rule: Spool.WhenFull, isOwn: Bool) -> Bool {
    let sequences = front.first..<front.next
    switch rule {
    case .dropNewest:
      if isOwn { return false }
      guard let newest = sequences.last(where: isDroppable) else { return false }
      settle(newest, as: .memory)
      return true
    case .thin:
      // Every second of the older half, and when these are few, the oldest.
      let older = sequences.prefix(sequences.count / 2).filter(isDroppable)
      guard older.count > 1 else { return dropFromMemory(.dropOldest, isOwn: isOwn) }
      for index in stride(from: 0, to: older.count, by: 2) { settle(older[index], as: .memory) }
      return true
    case .dropOldest:
      guard let oldest = sequences.first(where: isDroppable) else { return false }
      settle(oldest, as: .memory)
      return true
    }
  }

  private func isDroppable(_ sequence: UInt64) -> Bool {
    !settled.contains(sequence) && !inFlight.contains(sequence)
  }
}

/// A record that is to go from the front to the store.
struct Unstored {
  let sequence: UInt64
  let payload: [UInt8]
  let stamp: Spool.Stamp
  /// What became of the sequences between the store's last and this one.
  let passed: Counts
}

/// Sequences on their way, ascending; a window bounds their number.
struct Flight {
  private(set) var sequences: [UInt64] = []

  var count: Int { sequences.count }
  var first: UInt64? { sequences.first }

  private func place(of sequence: UInt64) -> Int {
    var (low, high) = (0, sequences.count)
    while low < high {
      let middle = (low + high) / 2
      if sequences[middle] < sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func contains(_ sequence: UInt64) -> Bool {
    let place = place(of: sequence)
    return place < sequences.count && sequences[place] == sequence
  }

  func contains(anyOf range: Range<UInt64>) -> Bool {
    let place = place(of: range.lowerBound)
    return place < sequences.count && sequences[place] < range.upperBound
  }

  mutating func insert(_ sequence: UInt64) {
    let place = place(of: sequence)
    if place < sequences.count, sequences[place] == sequence { return }
    sequences.insert(sequence, at: place)
  }

  @discardableResult
  mutating func remove(_ sequence: UInt64) -> Bool {
    let place = place(of: sequence)
    guard place < sequences.count, sequences[place] == sequence else { return false }
    sequences.remove(at: place)
    return true
  }

  mutating func remove(in range: Range<UInt64>) {
    sequences.removeSubrange(place(of: range.lowerBound)..<place(of: range.upperBound))
  }

  mutating func shift(by distance: UInt64) {
    for index in sequences.indices { sequences[index] += distance }
  }
}
