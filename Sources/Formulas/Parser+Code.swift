extension Parser {
  /// The value of a part that is a constant, by where its code begins and ends.
  func constant(_ start: Int, _ end: Int) -> UInt64? {
    Instruction.isConstant(code[start..<end]) ? code[start + 1] : nil
  }

  /// The value of the part that was read last.
  func constant(_ operand: Operand) -> UInt64? { constant(operand.code, code.count) }

  mutating func emit(
    _ operation: Operation, _ operand: Int = 0, _ range: Range<Int>
  ) throws(FormulaError) {
    guard code.count < Formula.codeMax - 1 else { throw fault(.tooLarge, range) }
    code.append(Instruction.word(operation, operand))
  }

  /// Code that puts one value more on the stack.
  private mutating func grow(_ range: Range<Int>) throws(FormulaError) {
    guard depth < Formula.stackMax else { throw fault(.tooLarge, range) }
    depth += 1
  }

  mutating func push(_ value: FormulaConstant, _ range: Range<Int>) throws(FormulaError) -> Operand {
    if case .real(let real) = value, !real.isFinite {
      throw fault(.notFinite, range, about: range)
    }
    try grow(range)
    let start = code.count
    try emit(.constant, 0, range)
    code.append(value.bits)
    return Operand(type: value.type, code: start, range: range)
  }

  mutating func push(
    _ symbol: FormulaSymbol, _ name: String, _ range: Range<Int>
  ) throws(FormulaError) -> Operand {
    switch symbol {
    case .constant(let value): return try push(value, range)
    case .table: throw fault(.unexpectedTable, range, about: range)
    case .slot(let index, let type):
      try grow(range)
      let start = code.count
      let operation: Operation =
        switch type {
        case .integer: .integerSlot
        case .real: .realSlot
        case .boolean: .booleanSlot
        }
      try emit(operation, index, range)
      slotCount = max(slotCount, index + 1)
      return Operand(type: type, code: start, range: range)
    }
  }

  /// Takes back the code from `start` on, which left one value.
  mutating func drop(from start: Int) {
    code.removeSubrange(start...)
    depth -= 1
  }

  /// Makes sure that an operand is an integer, or for `.real` that it is a number.
  func check(_ operand: Operand, _ type: FormulaType, _ sign: Range<Int>) throws(FormulaError) {
    if operand.type == .boolean || (type == .integer && operand.type == .real) {
      throw fault(type == .integer ? .expectedInteger : .expectedNumber, operand.range, about: sign)
    }
  }

  /// An integer on top of the stack as a real; a real as it is.
  mutating func toReal(_ operand: Operand, _ range: Range<Int>) throws(FormulaError) {
    guard operand.type == .integer else { return }
    if !constantToReal(operand.code, code.count) { try emit(.toReal, 0, range) }
  }

  private mutating func constantToReal(_ start: Int, _ end: Int) -> Bool {
    guard let bits = constant(start, end) else { return false }
    code[start + 1] = Double(Int64(bitPattern: bits)).bitPattern
    return true
  }

  /// A boolean, or an integer as one.
  mutating func toCondition(
    _ operand: Operand, _ sign: Range<Int>
  ) throws(FormulaError) -> Operand {
    switch operand.type {
    case .boolean: return operand
    case .integer:
      var condition = try apply(.toBoolean, operand, .boolean, sign)
      condition.range = operand.range
      return condition
    case .real: throw fault(.expectedCondition, operand.range, about: sign)
    }
  }

  /// What an operation makes of one operand, whose type is right.
  mutating func apply(
    _ operation: Operation, _ operand: Operand, _ type: FormulaType, _ sign: Range<Int>,
    table: Int = 0
  ) throws(FormulaError) -> Operand {
    let isConstant = constant(operand) != nil
    try emit(operation, table, sign)
    if isConstant { try fold(operand.code, sign) }
    return Operand(type: type, code: operand.code, range: range(from: sign.lowerBound))
  }

  /// What an operator makes of two operands.
  mutating func combine(
    _ binary: BinaryOperator, _ left: Operand, _ right: Operand, _ sign: Range<Int>
  ) throws(FormulaError) -> Operand {
    let end = code.count
    let rightValue = constant(right)
    let isConstant = rightValue != nil && constant(left.code, right.code) != nil
    var isReal = left.type == .real || right.type == .real
    switch binary.family {
    case .bits, .shift, .signExtension:
      try check(left, .integer, sign)
      try check(right, .integer, sign)
    case .equality where left.type == .boolean || right.type == .boolean:
      guard left.type == right.type else {
        throw fault(.mixedTypes, right.range, about: sign)
      }
    case .arithmetic, .division, .power, .order, .equality, .logic:
      try check(left, .real, sign)
      try check(right, .real, sign)
    }
    if binary.family == .division { isReal = true }
    if binary.family == .power && !isReal {
      isReal = rightValue.map { Int64(bitPattern: $0) < 0 } ?? true
    }
    if let rightValue, unreachable == 0 { try check(binary, right, rightValue, sign) }
    if isReal {
      if left.type == .integer && !constantToReal(left.code, right.code) {
        try emit(.lowerToReal, 0, sign)
      }
      if right.type == .integer && !constantToReal(right.code, end) {
        try emit(.toReal, 0, sign)
      }
    }
    try emit(isReal ? binary.real : binary.integer, 0, sign)
    depth -= 1
    if isConstant { try fold(left.code, sign) }
    let type: FormulaType =
      switch binary.family {
      case .equality, .order, .logic: .boolean
      case .arithmetic, .division, .power, .bits, .shift, .signExtension:
        isReal ? .real : .integer
      }
    return Operand(
      type: type, code: left.code,
      range: min(left.range.lowerBound, sign.lowerBound)..<right.range.upperBound)
  }

  /// What is wrong whatever the left operand is.
  private func check(
    _ binary: BinaryOperator, _ right: Operand, _ bits: UInt64, _ sign: Range<Int>
  ) throws(FormulaError) {
    let isZero = right.type == .real ? Double(bitPattern: bits) == 0 : bits == 0
    if isZero && (binary.real == .divideReal || binary.real == .moduloReal) {
      throw fault(.divisionByZero, right.range)
    }
    if binary.family == .shift && bits > 63 { throw fault(.shiftCount, right.range) }
    if binary.family == .signExtension && (bits == 0 || bits > 64) {
      throw fault(.bitCount, right.range, about: sign)
    }
  }

  /// Runs code that has only constants, and puts what it gives in its place.
  mutating func fold(_ start: Int, _ sign: Range<Int>) throws(FormulaError) {
    let problem: FormulaError.Problem
    do throws(FormulaReason) {
      let slots: [FormulaValue] = []
      let part = Array(code[start...])
      let bits = try Machine.run(part.span, tables, slots.span)
      code.removeSubrange(start...)
      code.append(Instruction.word(.constant))
      code.append(bits)
      return
    } catch {
      switch error {
      case .overflow: problem = .overflow
      case .divisionByZero: problem = .divisionByZero
      case .notFinite: problem = .notFinite
      case .outOfDomain, .input, .wrongType: problem = .outOfDomain
      }
    }
    if unreachable == 0 { throw fault(problem, sign, about: sign) }
  }

  /// `and`, `or`: what stands behind is read here, for its code is jumped over.
  mutating func logic(
    _ binary: BinaryOperator, _ first: Operand, _ sign: Range<Int>
  ) throws(FormulaError) -> Operand {
    let left = try toCondition(first, sign)
    let known = constant(left).map { ($0 != 0) == (binary.integer == .jumpIfTrueOrDrop) }
    if known == false { drop(from: left.code) }
    if known == true { unreachable += 1 }
    let jump = code.count
    if known == nil {
      try emit(binary.integer, 0, sign)
      depth -= 1
    }
    let right = try toCondition(try expression(binary.precedence + 1), sign)
    if known == nil { code[jump] = Instruction.word(binary.integer, code.count) }
    if known == true {
      unreachable -= 1
      drop(from: jump)
    }
    return Operand(
      type: .boolean, code: left.code, range: left.range.lowerBound..<right.range.upperBound)
  }

  /// `if`, behind its parenthesis.
  mutating func conditional(_ name: Range<Int>) throws(FormulaError) -> Operand {
    let condition = try expression(Precedence.lowest)
    if condition.type == .real {
      throw fault(.expectedCondition, condition.range, about: name)
    }
    try nextArgument(.if)
    let known = constant(condition).map { $0 != 0 }
    let start = condition.code
    if known != nil { drop(from: start) }
    let jumpIfFalse = code.count
    if known == nil {
      try emit(.jumpIfFalse, 0, name)
      depth -= 1
    }
    if known == false { unreachable += 1 }
    let first = try expression(Precedence.lowest)
    if known == false {
      unreachable -= 1
      drop(from: first.code)
    }
    try nextArgument(.if)
    let jump = code.count
    if known == nil {
      try emit(.jump, 0, name)
      depth -= 1
      code[jumpIfFalse] = Instruction.word(.jumpIfFalse, code.count)
    }
    if known == true { unreachable += 1 }
    let second = try expression(Precedence.lowest)
    if known == true {
      unreachable -= 1
      drop(from: second.code)
    }
    try close(.if)
    guard (first.type == .boolean) == (second.type == .boolean) else {
      throw fault(.mixedTypes, second.range, about: name)
    }
    let type = first.type == second.type ? first.type : .real
    if type == .real {
      try toReal(known == true ? first : second, name)
    }
    if known == nil {
      let leaves: Operation = first.type == type ? .jump : .toRealAndJump
      code[jump] = Instruction.word(leaves, code.count)
    }
    return Operand(type: type, code: start, range: range(from: name.lowerBound))
  }
}
