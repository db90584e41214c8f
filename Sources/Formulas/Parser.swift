/// Reads a formula by precedence climbing and writes its code as it goes.
struct Parser {
  var tokenizer: Tokenizer
  let scope: FormulaScope
  var token = Token(kind: .end, place: Place(0, 0))
  /// Where the token before ended.
  private var last = Place(0, 0)
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
    private let codeStart: UInt16
    /// Where it stands in the text.
    var place: Place

    /// Where its code begins, which is short too (`Formula.codeMax`).
    var code: Int { Int(codeStart) }

    init(type: FormulaType, code: Int, place: Place) {
      self.type = type
      codeStart = UInt16(truncatingIfNeeded: code)
      self.place = place
    }
  }

  init(_ text: [UInt8], _ scope: FormulaScope) {
    tokenizer = Tokenizer(text)
    self.scope = scope
  }

  /// Reads the whole text and gives its type.
  mutating func parse() throws(FormulaError) -> FormulaType {
    try advance()
    let whole = try expression(Precedence.lowest)
    if token.kind != .end { throw fault(.expectedOperator, token.place) }
    return whole.type
  }

  /// A fault at a place, and the place of the word that its detail tells.
  @inline(never)
  func fault(
    _ problem: FormulaError.Problem, _ place: Place, about word: Place = Place(0, 0)
  ) -> FormulaError {
    FormulaError(problem, place, tokenizer.string(word))
  }

  mutating func advance() throws(FormulaError) {
    last = token.place
    token = try tokenizer.next()
  }

  mutating func expect(_ kind: Token.Kind, _ word: String) throws(FormulaError) {
    if token.kind != kind { throw FormulaError(.expected, token.place, word) }
    try advance()
  }

  /// From the beginning of an operand to the token before this.
  func toHere(_ first: Place) -> Place { Place(from: first, to: last) }

  /// An operand, and the operators behind it that bind at least as strongly as `lowest`.
  mutating func expression(_ lowest: UInt8) throws(FormulaError) -> Operand {
    guard nesting < Formula.nestingMax else { throw fault(.tooDeep, token.place) }
    nesting += 1
    var left = try operand(lowest)
    while let binary = BinaryOperator(token.kind), binary.precedence >= lowest {
      let sign = token.place
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
        throw fault(.comparisonChain, token.place)
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
      return try push(try number(first), first.place)
    case .true, .false:
      try advance()
      return try push(.boolean(first.kind == .true), first.place)
    case .name:
      try advance()
      if token.kind == .open { return try call(first) }
      let name = tokenizer.string(first.place)
      guard let symbol = scope.symbol(name) else {
        throw fault(.unknownName, first.place, about: first.place)
      }
      return try push(symbol, name, first.place)
    case .open:
      try advance()
      var inner = try expression(Precedence.lowest)
      try expect(.close, "an operator or ')'")
      inner.place = toHere(first.place)
      return inner
    case .minus, .plus, .tilde:
      try advance()
      return try signed(first)
    case .not:
      guard lowest <= Precedence.not else { throw fault(.expectedOperand, first.place) }
      try advance()
      let condition = try toCondition(try expression(Precedence.not), first.place)
      return try apply(.not, condition, .boolean, first.place)
    default:
      throw fault(.expectedOperand, first.place)
    }
  }

  /// What stands behind `-`, `+` or `~`.
  private mutating func signed(_ sign: Token) throws(FormulaError) -> Operand {
    if sign.kind == .minus, token.kind == .integer,
      tokenizer.bytes(token.place).isEqual(to: "9223372036854775808")
    {
      // The lowest integer must be read with its sign, for it has no positive twin.
      let number = token.place
      try advance()
      if token.kind == .power {
        throw fault(.numberTooLarge, number, about: number)
      }
      return try push(.integer(.min), Place(from: sign.place, to: number))
    }
    let operand = try expression(Precedence.sign)
    if sign.kind == .tilde {
      try check(operand, .integer, sign.place)
      return try apply(.complement, operand, .integer, sign.place)
    }
    try check(operand, .real, sign.place)
    if sign.kind == .plus { return operand }
    return try apply(
      operand.type == .integer ? .negateInteger : .negateReal, operand, operand.type, sign.place)
  }
}
