/// How many pulses there were in the last time, in bounded memory: the window is cut into parts, and
/// those that are over are forgotten whole.
struct RateWindow: Sendable {
  /// The time is right to a 60th of the window: a minute's seconds, an hour's minutes.
  static let partCount = 60

  /// How long it is.
  let length: Duration
  private let part: Duration
  /// Pulses by part, in a ring, and one more for the part that is only begun.
  private var counts = [UInt32](repeating: 0, count: RateWindow.partCount + 1)
  /// The number of the present part since boot.
  private var present: Int64 = 0

  init(length: Duration) {
    self.length = length
    part = length / RateWindow.partCount
  }

  /// Takes a pulse.
  mutating func take(at time: Duration) {
    advance(to: time)
    // A pulse that is told late belongs to the present part; it is late by milliseconds.
    let place = Int(present % Int64(counts.count))
    if counts[place] < .max { counts[place] += 1 }
  }

  /// Pulses in the window that ends now.
  mutating func count(now: Duration) -> UInt64 {
    advance(to: now)
    return counts.reduce(0) { $0 + UInt64($1) }
  }

  private mutating func advance(to time: Duration) {
    let number = Int64(time / part)
    guard number > present else { return }
    let steps = min(number - present, Int64(counts.count))
    for step in 0..<steps { counts[Int((number - step) % Int64(counts.count))] = 0 }
    present = number
  }
}
