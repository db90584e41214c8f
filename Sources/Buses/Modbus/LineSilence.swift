/// How long a line must have been silent before the next request; pure, the time is an argument.
struct LineSilence: Sendable {
  /// The silence after a good answer.
  let gap: Duration
  /// The silence after which nothing is taken to be under way any more, where something went wrong.
  ///
  /// USB adapters and networks deliver what they hear in lumps, FTDI's adapters every 16 ms, so a
  /// shorter silence here need not be one on the line.
  static let lump: Duration = .milliseconds(20)

  private var needed: Duration
  private var since: Duration

  /// A line of which nothing is known, at `now`.
  init(gap: Duration, now: Duration) {
    self.gap = gap
    needed = max(gap, LineSilence.lump)
    since = now
  }

  /// The line is to be heard silent for so long from `now` on.
  func remaining(now: Duration) -> Duration {
    max(since + needed - now, .zero)
  }

  /// The answer that was waited for has come.
  mutating func answered(now: Duration) {
    since = now
    needed = gap
  }

  /// Something else has come, or nothing.
  mutating func disturbed(now: Duration) {
    since = now
    needed = max(gap, LineSilence.lump)
  }
}
