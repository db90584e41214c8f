/// Follows one channel into alarms and out of them.
struct AlarmWatch {
  /// Nil until the first value has told.
  private var state: AlarmState?
  /// What it will come to if it stays so.
  private var pending: (state: AlarmState, since: Duration)?

  /// Takes an outcome. One without a value changes nothing.
  /// - Returns: what the alarm has come to, where that is new; it is after the first value, so that
  ///   whoever was told of an alarm by an earlier run learns how it stands.
  mutating func take(_ outcome: Outcome, at time: Duration, _ rules: AlarmRules) -> AlarmState? {
    if outcome.isMissing { return nil }
    let observed = observe(outcome, rules)
    guard observed != state else {
      pending = nil
      return nil
    }
    if observed != .normal {
      if pending?.state != observed { pending = (observed, time) }
      guard let pending, rules.delay.hasPassed(from: pending.since, to: time) else { return nil }
    }
    pending = nil
    state = observed
    return observed
  }

  private func observe(_ outcome: Outcome, _ rules: AlarmRules) -> AlarmState {
    if !rules.matches.isEmpty { return outcome.matches(rules.matches) ? .active : .normal }
    guard let number = outcome.number else { return .normal }
    if let above = rules.above {
      let limit = state == .above ? above - rules.hysteresis : above
      if number > limit { return .above }
    }
    if let below = rules.below {
      let limit = state == .below ? below + rules.hysteresis : below
      if number < limit { return .below }
    }
    return .normal
  }
}

extension Outcome {
  /// Whether it is one of some values as a configuration writes them; of names of flags, whether
  /// one is.
  fileprivate func matches(_ values: [String]) -> Bool {
    switch self {
    case .integer(let value): values.contains("\(value)")
    case .boolean(let value): values.contains(value ? "true" : "false")
    case .text(let value): values.contains(value)
    case .texts(let names): names.contains { values.contains($0) }
    case .float, .double, .missing: false
    }
  }
}
