internal import CLinux

/// The operations on numbers. Every real that comes in is finite, and so is every one that goes out.
enum Arithmetic {
  static func integer(_ operation: Operation, _ a: Int64) throws(FormulaReason) -> UInt64 {
    switch operation {
    case .not: return a == 0 ? 1 : 0
    case .complement: return UInt64(bitPattern: ~a)
    default:
      if operation == .absoluteInteger && a >= 0 { return UInt64(bitPattern: a) }
      let (value, overflows) = (0 as Int64).subtractingReportingOverflow(a)
      if overflows { throw .overflow }
      return UInt64(bitPattern: value)
    }
  }

  static func integer(
    _ operation: Operation, _ a: Int64, _ b: Int64
  ) throws(FormulaReason) -> UInt64 {
    let result: (partialValue: Int64, overflow: Bool)
    switch operation {
    case .addInteger: result = a.addingReportingOverflow(b)
    case .subtractInteger: result = a.subtractingReportingOverflow(b)
    case .multiplyInteger: result = a.multipliedReportingOverflow(by: b)
    case .moduloInteger:
      if b == 0 { throw .divisionByZero }
      // Int64.min % -1 overflows in hardware, and is 0.
      let rest = b == -1 ? 0 : a % b
      result = (rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest, false)
    case .powerInteger: result = (try power(a, b), false)
    case .minimumInteger: result = (min(a, b), false)
    case .maximumInteger: result = (max(a, b), false)
    case .shiftLeft, .shiftRight:
      guard b >= 0 && b <= 63 else { throw .outOfDomain }
      if operation == .shiftRight {
        result = (a >> b, false)
      } else {
        let shifted = a << b
        result = (shifted, shifted >> b != a)
      }
    case .bitAnd: result = (a & b, false)
    case .bitOr: result = (a | b, false)
    case .bitXor: result = (a ^ b, false)
    case .signExtend:
      guard b >= 1 && b <= 64 else { throw .outOfDomain }
      result = ((a << (64 - b)) >> (64 - b), false)
    case .equalInteger: result = (a == b ? 1 : 0, false)
    case .notEqualInteger: result = (a != b ? 1 : 0, false)
    case .lessInteger: result = (a < b ? 1 : 0, false)
    case .lessEqualInteger: result = (a <= b ? 1 : 0, false)
    case .greaterInteger: result = (a > b ? 1 : 0, false)
    default: result = (a >= b ? 1 : 0, false)
    }
    if result.overflow { throw .overflow }
    return UInt64(bitPattern: result.partialValue)
  }

  /// By squaring, so at most 63 rounds; the exponent is a constant that is not negative.
  private static func power(_ base: Int64, _ exponent: Int64) throws(FormulaReason) -> Int64 {
    var result: Int64 = 1
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, overflows) = result.multipliedReportingOverflow(by: square)
        if overflows { throw .overflow }
        result = product
      }
      rest >>= 1
      if rest > 0 {
        let (product, overflows) = square.multipliedReportingOverflow(by: square)
        if overflows { throw .overflow }
        square = product
      }
    }
    return result
  }

  static func real(_ operation: Operation, _ a: Double) throws(FormulaReason) -> Double {
    switch operation {
    case .negateReal: return -a
    case .absoluteReal: return a.magnitude
    case .squareRoot:
      guard a >= 0 else { throw .outOfDomain }
      return a.squareRoot()
    case .exponential: return try finite(exp(a))
    default:
      guard a > 0 else { throw .outOfDomain }
      return operation == .logarithm ? log(a) : log10(a)
    }
  }

  static func real(
    _ operation: Operation, _ a: Double, _ b: Double
  ) throws(FormulaReason) -> Double {
    switch operation {
    case .addReal: return try finite(a + b)
    case .subtractReal: return try finite(a - b)
    case .multiplyReal: return try finite(a * b)
    case .divideReal:
      if b == 0 { throw .divisionByZero }
      return try finite(a / b)
    case .moduloReal:
      if b == 0 { throw .divisionByZero }
      let rest = fmod(a, b)
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
    case .minimumReal: return b < a ? b : a
    case .maximumReal: return b > a ? b : a
    default:
      if a == 0 && b < 0 { throw .divisionByZero }
      let power = pow(a, b)
      if power.isNaN { throw .outOfDomain }
      return try finite(power)
    }
  }

  static func compare(_ operation: Operation, _ a: Double, _ b: Double) -> Bool {
    switch operation {
    case .equalReal: a == b
    case .notEqualReal: a != b
    case .lessReal: a < b
    case .lessEqualReal: a <= b
    case .greaterReal: a > b
    default: a >= b
    }
  }

  /// A whole number from a real one.
  static func whole(_ operation: Operation, _ a: Double) throws(FormulaReason) -> UInt64 {
    let rule: FloatingPointRoundingRule =
      switch operation {
      case .floor: .down
      case .ceiling: .up
      case .round: .toNearestOrAwayFromZero
      default: .towardZero
      }
    guard let value = Int64(exactly: a.rounded(rule)) else { throw .overflow }
    return UInt64(bitPattern: value)
  }

  private static func finite(_ value: Double) throws(FormulaReason) -> Double {
    guard value.isFinite else { throw .notFinite }
    return value
  }
}
