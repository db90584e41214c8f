/// Allows so many records and bytes a second on average. Pure.
///
/// What a pause leaves unused is saved up for the length of the burst. A record goes as soon as
/// there is a whole message and any byte to spend; a large one leaves a debt that the next have to
/// wait for, so the average holds whatever their size.
struct TokenBucket {
  private struct Part {
    let perSecond: Double
    let most: Double
    /// What must be there for a record to go.
    let least: Double
    var level: Double

    init(perSecond: Double, burst: Double, least: Double) {
      self.perSecond = perSecond
      self.least = least
      most = max(perSecond * burst, least)
      level = most
    }

    mutating func fill(_ seconds: Double) { level = min(most, level + perSecond * seconds) }

    /// Seconds until a record may go.
    var wait: Double { level >= least ? 0 : (least - level) / perSecond }
  }

  private var messages: Part?
  private var bytes: Part?
  private var filledAt: Duration

  /// A full bucket.
  init(_ limit: Spool.RateLimit, now: Duration) {
    let burst = limit.burst.inSeconds
    messages = limit.messagesPerSecond.map { Part(perSecond: $0, burst: burst, least: 1) }
    bytes = limit.bytesPerSecond.map { Part(perSecond: $0, burst: burst, least: 1) }
    filledAt = now
  }

  /// Whether a record may go now.
  mutating func isOpen(now: Duration) -> Bool {
    fill(now: now)
    return wait == 0
  }

  /// Takes note that a record of so many bytes goes.
  mutating func take(bytes count: Int) {
    messages?.level -= 1
    bytes?.level -= Double(count)
  }

  /// When the next record may go; nil where that is now.
  mutating func deadline(now: Duration) -> Duration? {
    fill(now: now)
    let wait = wait
    // Rounded up, or it would be asked again just before.
    return wait == 0 ? nil : now + .milliseconds(Int64(min(wait * 1_000, 1e15)) + 1)
  }

  private var wait: Double { max(messages?.wait ?? 0, bytes?.wait ?? 0) }

  private mutating func fill(now: Duration) {
    guard now > filledAt else { return }
    let seconds = (now - filledAt).inSeconds
    messages?.fill(seconds)
    bytes?.fill(seconds)
    filledAt = now
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
