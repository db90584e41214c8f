/// An operator between two operands.
struct BinaryOperator {
  /// What it takes, and what it gives.
  enum Family: UInt8 {
    /// Numbers; integers give an integer.
    case arithmetic
    /// Numbers; gives a real.
    case division
    /// Numbers; integers give an integer where the exponent is a constant from 0.
    case power
    /// Integers; gives an integer.
    case bits
    /// Integers, the second a count of bits.
    case shift, signExtension
    /// Two numbers or two booleans; gives a boolean.
    case equality
    /// Numbers; gives a boolean.
    case order
    /// Conditions; gives a boolean.
    case logic
  }

  let precedence: UInt8
  let family: Family
  /// What it is between integers, or else reals; for `logic`, the jump that leaves it early.
  let integer: Operation
  let real: Operation

  init(_ precedence: UInt8, _ family: Family, _ integer: Operation, _ real: Operation) {
    self.precedence = precedence
    self.family = family
    self.integer = integer
    self.real = real
  }

  /// The operator of a token; nil where it is none.
  init?(_ kind: Token.Kind) {
    switch kind {
    case .or: self.init(1, .logic, .jumpIfTrueOrDrop, .jumpIfTrueOrDrop)
    case .and: self.init(2, .logic, .jumpIfFalseOrDrop, .jumpIfFalseOrDrop)
    case .equal: self.init(4, .equality, .equalInteger, .equalReal)
    case .notEqual: self.init(4, .equality, .notEqualInteger, .notEqualReal)
    case .less: self.init(4, .order, .lessInteger, .lessReal)
    case .lessEqual: self.init(4, .order, .lessEqualInteger, .lessEqualReal)
    case .greater: self.init(4, .order, .greaterInteger, .greaterReal)
    case .greaterEqual: self.init(4, .order, .greaterEqualInteger, .greaterEqualReal)
    case .bar: self.init(5, .bits, .bitOr, .bitOr)
    case .caret: self.init(6, .bits, .bitXor, .bitXor)
    case .ampersand: self.init(7, .bits, .bitAnd, .bitAnd)
    case .shiftLeft: self.init(8, .shift, .shiftLeft, .shiftLeft)
    case .shiftRight: self.init(8, .shift, .shiftRight, .shiftRight)
    case .plus: self.init(9, .arithmetic, .addInteger, .addReal)
    case .minus: self.init(9, .arithmetic, .subtractInteger, .subtractReal)
    case .star: self = Self.multiply
    case .slash: self.init(10, .division, .divideReal, .divideReal)
    case .percent: self.init(10, .arithmetic, .moduloInteger, .moduloReal)
    case .power: self = Self.power
    default: return nil
    }
  }

  static var multiply: Self { Self(10, .arithmetic, .multiplyInteger, .multiplyReal) }
  static var power: Self { Self(12, .power, .powerInteger, .powerReal) }

  // Functions that take two values as an operator does; they have no precedence.
  static var minimum: Self { Self(0, .arithmetic, .minimumInteger, .minimumReal) }
  static var maximum: Self { Self(0, .arithmetic, .maximumInteger, .maximumReal) }
  static var signExtend: Self { Self(0, .signExtension, .signExtend, .signExtend) }
}

/// How strongly operators bind, as in Python; those of two operands have theirs in their table.
enum Precedence {
  static let lowest: UInt8 = 1
  static let not: UInt8 = 3
  static let comparison: UInt8 = 4
  /// `-`, `+` and `~` before an operand: weaker than `**` behind it, so -2**2 is -4.
  static let sign: UInt8 = 11
  static let power: UInt8 = 12
}

/// The functions of the language.
enum Function: UInt8, CaseIterable {
  case `if`, min, max, clamp, abs, sqrt, exp, ln, log10, pow, floor, ceil, round, trunc, sext, poly
  case lookup, nearest, interp

  /// The function of a name.
  init?(_ name: ArraySlice<UInt8>) {
    for function in Self.allCases where name.isEqual(to: function.name) {
      self = function
      return
    }
    return nil
  }

  var name: StaticString {
    switch self {
    case .if: "if"
    case .min: "min"
    case .max: "max"
    case .clamp: "clamp"
    case .abs: "abs"
    case .sqrt: "sqrt"
    case .exp: "exp"
    case .ln: "ln"
    case .log10: "log10"
    case .pow: "pow"
    case .floor: "floor"
    case .ceil: "ceil"
    case .round: "round"
    case .trunc: "trunc"
    case .sext: "sext"
    case .poly: "poly"
    case .lookup: "lookup"
    case .nearest: "nearest"
    case .interp: "interp"
    }
  }

  /// How many arguments it takes; a range without an end is bounded by the stack and the text.
  var arguments: (least: Int, most: Int) {
    switch self {
    case .abs, .sqrt, .exp, .ln, .log10, .floor, .ceil, .round, .trunc: (1, 1)
    case .pow, .sext, .lookup, .nearest, .interp: (2, 2)
    case .if, .clamp: (3, 3)
    case .min, .max, .poly: (2, Int.max)
    }
  }

  /// What it does, where it does one thing; for `abs` it is that of a real.
  var operation: Operation {
    switch self {
    case .abs: .absoluteReal
    case .sqrt: .squareRoot
    case .exp: .exponential
    case .ln: .logarithm
    case .log10: .decimalLogarithm
    case .floor: .floor
    case .ceil: .ceiling
    case .round: .round
    case .trunc: .truncate
    case .lookup: .lookup
    case .nearest: .nearest
    case .interp: .interpolate
    default: .polynomial
    }
  }
}
