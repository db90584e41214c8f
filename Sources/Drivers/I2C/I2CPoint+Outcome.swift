internal import Configuration
internal import Formulas
internal import Telemetry

extension I2CPoint {
  /// What it is, of the values that formulas may use.
  func outcome(_ slots: [FormulaValue]) -> Outcome {
    if let condition {
      switch condition.evaluate(slots.span) {
      case .integer(0): return .missing(.notAvailable)
      case .missing(let reason): return .missing(MissingReason(reason))
      case .integer, .real: break
      }
    }
    if let saturation, case .integer(1) = saturation.evaluate(slots.span) {
      return .missing(.saturated)
    }
    switch value.evaluate(slots.span) {
    case .missing(let reason): return .missing(MissingReason(reason))
    case .real(let number):
      guard let limited = limited(number) else { return .missing(.outOfRange) }
      return .double(limited)
    case .integer(let number):
      if value.type == .boolean { return .boolean(number != 0) }
      switch meaning {
      case .labels(let table): return .text(table.name(of: number) ?? "unknown(\(number))")
      case .flags(let table):
        return .texts(
          table.entries.filter { $0.number < 64 && number >> $0.number & 1 != 0 }.map { $0.name })
      case .number, .truth: break
      }
      guard let limited = limited(Double(number)) else { return .missing(.outOfRange) }
      return limited == Double(number) ? .integer(number) : .double(limited)
    }
  }

  /// The number within its limits; nil where it is not believed.
  private func limited(_ number: Double) -> Double? {
    var number = number
    if let clamp { number = min(max(number, clamp.lowerBound), clamp.upperBound) }
    if let range, !range.contains(number) { return nil }
    return number
  }
}
