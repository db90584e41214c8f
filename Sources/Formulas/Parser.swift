/// Reads a formula by precedence climbing and writes its code as it goes.
struct Parser {
  var tokenizer: Tokenizer
  let scope: FormulaScope
  var token = Token(kind: .end, range: 0..<0)
  /// Where the token before ended.
  private var lastEnd = 0
  private var nesting = 0

  var code: [UInt64] = []
  var tables: [FormulaTable] = []
  var slotCount = 0
  /// How many values are on the stack when the code so far has run.
  var depth = 0
  /// How many branches around here are never taken; faults of constants do not matter in them.
  var unreachable = 0

  /// A part that has been read.
  struct Operand {
    var type: FormulaType
    /// Where its code begins.
    let code: Int
    /// Where it stands in the text.
    var range: Range<Int>
  }

  init(_ text: [UInt8], _ scope: FormulaScope) {
    tokenizer = Tokenizer(text)
    self.scope = scope
  }

  /// Reads the whole text and gives its type.
  mutating func parse() throws(FormulaError) -> FormulaType {
    try advance()
    let whole = try expression(Precedence.lowest)
    if token.kind != .end { throw fault(.expectedOperator, token.range) }
    return whole.type
  }

  /// A fault at a place, and the place of the word that its detail tells.
  @inline(never)
  func fault(
    _ problem: FormulaError.Problem, _ range: Range<Int>, about word: Range<Int> = 0..<0
  ) -> FormulaError {
    FormulaError(problem, range, tokenizer.string(word))
  }

  mutating func advance() throws(FormulaError) {
    lastEnd = token.range.upperBound
    token = try tokenizer.next()
  }

  mutating func expect(_ kind: Token.Kind, _ word: String) throws(FormulaError) {
    if token.kind != kind { throw FormulaError(.expected, token.range, word) }
    try advance()
  }

  /// From the beginning of an operand to the token before this.
  func range(from start: Int) -> Range<Int> { start..<max(start, lastEnd) }

  /// An operand, and the operators behind it that bind at least as strongly as `lowest`.
  mutating func expression(_ lowest: UInt8) throws(FormulaError) -> Operand {
    guard nesting < Formula.nestingMax else { throw fault(.tooDeep, token.range) }
    nesting += 1
    var left = try operand(lowest)
    while let binary = BinaryOperator(token.kind), binary.precedence >= lowest {
      let sign = token.range
      try advance()
      if binary.family == .logic {
        left = try logic(binary, left, sign)
        continue
      }
      // `**` groups from the right, and takes a sign before its exponent.
      let right = try expression(
        binary.precedence == Precedence.power ? Precedence.sign : binary.precedence + 1)
      left = try combine(binary, left, right, sign)
      if binary.precedence == Precedence.comparison,
        BinaryOperator(token.kind)?.precedence == Precedence.comparison
      {
        throw fault(.comparisonChain, token.range)
      }
    }
    nesting -= 1
    return left
  }

  private mutating func operand(_ lowest: UInt8) throws(FormulaError) -> Operand {
    let first = token
    switch first.kind {
    case .integer, .hexadecimal, .real:
      try advance()
      return try push(try number(first), first.range)
    case .true, .false:
      try advance()
      return try push(.boolean(first.kind == .true), first.range)
    case .name:
      try advance()
      if token.kind == .open { return try call(first) }
      let name = tokenizer.string(first.range)
      guard let symbol = scope.symbol(name) else {
        throw fault(.unknownName, first.range, about: first.range)
      }
      return try push(symbol, name, first.range)
    case .open:
      try advance()
      var inner = try expression(Precedence.lowest)
      try expect(.close, "an operator or ')'")
      inner.range = range(from: first.range.lowerBound)
      return inner
    case .minus, .plus, .tilde:
      try advance()
      return try signed(first)
    case .not:
      guard lowest <= Precedence.not else { throw fault(.expectedOperand, first.range) }
      try advance()
      let condition = try toCondition(try expression(Precedence.not), first.range)
      return try apply(.not, condition, .boolean, first.range)
    default:
      throw fault(.expectedOperand, first.range)
    }
  }

  /// What stands behind `-`, `+` or `~`.
  private mutating func signed(_ sign: Token) throws(FormulaError) -> Operand {
    if sign.kind == .minus, token.kind == .integer,
      tokenizer.bytes(token.range).isEqual(to: "9223372036854775808")
    {
      // The lowest integer must be read with its sign, for it has no positive twin.
      let number = token.range
      try advance()
      if token.kind == .power {
        throw fault(.numberTooLarge, number, about: number)
      }
      return try push(.integer(.min), sign.range.lowerBound..<number.upperBound)
    }
    let operand = try expression(Precedence.sign)
    if sign.kind == .tilde {
      try check(operand, .integer, sign.range)
      return try apply(.complement, operand, .integer, sign.range)
    }
    try check(operand, .real, sign.range)
    if sign.kind == .plus { return operand }
    return try apply(
      operand.type == .integer ? .negateInteger : .negateReal, operand, operand.type, sign.range)
  }
}
