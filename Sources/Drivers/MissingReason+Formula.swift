internal import Formulas
internal import Telemetry

extension MissingReason {
  /// Why a formula has no value: for want of an input, or because what it cannot compute is no number.
  init(_ reason: FormulaReason) {
    guard case .input(let code) = reason else {
      self = .notANumber
      return
    }
    self = MissingReason(rawValue: code) ?? .notANumber
  }
}
