internal import Configuration

/// What is known of a counter from its readings so far, for as long as the gateway runs.
///
/// A counter of few bits begins again from 0: the reading goes on from where it was, by the missing
/// power of two. Where it begins again because the device was reset, the reading does so too. A
/// number that is neither is not believed until the next one goes on from it.
public struct CounterState: Sendable {
  private var previous: UInt64 = 0
  private var hasPrevious = false
  /// What the rollovers so far add.
  private(set) var carried: UInt64 = 0
  /// A number that was not believed.
  private var candidate: UInt64?
  /// Whether the numbers are the bits of a Double.
  private var isReal = false
  /// The power of ten that the counts had.
  private var scaleFactor: Int16 = 0

  /// What a reading is after the one before.
  enum Event: Equatable {
    /// There was none before.
    case first
    /// It has grown, by so many counts.
    case normal(UInt64)
    /// It has begun again from 0 because it was full, and has grown by so many counts.
    case rollover(UInt64)
    /// The device has set it back, and has counted so far since.
    case reset(UInt64)
    /// It is not believed.
    case implausible
  }

  /// A counter of which nothing is known.
  public init() {}

  /// Takes a reading.
  /// - Parameters:
  ///   - now: the counts, within the counter's bits.
  ///   - unit: what a count is in the point's unit, for the largest step.
  ///   - scaleFactor: where the power of ten of the counts changes, the counting starts anew.
  mutating func take(
    _ now: UInt64, _ counter: PointCounter, unit: Double, scaleFactor: Int16
  ) -> Event {
    if scaleFactor != self.scaleFactor { self = CounterState() }
    self.scaleFactor = scaleFactor
    guard hasPrevious else {
      hasPrevious = true
      previous = now
      return .first
    }
    var event = judge(from: previous, to: now, counter, unit)
    if event == .implausible {
      guard let candidate else {
        self.candidate = now
        return .implausible
      }
      event = judge(from: candidate, to: now, counter, unit)
      if event == .implausible {
        self.candidate = now
        return .implausible
      }
      // Twice is no fault of the line: the counter is another one now.
      if candidate < previous { carried = 0 }
    }
    candidate = nil
    previous = now
    switch event {
    case .rollover:
      if let bits = counter.bits, bits < 64 { carried += 1 << UInt64(bits) }
    case .reset: carried = 0
    case .first, .normal, .implausible: break
    }
    return event
  }

  /// Takes a reading of a counter that is no whole number; these never roll over.
  mutating func take(_ now: Double, _ counter: PointCounter, unit: Double) -> Event {
    // The bits of numbers that are not negative are in the numbers' order.
    guard now >= 0 else { return .implausible }
    isReal = true
    return take(now.bitPattern, counter, unit: unit, scaleFactor: 0)
  }

  private func judge(
    from previous: UInt64, to now: UInt64, _ counter: PointCounter, _ unit: Double
  ) -> Event {
    if now >= previous {
      let step = now - previous
      let amount =
        isReal ? Double(bitPattern: now) - Double(bitPattern: previous) : Double(step)
      return isPlausible(amount, counter, unit) ? .normal(step) : .implausible
    }
    if let bits = counter.bits, !isReal {
      let mask = bits < 64 ? (1 << UInt64(bits)) - 1 : UInt64.max
      let step = (now &- previous) & mask
      let isSmall = counter.stepMax != nil || step <= mask / CounterState.wrapShare
      if isSmall && isPlausible(Double(step), counter, unit) { return .rollover(step) }
    }
    return counter.resets == .never ? .implausible : .reset(now)
  }

  private func isPlausible(
    _ step: Double, _ counter: PointCounter, _ unit: Double
  ) -> Bool {
    guard let most = counter.stepMax else { return true }
    return step * unit.magnitude <= most
  }

  /// Where the profile has no largest step, a rollover is one by no more than this part of the
  /// counter's range: what is read twice around goes by unseen anyway.
  private static let wrapShare: UInt64 = 16
}
