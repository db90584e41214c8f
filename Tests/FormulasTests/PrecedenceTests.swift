import Formulas
import Testing

/// Values worked out by hand, most after Python's reference, 6.17 (operator precedence).
struct PrecedenceTests {
  @Test(
    arguments: [
      ("2**3**2", .integer(512)),
      ("(2**3)**2", .integer(64)),
      ("-2**2", .integer(-4)),
      ("(-2)**2", .integer(4)),
      ("2**-1", .real(0.5)),
      ("2**-1**2", .real(0.5)),
      ("2*-3", .integer(-6)),
      ("--3", .integer(3)),
      ("~-1", .integer(0)),
      ("-~1", .integer(2)),
      ("~2**2", .integer(-5)),
      ("1 + 2 * 3", .integer(7)),
      ("10 - 4 - 3", .integer(3)),
      ("100 / 10 / 5", .real(2)),
      ("7 % 4 * 2", .integer(6)),
      ("2 * 7 % 4", .integer(2)),
      ("1 << 2 + 1", .integer(8)),
      ("1 << 2 << 1", .integer(8)),
      ("64 >> 2 >> 1", .integer(8)),
      ("6 & 1 << 1", .integer(2)),
      ("1 | 6 & 2", .integer(3)),
      ("1 | 3 ^ 1", .integer(3)),
      ("4 ^ 6 & 3", .integer(6)),
      ("5 & 4 == 4", .integer(1)),
      ("1 | 2 == 3", .integer(1)),
      ("1 + 1 < 3", .integer(1)),
      ("not 1 == 2", .integer(1)),
      ("not 0 and 0", .integer(0)),
      ("1 or 0 and 0", .integer(1)),
      ("(1 or 0) and 0", .integer(0)),
      ("not not 5", .integer(1)),
      ("1 < 2 and 2 < 1", .integer(0)),
      ("true == (1 < 2)", .integer(1)),
      ("1\n  +\t2", .integer(3)),
    ] as [(String, FormulaValue)])
  func `operators bind as in Python`(text: String, value: FormulaValue) throws {
    #expect(try Names().evaluate(text) == value)
    let formula = try Formula(text, in: Names().scope)
    #expect(formula.constant != nil && formula.slotCount == 0)
  }

  @Test(
    arguments: [
      ("0x1F", .integer(31)), ("0XbeEF", .integer(0xBEEF)), ("0", .integer(0)),
      ("0x7FFFFFFFFFFFFFFF", .integer(.max)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("1.5", .real(1.5)), (".5", .real(0.5)),
      ("0.5", .real(0.5)), ("1e3", .real(1000)), ("2.5E-3", .real(0.0025)), ("1e+2", .real(100)),
      ("0e5", .real(0)), ("1.7976931348623157e308", .real(.greatestFiniteMagnitude)),
      ("5e-324", .real(.leastNonzeroMagnitude)), ("true", .integer(1)), ("false", .integer(0)),
    ] as [(String, FormulaValue)])
  func `numbers are read`(text: String, value: FormulaValue) throws {
    #expect(try Names().evaluate(text) == value)
  }

  @Test(
    arguments: [
      ("x", .integer), ("x + 1", .integer), ("x / 1", .real), ("x + 1.0", .real), ("r", .real),
      ("x == 1", .boolean), ("not x", .boolean), ("x and r > 0", .boolean), ("x ** 2", .integer),
      ("x ** -2", .real), ("2 ** x", .real), ("pow(x, 2)", .integer), ("sqrt(x)", .real),
      ("floor(r)", .integer), ("round(x)", .integer), ("abs(x)", .integer), ("abs(r)", .real),
      ("min(x, 1, r)", .real), ("max(x, 1)", .integer), ("clamp(x, 0, 1.5)", .real),
      ("if(x, 1, 2.5)", .real), ("if(x, 2.5, 1)", .real), ("if(x, 1, 2)", .integer),
      ("if(x, true, r > 1)", .boolean), ("if(true, 1, 2.5)", .real), ("if(false, 1.5, 2)", .real),
      ("poly(x, 1, 2)", .real), ("sext(x, 8)", .integer), ("x % 3", .integer), ("x % 3.0", .real),
    ] as [(String, FormulaType)])
  func `a formula's type is known when it is read`(text: String, type: FormulaType) throws {
    let names = Names(["x": .integer(3), "r": .real(2.5)])
    #expect(try Formula(text, in: names.scope).type == type)
  }

  @Test func `names have letters, digits, low lines and dotted parts`() throws {
    let names = Names([
      "_a1": .integer(1), "channel.mux": .integer(4), "A.b.c_2": .integer(16), "notx": .integer(64),
      "min": .integer(256),
    ])
    #expect(try names.evaluate("_a1 + channel.mux+A.b.c_2 + notx + min") == .integer(341))
    #expect(try names.evaluate("min(min, 2) + min") == .integer(258))
    #expect(names.refusal("channel.")?.offset == 7)
    #expect(names.refusal("channel.mux.x")?.detail == "channel.mux.x")
  }
}
