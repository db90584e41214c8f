extension Parser {
  /// A call; the function's name has been read, the parenthesis behind it has not.
  mutating func call(_ name: Token) throws(FormulaError) -> Operand {
    guard let function = Function(tokenizer.bytes(name.range)) else { return try callerCall(name) }
    try advance()
    if token.kind == .close { throw argumentCount(function) }
    switch function {
    case .if: return try conditional(name.range)
    case .min, .max, .clamp, .pow, .sext: return try pairs(function, name.range)
    case .poly: return try polynomial(name.range)
    case .lookup, .nearest, .interp: return try inTable(function, name.range)
    case .abs, .sqrt, .exp, .ln, .log10, .floor, .ceil, .round, .trunc:
      return try single(function, name.range)
    }
  }

  @inline(never)
  private func argumentCount(_ function: Function) -> FormulaError {
    let (least, most) = function.arguments
    let count = least == most ? "\(least)" : "at least \(least)"
    return FormulaError(.argumentCount, token.range, "\(count) for '\(function.name)'")
  }

  /// The comma before a further argument that must be there.
  mutating func nextArgument(_ function: Function) throws(FormulaError) {
    if token.kind == .close { throw argumentCount(function) }
    try expect(.comma, "an operator or ','")
  }

  /// The end of the arguments.
  mutating func close(_ function: Function) throws(FormulaError) {
    if token.kind == .comma { throw argumentCount(function) }
    try expect(.close, "an operator or ')'")
  }

  private mutating func single(
    _ function: Function, _ name: Range<Int>
  ) throws(FormulaError) -> Operand {
    var argument = try expression(Precedence.lowest)
    try close(function)
    try check(argument, .real, name)
    switch function {
    case .floor, .ceil, .round, .trunc:
      if argument.type == .real {
        return try apply(function.operation, argument, .integer, name)
      }
      argument.range = range(from: name.lowerBound)
      return argument
    case .abs where argument.type == .integer:
      return try apply(.absoluteInteger, argument, .integer, name)
    default:
      try toReal(argument, name)
      return try apply(function.operation, argument, .real, name)
    }
  }

  /// Functions that take two values, and what comes of them with a third, and so on.
  private mutating func pairs(
    _ function: Function, _ name: Range<Int>
  ) throws(FormulaError) -> Operand {
    var result = try expression(Precedence.lowest)
    var count = 1
    var low: Double?
    while token.kind == .comma && count < function.arguments.most {
      try advance()
      let next = try expression(Precedence.lowest)
      count += 1
      let binary: BinaryOperator
      switch function {
      case .max: binary = .maximum
      case .clamp:
        binary = count == 2 ? .maximum : .minimum
        let limit = constant(next).map { asReal(FormulaConstant($0, next.type)) }
        if let low, let limit, low > limit, unreachable == 0 {
          throw fault(.reversedLimits, next.range, about: name)
        }
        low = limit
      case .pow: binary = .power
      case .sext: binary = .signExtend
      default: binary = .minimum
      }
      result = try combine(binary, result, next, name)
    }
    if token.kind == .close && count < function.arguments.least { throw argumentCount(function) }
    try close(function)
    result.range = range(from: name.lowerBound)
    return result
  }

  private func asReal(_ constant: FormulaConstant) -> Double {
    switch constant {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .boolean: 0
    }
  }

  private mutating func polynomial(_ name: Range<Int>) throws(FormulaError) -> Operand {
    let argument = try expression(Precedence.lowest)
    try check(argument, .real, name)
    try toReal(argument, name)
    var isConstant = constant(argument) != nil
    var coefficients = 0
    repeat {
      try nextArgument(.poly)
      let last = try expression(Precedence.lowest)
      try check(last, .real, name)
      try toReal(last, name)
      isConstant = isConstant && constant(last) != nil
      coefficients += 1
    } while token.kind == .comma
    try close(.poly)
    try emit(.polynomial, coefficients, name)
    depth -= coefficients
    if isConstant { try fold(argument.code, name) }
    return Operand(type: .real, code: argument.code, range: range(from: name.lowerBound))
  }

  private mutating func inTable(
    _ function: Function, _ name: Range<Int>
  ) throws(FormulaError) -> Operand {
    let first = token
    let text = tokenizer.string(first.range)
    guard first.kind == .name else {
      throw fault(.expectedTable, first.range, about: name)
    }
    try advance()
    guard let symbol = scope.symbol(text) else {
      throw fault(.unknownName, first.range, about: first.range)
    }
    guard case .table(let table) = symbol else {
      throw fault(.expectedTable, first.range, about: name)
    }
    try nextArgument(function)
    let key = try expression(Precedence.lowest)
    try close(function)
    try check(key, .real, name)
    try toReal(key, name)
    tables.append(table)
    return try apply(function.operation, key, .real, name, table: tables.count - 1)
  }

  /// A call of a function that the caller gives.
  private mutating func callerCall(_ name: Token) throws(FormulaError) -> Operand {
    let function = tokenizer.string(name.range)
    try advance()
    var meaning: FormulaCall?
    if token.kind == .name {
      let (argument, rest) = (token, tokenizer)
      try advance()
      if token.kind == .close {
        meaning = scope.call(function, tokenizer.string(argument.range))
        if case .symbol(let symbol) = meaning {
          try advance()
          return try push(symbol, function, range(from: name.range.lowerBound))
        }
        if case .unknownName = meaning {
          throw fault(.unknownName, argument.range, about: argument.range)
        }
      }
      (token, tokenizer) = (argument, rest)
    }
    if meaning == nil { meaning = scope.call(function, nil) }
    guard case .scaled(let factor) = meaning else {
      throw fault(.unknownFunction, name.range, about: name.range)
    }
    var argument = try expression(Precedence.lowest)
    if token.kind == .comma {
      throw FormulaError(.argumentCount, token.range, "1 for '\(function)'")
    }
    try expect(.close, "an operator or ')'")
    try check(argument, .real, name.range)
    if factor != .integer(1) {
      argument = try combine(.multiply, argument, try push(factor, name.range), name.range)
    }
    argument.range = range(from: name.range.lowerBound)
    return argument
  }
}
