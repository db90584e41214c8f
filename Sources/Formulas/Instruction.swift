/// The machine's instructions. Each is one word of 64 bits, the operation in the low byte and its
/// operand above; `constant` is followed by a word with the value.
///
/// Types are settled when the formula is read, so the stack holds bare bits and each operation knows
/// what they are: an Int64, a Double, or 0 and 1 for a boolean.
enum Operation: UInt8 {
  case constant
  /// These push a slot's value; the operand is its index.
  case integerSlot, realSlot, booleanSlot
  /// These turn the value on top, or the one below it, into another type.
  case toReal, lowerToReal, toBoolean
  /// These go on at the operand.
  case jump, toRealAndJump
  /// Takes the condition away.
  case jumpIfFalse
  /// These keep the condition where they jump, and take it away where they do not.
  case jumpIfFalseOrDrop, jumpIfTrueOrDrop
  /// These take one value.
  case not, negateInteger, negateReal, complement, absoluteInteger, absoluteReal
  case squareRoot, exponential, logarithm, decimalLogarithm
  case floor, ceiling, round, truncate
  /// These take two integers.
  case addInteger, subtractInteger, multiplyInteger, moduloInteger, powerInteger
  case minimumInteger, maximumInteger
  case shiftLeft, shiftRight, bitAnd, bitOr, bitXor, signExtend
  case equalInteger, notEqualInteger, lessInteger, lessEqualInteger, greaterInteger
  case greaterEqualInteger
  /// These take two reals.
  case addReal, subtractReal, multiplyReal, divideReal, moduloReal, powerReal
  case minimumReal, maximumReal
  case equalReal, notEqualReal, lessReal, lessEqualReal, greaterReal, greaterEqualReal
  /// Takes the argument and as many coefficients as the operand says.
  case polynomial
  /// These take a key; the operand is the table's index.
  case lookup, nearest, interpolate
}

/// Words of code.
enum Instruction {
  static func word(_ operation: Operation, _ operand: Int = 0) -> UInt64 {
    UInt64(truncatingIfNeeded: operand) << 8 | UInt64(operation.rawValue)
  }

  /// Whether this code pushes a constant and does nothing else.
  static func isConstant(_ code: ArraySlice<UInt64>) -> Bool {
    code.count == 2 && code[code.startIndex] == word(.constant)
  }
}
