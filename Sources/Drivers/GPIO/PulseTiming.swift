/// The time between the pulses of a line.
struct PulseTiming: Sendable {
  /// The last pulse.
  private(set) var last: Duration?
  /// From the pulse before it.
  private var interval: Duration?
  /// Where the present measurement of a frequency began, and the pulses since.
  private var anchor: Duration?
  private var pulses: Int64 = 0
  private var frequency: Double?

  /// Takes a pulse.
  mutating func take(at time: Duration) {
    if let last, time > last { interval = time - last }
    if anchor == nil {
      anchor = time
    } else {
      pulses += 1
    }
    last = time
  }

  /// Forgets all: the line was let go of meanwhile, and what comes does not follow.
  mutating func begin() {
    self = PulseTiming()
  }

  /// The time between the last two pulses, in seconds. Where it is longer since the last one already,
  /// that: a wheel that stops must be seen to stop.
  /// - Parameter idle: so long after the last pulse there is none any more.
  /// - Returns: nil where there were not two pulses, or they are long ago.
  func interval(now: Duration, idle: Duration) -> Double? {
    guard let last, let interval, now - last <= idle else { return nil }
    return max(interval, now - last).seconds
  }

  /// Whole pulses by the time that they took, since the last call.
  ///
  /// That is exact however few there are: the time is not this call's but the pulses' own.
  /// - Parameter idle: so long after the last pulse the frequency is zero.
  /// - Returns: nil where there were not two pulses yet.
  mutating func frequency(now: Duration, idle: Duration) -> Double? {
    guard let last else { return nil }
    if now - last > idle {
      anchor = nil
      pulses = 0
      frequency = nil
      return 0
    }
    if pulses > 0, let anchor, last > anchor {
      frequency = Double(pulses) / (last - anchor).seconds
      self.anchor = last
      pulses = 0
    } else if let known = frequency, now > last {
      // The next pulse is not there yet, so there are at most so many.
      frequency = min(known, 1 / (now - last).seconds)
    }
    return frequency
  }
}

extension Duration {
  /// As a number, for arithmetic.
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
