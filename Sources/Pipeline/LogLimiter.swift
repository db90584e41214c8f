/// Decides which repetitions of a fault are worth a log line; pure, the time is an argument.
///
/// The first of a kind is told at once, a change of kind too, and repetitions once in a while with
/// their number: a dead device must be visible in the log and must not fill it.
struct LogLimiter {
  /// A line a minute and fault is 1,440 a day: enough to see a fault last, little enough to read.
  static let interval: Duration = .seconds(60)

  private var kind: String?
  private var told: Duration = .zero
  private var untold: UInt64 = 0

  /// A limiter for one source of faults that has had none.
  init() {}

  /// Whether a fault of `kind` is to be told now.
  /// - Returns: how many of its kind were not told before it; nil where it is not to be told.
  mutating func tell(_ kind: String, now: Duration) -> UInt64? {
    if kind == self.kind && now - told < LogLimiter.interval {
      untold += 1
      return nil
    }
    defer { untold = 0 }
    let repetitions = kind == self.kind ? untold : 0
    self.kind = kind
    told = now
    return repetitions
  }

  /// The source works again.
  /// - Returns: whether it had been told faulty.
  mutating func recover() -> Bool {
    let wasFaulty = kind != nil
    kind = nil
    untold = 0
    return wasFaulty
  }
}
