/// What a slot holds and what a formula gives: a number, or the reason why there is none.
public enum FormulaValue: Equatable, Sendable {
  /// A whole number, exact; a truth value is 1 or 0.
  case integer(Int64)
  /// A real number; a formula never gives NaN or infinity.
  case real(Double)
  /// There is no value.
  case missing(FormulaReason)
}

/// Why a formula has no value.
public enum FormulaReason: Error, Equatable, Sendable {
  /// A name it needs has no value; the caller's own code for the reason is passed on.
  case input(UInt8)
  /// A whole number left the 64 bits.
  case overflow
  /// Division or `%` by zero, or zero to a negative power.
  case divisionByZero
  /// A real number became infinite, or an input is NaN or infinite.
  case notFinite
  /// An argument outside of what the function takes: `sqrt(-1)`, `ln(0)`, a shift by 64, a key that
  /// is not in the table.
  case outOfDomain
  /// A slot holds a real where an integer was promised.
  case wrongType

  /// The name in logs and payloads, e.g. "division-by-zero".
  public var name: String {
    switch self {
    case .input: "missing-input"
    case .overflow: "overflow"
    case .divisionByZero: "division-by-zero"
    case .notFinite: "not-finite"
    case .outOfDomain: "out-of-domain"
    case .wrongType: "wrong-type"
    }
  }
}
