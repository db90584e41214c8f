internal import System

/// How a full lane gives way.
extension Writer {
  /// Sees to it that the lane may take `bytes` more on disk.
  /// - Parameter unused: bytes of the active segment that are given back right after.
  /// - Throws: `full` where nothing may give way; `system`.
  func makeRoom(_ bytes: Int64, unused: Int64) throws(SpoolError) {
    var freed: Int64 = 0
    while true {
      let taken = state.withLock { $0.bytesOnDisk }
      if taken - unused + bytes <= store.limits.bytes {
        // What the lane has given back itself it may take again, whatever others do.
        if freeBytesMin == 0 || freed >= bytes { return }
        if try store.directory.freeBytes() - bytes >= freeBytesMin { return }
      }
      guard try giveWay() else {
        if isClosing { return }
        throw .full
      }
      freed += max(0, taken - state.withLock { $0.bytesOnDisk })
    }
  }

  private func giveWay() throws(SpoolError) -> Bool {
    switch whenFull {
    case .dropNewest: return false
    case .dropOldest: return try dropOldest()
    case .thin:
      if try thin() { return true }
      return try dropOldest()
    }
  }

  /// Drops the oldest segment that has nothing in flight.
  private func dropOldest() throws(SpoolError) -> Bool {
    let oldest = state.withLock { state in
      state.segments.indices.first { state.canDrop($0) }.map { state.claim($0) }
    }
    guard let oldest else { return false }
    try drop(oldest, as: .full)
    return true
  }

  /// Drops the segments in which all is older than `ageMax`.
  func dropExpired(_ ageMax: Duration?, now: Duration) throws(SpoolError) {
    while true {
      let expired = state.withLock { state -> Claim? in
        // What is in a segment is not newer than the beginning of the next.
        let index = state.segments.indices.first { state.canDrop($0) }
        guard let index, index + 1 < state.segments.count,
          state.isExpired(state.segments[index + 1].stamp, ageMax: ageMax, now: now)
        else { return nil }
        return state.claim(index)
      }
      guard let expired else { return }
      try drop(expired, as: .age)
    }
  }

  private func drop(_ claim: Claim, as fate: Fate) throws(SpoolError) {
    var told = claim.segment.remaining
    var isDamaged = false
    // What cannot be read is taken to be what it should be; it must not keep the others from being
    // stored.
    if let file = try? store.openSegment(claim.segment.first), let limit = try? file.size(),
      let survey = try? Survey(
        store.reader(file, claim.segment, wantsPayloads: false), limit: limit,
        below: claim.bound, settled: claim.settled)
    {
      told += Counts(fate, survey.records)
      isDamaged = survey.isDamaged
    } else {
      let open = claim.settled.openCount(in: claim.segment.first..<claim.bound)
      told += Counts(fate, open - min(open, told.sum))
    }
    state.withLock {
      _ = $0.settleGap(claim.segment.first..<claim.bound, told: told, isNeeded: true)
      guard let index = $0.index(of: claim.segment.first) else { return }
      $0.segments[index].remaining = Counts()
      if isDamaged { $0.segments[index].isDamaged = true }
    }
    try store.remove(claim.segment.first, state)
  }
}

/// A segment that is marked busy.
struct Claim {
  let segment: Segment
  /// The first sequence of the next one.
  let bound: UInt64
  /// What was settled at that moment; of this segment nothing is settled while it is busy.
  let settled: Settled
}

extension LaneState {
  /// Whether a segment may be deleted although not all in it is settled.
  func canDrop(_ index: Int) -> Bool {
    guard index + 1 < segments.count, !segments[index].isBusy else { return false }
    let range = range(ofSegmentAt: index)
    guard !range.isEmpty, !inFlight.contains(anyOf: range) else { return false }
    let open = settled.next(from: range.lowerBound)
    return open == settled.position + 1 || settled.hasRoomForNeeded
      || settled.islands.contains { $0.isNeeded && $0.upper + 1 == open }
  }

  /// Marks a segment busy.
  mutating func claim(_ index: Int) -> Claim {
    let range = range(ofSegmentAt: index)
    // An acknowledgement that comes so late finds the record gone.
    orphans.remove(in: range)
    segments[index].isBusy = true
    return Claim(segment: segments[index], bound: range.upperBound, settled: settled)
  }
}
