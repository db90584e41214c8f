/// How much of its time a bus is in use, from one report to the next; pure, the time is an argument.
struct BusUse: Sendable {
  /// What the thread of a bus has done since it started.
  struct Work: Equatable, Sendable {
    /// The time that it took for its devices, waiting for their answers included.
    var busy: Duration = .zero
    /// Turns of the schedule that came too late to be taken.
    var turnsMissed: UInt64 = 0
  }

  private var last = Work()
  private var lastTime: Duration

  /// Counts from `now` on.
  init(now: Duration) {
    lastTime = now
  }

  /// What has been done since the last time that this was asked.
  /// - Returns: the share of the time that the bus was busy, in whole percent, and the turns that were
  ///   missed meanwhile. A reading counts when it is done: one that takes longer than a report counts
  ///   with the next.
  mutating func take(_ work: Work, now: Duration) -> (percent: Int, turnsMissed: UInt64) {
    let time = (now - lastTime).microseconds
    let busy = (work.busy - last.busy).microseconds
    let missed = work.turnsMissed - last.turnsMissed
    (last, lastTime) = (work, now)
    return (time > 0 ? Int(min(busy * 100 / time, 100)) : 0, missed)
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
