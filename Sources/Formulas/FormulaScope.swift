/// What a value can be; every part of a formula has one type, known when it is read.
public enum FormulaType: UInt8, Equatable, Sendable {
  /// A whole number of 64 bits with a sign.
  case integer
  /// An IEEE 754 double.
  case real
  /// True or false.
  case boolean
}

/// A value that is known when the formula is read.
public enum FormulaConstant: Equatable, Sendable {
  case integer(Int64)
  /// Must be finite.
  case real(Double)
  case boolean(Bool)

  var type: FormulaType {
    switch self {
    case .integer: .integer
    case .real: .real
    case .boolean: .boolean
    }
  }

  var bits: UInt64 {
    switch self {
    case .integer(let value): UInt64(bitPattern: value)
    case .real(let value): value.bitPattern
    case .boolean(let value): value ? 1 : 0
    }
  }

  init(_ bits: UInt64, _ type: FormulaType) {
    switch type {
    case .integer: self = .integer(Int64(bitPattern: bits))
    case .real: self = .real(Double(bitPattern: bits))
    case .boolean: self = .boolean(bits != 0)
    }
  }
}

/// What a name stands for.
public enum FormulaSymbol: Sendable {
  /// A slot of the caller's buffer, and the type it will hold. In a slot for a real an integer is
  /// welcome; in a slot for a truth value, 0 is false and any other integer is true.
  case slot(Int, FormulaType)
  /// A value that does not change, such as an option's.
  case constant(FormulaConstant)
  /// A table, for `lookup`, `nearest` and `interp`.
  case table(FormulaTable)
}

/// What a call of a function stands for that the language does not have itself.
public enum FormulaCall: Sendable {
  /// The call with just this name as its argument, `code(gain)`, is a constant or a slot.
  case symbol(FormulaSymbol)
  /// The function is known, but not with this name as its argument.
  case unknownName
  /// The function multiplies its one argument, an expression: `ms(1.25 + 2.3*n)`. By the integer 1
  /// it gives the argument as it is.
  case scaled(by: FormulaConstant)
}

/// The names that a formula may use.
public struct FormulaScope {
  /// What a name stands for, dots included; nil where it is unknown.
  public var symbol: (_ name: String) -> FormulaSymbol?
  /// What a call stands for. It is asked with the argument's name first, where the argument is a
  /// name and nothing else; and where that gives nil, without.
  public var call: (_ function: String, _ argument: String?) -> FormulaCall?

  /// A scope of the caller's names, and of the caller's functions where there are any.
  public init(
    symbol: @escaping (_ name: String) -> FormulaSymbol?,
    call: @escaping (_ function: String, _ argument: String?) -> FormulaCall? = { _, _ in nil }
  ) {
    self.symbol = symbol
    self.call = call
  }
}
