/// Decides which outcomes of a channel get into batches.
struct Reporting {
  private var last: (outcome: Outcome, time: Duration)?

  /// Whether an outcome does; it is the last reported one then.
  mutating func takes(
    _ outcome: Outcome, isDoubtful: Bool = false, at time: Duration, _ rules: ChannelRules
  ) -> Bool {
    let isDue: Bool
    if isDoubtful && rules.report != .never {
      isDue = true
    } else if let last {
      isDue =
        Reporting.isChange(from: last.outcome, to: outcome, rules.report)
        || rules.heartbeat.map { $0.hasPassed(from: last.time, to: time) } ?? false
    } else {
      isDue = rules.report != .never || outcome.isMissing
    }
    // The first is remembered in any case: there was a value.
    if isDue || last == nil { last = (outcome, time) }
    return isDue
  }

  private static func isChange(from last: Outcome, to new: Outcome, _ report: Report) -> Bool {
    if report == .always { return true }
    if last.isMissing || new.isMissing { return last != new }
    let limit: Double
    switch report {
    case .always, .onChange: return last != new
    case .never: return false
    case .deadband(let width): limit = width
    case .deadbandPercent(let percent): limit = abs(last.number ?? 0) * percent / 100
    }
    guard let old = last.number, let number = new.number else { return last != new }
    return abs(number - old) > limit
  }
}

extension Outcome {
  /// Whether there is no value.
  var isMissing: Bool {
    if case .missing = self { return true }
    return false
  }

  /// The value as a number; nil where it is none.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): Double(value)
    case .double(let value): value
    case .boolean, .text, .texts, .missing: nil
    }
  }
}
