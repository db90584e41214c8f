/// How much of its time a bus is in use, from one report to the next; pure, the time is an argument.
struct BusUse: Sendable {
  private var lastBusy: Duration = .zero
  private var lastMissed: UInt64 = 0
  private var lastTime: Duration

  /// Counts from `now` on.
  init(now: Duration) {
    lastTime = now
  }

  /// What has been done since the last time that this was asked.
  /// - Returns: the share of the time that the bus was busy, in whole percent, and the turns that were
  ///   missed meanwhile. A reading counts when it is done: one that takes longer than a report counts
  ///   with the next.
  mutating func take(_ tally: BusTally, now: Duration) -> (percent: Int, turnsMissed: UInt64) {
    let time = (now - lastTime).microseconds
    let busy = (tally.busy - lastBusy).microseconds
    let missed = tally.turnsMissed - lastMissed
    (lastBusy, lastMissed, lastTime) = (tally.busy, tally.turnsMissed, now)
    return (time > 0 ? Int(min(busy * 100 / time, 100)) : 0, missed)
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
  }
}
