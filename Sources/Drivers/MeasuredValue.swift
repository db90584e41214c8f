internal import Formulas
internal import Telemetry

extension FormulaValue {
  /// What others' formulas see of a value.
  init(_ outcome: Outcome) {
    switch outcome {
    case .integer(let number): self = .integer(number)
    case .float(let number): self = .real(Double(number))
    case .double(let number): self = .real(number)
    case .boolean(let isTrue): self = .integer(isTrue ? 1 : 0)
    case .text, .texts: self = .missing(.input(MissingReason.notAvailable.rawValue))
    case .missing(let reason): self = .missing(.input(reason.rawValue))
    }
  }
}

extension Outcome {
  /// What a formula has given.
  init(_ value: FormulaValue, isBoolean: Bool) {
    switch value {
    case .integer(let number): self = isBoolean ? .boolean(number != 0) : .integer(number)
    case .real(let number): self = .double(number)
    case .missing(.input(let code)):
      self = .missing(MissingReason(rawValue: code) ?? .notANumber)
    case .missing: self = .missing(.notANumber)
    }
  }

  /// The value, where it is within what is believed.
  func within(_ range: ClosedRange<Double>?) -> Outcome {
    guard let range else { return self }
    switch self {
    case .integer(let number): return range.contains(Double(number)) ? self : .missing(.outOfRange)
    case .double(let number): return range.contains(number) ? self : .missing(.outOfRange)
    case .float, .boolean, .text, .texts, .missing: return self
    }
  }
}
