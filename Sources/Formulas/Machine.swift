/// Runs a formula's code. Jumps go forward only, so an evaluation ends; nothing is allocated.
enum Machine {
  /// The bits of the value that the code leaves.
  static func run(
    _ code: Span<UInt64>, _ tables: borrowing [FormulaTable], _ slots: Span<FormulaValue>
  ) throws(FormulaReason) -> UInt64 {
    var stack = InlineArray<32, UInt64>(repeating: 0)
    var top = -1
    var next = 0
    while next < code.count {
      let word = code[next]
      next += 1
      guard let operation = Operation(rawValue: UInt8(truncatingIfNeeded: word)) else {
        preconditionFailure("no such operation")
      }
      let operand = Int(truncatingIfNeeded: word >> 8)
      switch operation {
      case .constant:
        top += 1
        stack[top] = code[next]
        next += 1
      case .integerSlot, .realSlot, .booleanSlot:
        top += 1
        stack[top] = try load(slots[operand], operation)
      case .toReal: stack[top] = real(stack[top])
      case .lowerToReal: stack[top - 1] = real(stack[top - 1])
      case .toBoolean: stack[top] = stack[top] == 0 ? 0 : 1
      case .jump: next = operand
      case .toRealAndJump:
        stack[top] = real(stack[top])
        next = operand
      case .jumpIfFalse:
        if stack[top] == 0 { next = operand }
        top -= 1
      case .jumpIfFalseOrDrop:
        if stack[top] == 0 { next = operand } else { top -= 1 }
      case .jumpIfTrueOrDrop:
        if stack[top] != 0 { next = operand } else { top -= 1 }
      case .not, .negateInteger, .complement, .absoluteInteger:
        stack[top] = try Arithmetic.integer(operation, Int64(bitPattern: stack[top]))
      case .negateReal, .absoluteReal, .squareRoot, .exponential, .logarithm, .decimalLogarithm:
        stack[top] = try Arithmetic.real(operation, Double(bitPattern: stack[top])).bitPattern
      case .floor, .ceiling, .round, .truncate:
        stack[top] = try Arithmetic.whole(operation, Double(bitPattern: stack[top]))
      case .addInteger, .subtractInteger, .multiplyInteger, .moduloInteger, .powerInteger,
        .minimumInteger, .maximumInteger, .shiftLeft, .shiftRight, .bitAnd, .bitOr, .bitXor,
        .signExtend, .equalInteger, .notEqualInteger, .lessInteger, .lessEqualInteger,
        .greaterInteger, .greaterEqualInteger:
        top -= 1
        stack[top] = try Arithmetic.integer(
          operation, Int64(bitPattern: stack[top]), Int64(bitPattern: stack[top + 1]))
      case .addReal, .subtractReal, .multiplyReal, .divideReal, .moduloReal, .powerReal,
        .minimumReal, .maximumReal:
        top -= 1
        stack[top] = try Arithmetic.real(
          operation, Double(bitPattern: stack[top]), Double(bitPattern: stack[top + 1])
        ).bitPattern
      case .equalReal, .notEqualReal, .lessReal, .lessEqualReal, .greaterReal, .greaterEqualReal:
        top -= 1
        let isTrue = Arithmetic.compare(
          operation, Double(bitPattern: stack[top]), Double(bitPattern: stack[top + 1]))
        stack[top] = isTrue ? 1 : 0
      case .polynomial:
        var value = Double(bitPattern: stack[top])
        let argument = Double(bitPattern: stack[top - operand])
        for index in 1..<operand {
          value = value * argument + Double(bitPattern: stack[top - index])
        }
        guard value.isFinite else { throw .notFinite }
        top -= operand
        stack[top] = value.bitPattern
      case .lookup, .nearest, .interpolate:
        stack[top] = try find(Double(bitPattern: stack[top]), operation, tables[operand])
      }
    }
    return stack[top]
  }

  private static func real(_ bits: UInt64) -> UInt64 {
    Double(Int64(bitPattern: bits)).bitPattern
  }

  private static func load(
    _ value: FormulaValue, _ operation: Operation
  ) throws(FormulaReason) -> UInt64 {
    switch value {
    case .missing(let reason): throw reason
    case .integer(let value):
      if operation == .realSlot { return Double(value).bitPattern }
      if operation == .booleanSlot { return value == 0 ? 0 : 1 }
      return UInt64(bitPattern: value)
    case .real(let value):
      guard value.isFinite else { throw .notFinite }
      guard operation == .realSlot else { throw .wrongType }
      return value.bitPattern
    }
  }

  private static func find(
    _ key: Double, _ operation: Operation, _ table: FormulaTable
  ) throws(FormulaReason) -> UInt64 {
    let value =
      switch operation {
      case .lookup: try table.lookup(key)
      case .nearest: table.nearest(key)
      default: try table.interpolated(key)
      }
    guard value.isFinite else { throw .notFinite }
    return value.bitPattern
  }
}
