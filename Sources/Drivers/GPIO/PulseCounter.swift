/// Counts the pulses of a line.
struct PulseCounter: Sendable {
  /// All pulses so far, those included that an earlier run of the gateway has counted.
  private(set) var total: UInt64 = 0

  /// Takes a pulse. A total that has come to its end stays there; at a million a second that is
  /// 584,000 years.
  mutating func take() {
    if total < .max { total += 1 }
  }

  /// Adds what was kept.
  mutating func resume(from kept: UInt64) {
    let (sum, isTooLarge) = total.addingReportingOverflow(kept)
    total = isTooLarge ? .max : sum
  }
}

/// Lets pulses through that come so long after the last one that it let through.
struct PulseGate: Sendable {
  /// Zero lets all through.
  let gap: Duration
  private var last: Duration?

  init(gap: Duration) {
    self.gap = gap
  }

  /// Whether a pulse counts.
  mutating func passes(_ time: Duration) -> Bool {
    guard gap > .zero else { return true }
    if let last, time - last < gap { return false }
    last = time
    return true
  }
}
