import Formulas
import Testing

/// Every fault that a text can have, and where it is said to be.
struct ErrorTests {
  private var names: Names {
    var names = Names(["x": .integer(3), "r": .real(2.5), "count": .integer(1)])
    names.types["b"] = .boolean
    names.constants = ["on": .boolean(true), "zero": .integer(0), "infinite": .real(.infinity)]
    names.tables["curve"] = FormulaTable([(key: 0, value: 1)])
    names.call = { function, argument in
      switch (function, argument) {
      case ("code", "gain"): .symbol(.slot(0, .integer))
      case ("code", "shape"): FormulaTable([(key: 0, value: 1)]).map { .symbol(.table($0)) }
      case ("code", .some): .unknownName
      case ("ms", nil): .scaled(by: .real(1e6))
      case ("truth", nil): .scaled(by: .boolean(true))
      default: nil
      }
    }
    return names
  }

  @Test(
    arguments: [
      ("", .expectedOperand, 0, 0, ""), ("  ", .expectedOperand, 2, 0, ""),
      ("x +", .expectedOperand, 3, 0, ""), ("x + )", .expectedOperand, 4, 1, ""),
      ("()", .expectedOperand, 1, 1, ""), ("* x", .expectedOperand, 0, 1, ""),
      ("x && x", .expectedOperand, 3, 1, ""), ("1 + not x", .expectedOperand, 4, 3, ""),
      ("x or or x", .expectedOperand, 5, 2, ""), ("min(,x)", .expectedOperand, 4, 1, ""),
      ("x x", .expectedOperator, 2, 1, ""), ("x 1", .expectedOperator, 2, 1, ""),
      ("x)", .expectedOperator, 1, 1, ""), ("x, 1", .expectedOperator, 1, 1, ""),
      ("x ~ 1", .expectedOperator, 2, 1, ""), ("(x)(x)", .expectedOperator, 3, 1, ""),
      ("(x", .expected, 2, 0, "an operator or ')'"),
      ("(x x)", .expected, 3, 1, "an operator or ')'"),
      ("abs(x", .expected, 5, 0, "an operator or ')'"),
      ("pow(x x)", .expected, 6, 1, "an operator or ')'"),
      ("if(x x)", .expected, 5, 1, "an operator or ','"),
      ("ms(x", .expected, 4, 0, "an operator or ')'"),
      ("x = 1", .unexpectedCharacter, 2, 1, ""), ("x ! 1", .unexpectedCharacter, 2, 1, ""),
      ("x ? 1", .unexpectedCharacter, 2, 1, ""), ("3 °C", .unexpectedCharacter, 2, 2, ""),
      ("x[1]", .unexpectedCharacter, 1, 1, ""), ("x;", .unexpectedCharacter, 1, 1, ""),
      ("x.", .unexpectedCharacter, 1, 1, ""), ("\u{0}", .unexpectedCharacter, 0, 1, ""),
      ("2 + 10ms", .badNumber, 4, 4, "10ms"), ("0x", .badNumber, 0, 2, "0x"),
      ("0xG", .badNumber, 0, 3, "0xG"), ("010", .badNumber, 0, 3, "010"),
      ("1.", .badNumber, 0, 2, "1."), ("1.2.3", .badNumber, 0, 5, "1.2.3"),
      ("1e", .badNumber, 0, 2, "1e"), ("1e+ 2", .badNumber, 0, 3, "1e+"),
      ("1_000", .badNumber, 0, 5, "1_000"),
      ("9223372036854775808", .numberTooLarge, 0, 19, "9223372036854775808"),
      ("x - 9223372036854775808", .numberTooLarge, 4, 19, "9223372036854775808"),
      ("-9223372036854775808**2", .numberTooLarge, 1, 19, "9223372036854775808"),
      ("0x8000000000000000", .numberTooLarge, 0, 18, "0x8000000000000000"),
      ("1e309", .numberTooLarge, 0, 5, "1e309"), ("x + 1e-999", .numberTooLarge, 4, 6, "1e-999"),
      ("x < r < 3", .comparisonChain, 6, 1, ""), ("x == r != 3", .comparisonChain, 7, 2, ""),
      ("x + raw_t", .unknownName, 4, 5, "raw_t"), ("if(x, 1, y)", .unknownName, 9, 1, "y"),
      ("code( offset )", .unknownName, 6, 6, "offset"), ("lookup(c, 1)", .unknownName, 7, 1, "c"),
      ("sin(x)", .unknownFunction, 0, 3, "sin"), ("1 + code(1)", .unknownFunction, 4, 4, "code"),
      ("x(1)", .unknownFunction, 0, 1, "x"), ("Sqrt(x)", .unknownFunction, 0, 4, "Sqrt"),
      ("sqrt()", .argumentCount, 5, 1, "1 for 'sqrt'"),
      ("sqrt(x, 1)", .argumentCount, 6, 1, "1 for 'sqrt'"),
      ("if(x, 1)", .argumentCount, 7, 1, "3 for 'if'"),
      ("if(x)", .argumentCount, 4, 1, "3 for 'if'"),
      ("if(x, 1, 2, 3)", .argumentCount, 10, 1, "3 for 'if'"),
      ("min(x)", .argumentCount, 5, 1, "at least 2 for 'min'"),
      ("clamp(x, 1)", .argumentCount, 10, 1, "3 for 'clamp'"),
      ("clamp(x, 1, 2, 3)", .argumentCount, 13, 1, "3 for 'clamp'"),
      ("poly(x)", .argumentCount, 6, 1, "at least 2 for 'poly'"),
      ("interp(curve)", .argumentCount, 12, 1, "2 for 'interp'"),
      ("interp(curve, 1, 2)", .argumentCount, 15, 1, "2 for 'interp'"),
      ("ms(x, 1)", .argumentCount, 4, 1, "1 for 'ms'"),
      ("x & r", .expectedInteger, 4, 1, "&"), ("(x / 2) | 1", .expectedInteger, 0, 7, "|"),
      ("~r", .expectedInteger, 1, 1, "~"), ("1 << 2.0", .expectedInteger, 5, 3, "<<"),
      ("x & x == 1 & on", .expectedInteger, 13, 2, "&"),
      ("sext(r, 8)", .expectedInteger, 5, 1, "sext"),
      ("x + on", .expectedNumber, 4, 2, "+"), ("-on", .expectedNumber, 1, 2, "-"),
      ("sqrt(x > 1)", .expectedNumber, 5, 5, "sqrt"), ("on < 1", .expectedNumber, 0, 2, "<"),
      ("poly(x, on)", .expectedNumber, 8, 2, "poly"),
      ("min(1, not x)", .expectedNumber, 7, 5, "min"),
      ("floor(on)", .expectedNumber, 6, 2, "floor"), ("truth(x)", .expectedNumber, 0, 5, "truth"),
      ("interp(curve, on)", .expectedNumber, 14, 2, "interp"),
      ("ms(on)", .expectedNumber, 3, 2, "ms"),
      ("if(r, 1, 2)", .expectedCondition, 3, 1, "if"), ("x and r", .expectedCondition, 6, 1, "and"),
      ("r or x", .expectedCondition, 0, 1, "or"), ("not r", .expectedCondition, 4, 1, "not"),
      ("if(x, 1, on)", .mixedTypes, 9, 2, "if"), ("on == 1", .mixedTypes, 6, 1, "=="),
      ("lookup(x, 1)", .expectedTable, 7, 1, "lookup"),
      ("lookup(1, 1)", .expectedTable, 7, 1, "lookup"),
      ("curve + 1", .unexpectedTable, 0, 5, "curve"),
      ("code(shape)", .unexpectedTable, 0, 11, "code(shape)"),
      ("x / 0", .divisionByZero, 4, 1, ""), ("x % (2 - 2)", .divisionByZero, 4, 7, ""),
      ("r / 0.0", .divisionByZero, 4, 3, ""), ("1 / zero", .divisionByZero, 4, 4, ""),
      ("if(x, 1 % 0, 2)", .divisionByZero, 10, 1, ""), ("0 ** -1", .divisionByZero, 2, 2, "**"),
      ("x << 64", .shiftCount, 5, 2, ""), ("x >> -1", .shiftCount, 5, 2, ""),
      ("sext(x, 0)", .bitCount, 8, 1, "sext"), ("sext(x, 65)", .bitCount, 8, 2, "sext"),
      ("clamp(x, 5, 4.5)", .reversedLimits, 12, 3, "clamp"),
      ("x + 9223372036854775807 * 2", .overflow, 24, 1, "*"), ("1 << 63", .overflow, 2, 2, "<<"),
      ("floor(1e300)", .overflow, 0, 5, "floor"), ("-(-9223372036854775808)", .overflow, 0, 1, "-"),
      ("1e308 * 10", .notFinite, 6, 1, "*"), ("exp(1000)", .notFinite, 0, 3, "exp"),
      ("infinite", .notFinite, 0, 8, "infinite"),
      ("sqrt(-1)", .outOfDomain, 0, 4, "sqrt"), ("x * ln(0)", .outOfDomain, 4, 2, "ln"),
      ("(-8) ** 0.5", .outOfDomain, 5, 2, "**"), ("lookup(curve, 1)", .outOfDomain, 0, 6, "lookup"),
    ] as [(String, FormulaError.Problem, Int, Int, String)])
  func `a fault and its place`(
    text: String, problem: FormulaError.Problem, offset: Int, length: Int, detail: String
  ) {
    let error = names.refusal(text)
    #expect(error?.problem == problem)
    #expect(error?.offset == offset && error?.length == length)
    #expect(error?.detail == detail)
    let line = error?.text ?? ""
    #expect(!line.isEmpty && !line.contains("@") && !line.contains("\n"))
  }

  @Test(arguments: [
    ("x + raw_t", "unknown name 'raw_t'"),
    ("clamp(x, 1)", "wrong number of arguments, expected 3 for 'clamp'"),
    ("(x", "expected an operator or ')'"),
    ("x & r", "'&' takes integers"),
    ("10ms", "'10ms' is no number, expected one like 12, 0x1F, 2.5 or 1e-3"),
    ("sqrt(-1)", "'sqrt' has no value for what it is given here"),
  ])
  func `a fault in one line`(text: String, line: String) {
    #expect(names.refusal(text)?.text == line)
  }

  @Test func `functions of the caller`() throws {
    let names = names
    #expect(try names.evaluate("code(gain) << 5 | 1") == .integer(97))
    #expect(try names.evaluate("ms(x * 2)") == .real(6e6))
    #expect(try names.evaluate("ms(x)") == .real(3e6))
    #expect(try names.evaluate("1 + ms(0.5)") == .real(500_001))
  }

  @Test func `the names of functions for hints`() {
    #expect(Formula.functionNames.count == 19)
    #expect(Formula.functionNames.contains("if") && Formula.functionNames.contains("log10"))
  }
}
