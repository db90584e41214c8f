import Formulas
import Testing

/// Integers stay exact to the last of 64 bits, and what has no value says why.
struct ExactnessTests {
  private let names = Names([
    "most": .integer(.max), "least": .integer(.min), "zero": .integer(0), "one": .integer(1),
    "minus": .integer(-1), "energy": .integer(9_007_199_254_740_993), "half": .real(0.5),
    "nothing": .real(0), "huge": .real(1e308), "cold": .real(-273.15), "seven": .integer(7),
    "many": .integer(64), "gone": .missing(.input(3)),
  ])

  @Test(
    arguments: [
      ("energy + 2", .integer(9_007_199_254_740_995)),
      ("energy * 1000", .integer(9_007_199_254_740_993_000)),
      ("most - 1 + one", .integer(.max)),
      ("most + one", .missing(.overflow)),
      ("least - one", .missing(.overflow)),
      ("most * 2", .missing(.overflow)),
      ("least * minus", .missing(.overflow)),
      ("-least", .missing(.overflow)),
      ("abs(least)", .missing(.overflow)),
      ("abs(least + 1)", .integer(.max)),
      ("least % minus", .integer(0)),
      ("-seven % 3", .integer(2)),
      ("seven % -3", .integer(-2)),
      ("-seven % -3", .integer(-1)),
      ("seven % zero", .missing(.divisionByZero)),
      ("-0.5 % 360", .real(359.5)),
      ("cold % nothing", .missing(.divisionByZero)),
      ("seven / zero", .missing(.divisionByZero)),
      ("1 / nothing", .missing(.divisionByZero)),
      ("1 / -nothing", .missing(.divisionByZero)),
      ("seven / 2", .real(3.5)),
      ("seven ** 22", .integer(3_909_821_048_582_988_049)),
      ("seven ** 23", .missing(.overflow)),
      ("(-2 * one) ** 63", .integer(.min)),
      ("minus ** 9223372036854775807", .integer(-1)),
      ("zero ** 0", .integer(1)),
      ("nothing ** minus", .missing(.divisionByZero)),
      ("cold ** half", .missing(.outOfDomain)),
      ("huge ** 2", .missing(.notFinite)),
      ("huge * 10", .missing(.notFinite)),
      ("huge + huge", .missing(.notFinite)),
      ("exp(huge)", .missing(.notFinite)),
      ("poly(huge, 0, 1, 1)", .missing(.notFinite)),
      ("sqrt(cold)", .missing(.outOfDomain)),
      ("ln(zero)", .missing(.outOfDomain)),
      ("log10(cold)", .missing(.outOfDomain)),
      ("one << 62", .integer(1 << 62)),
      ("one << 63", .missing(.overflow)),
      ("minus << 63", .integer(.min)),
      ("minus >> 63", .integer(-1)),
      ("least >> 62", .integer(-2)),
      ("one << many", .missing(.outOfDomain)),
      ("one >> minus", .missing(.outOfDomain)),
      ("sext(0xFFF * one, 12)", .integer(-1)),
      ("sext(0x7FF * one, 12)", .integer(2047)),
      ("sext(0x1800 * one, 12)", .integer(-2048)),
      ("sext(least, 64)", .integer(.min)),
      ("sext(one, 1)", .integer(-1)),
      ("sext(one, zero)", .missing(.outOfDomain)),
      ("sext(one, many + 1)", .missing(.outOfDomain)),
      ("~zero", .integer(-1)),
      ("floor(huge)", .missing(.overflow)),
      ("floor(-half)", .integer(-1)),
      ("ceil(-half)", .integer(0)),
      ("trunc(-half - 1)", .integer(-1)),
      ("round(half)", .integer(1)),
      ("round(-half)", .integer(-1)),
      ("round(half - 5.551115123125783e-17)", .integer(0)),
      ("round(half + 2)", .integer(3)),
      ("round(9223372036854775807.0 * one)", .missing(.overflow)),
      ("round(-9223372036854775808.0 * one)", .integer(.min)),
      ("min(most, least, 0)", .integer(.min)),
      ("max(3, half)", .real(3)),
      ("clamp(seven, 0, 5)", .integer(5)),
      ("clamp(cold, -40, 85)", .real(-40)),
      ("poly(2 * one, 1, 10, 100)", .real(421)),
      ("poly(one, 5)", .real(5)),
      ("gone + 1", .missing(.input(3))),
      ("if(gone > 0, 1, 2)", .missing(.input(3))),
    ] as [(String, FormulaValue)])
  func `a value or its reason`(text: String, value: FormulaValue) throws {
    #expect(try names.evaluate(text) == value)
  }

  @Test(
    arguments: [
      ("if(zero == 0, 0, 1 / zero)", .integer(0)),
      ("if(zero, gone, 5.0)", .real(5)),
      ("if(one, seven, gone)", .real(7)),
      ("zero and gone > 1", .integer(0)),
      ("one or gone > 1", .integer(1)),
      ("one and gone > 1", .missing(.input(3))),
      ("zero or 1 / zero > 1", .missing(.divisionByZero)),
      ("zero != 0 and seven / zero > 1", .integer(0)),
      ("if(zero == 0 or seven / zero > 1, if(one, 2, gone), gone)", .real(2)),
      ("if(false, 1 / 0, 2)", .real(2)),
      ("if(true or 1 / 0 > 1, 3, 1 << 64)", .integer(3)),
      ("false and 9223372036854775807 + 1 > 0", .integer(0)),
    ] as [(String, FormulaValue)])
  func `what is not chosen is not computed`(text: String, value: FormulaValue) throws {
    // An integer and a real as branches make a real of both.
    let expected: FormulaValue =
      if case .integer(let integer) = value,
        try Formula(text, in: names.scope).type == .real
      { .real(Double(integer)) } else { value }
    #expect(try names.evaluate(text) == expected)
  }

  @Test(arguments: [
    (FormulaType.integer, FormulaValue.real(1), FormulaValue.missing(.wrongType)),
    (.integer, .real(.nan), .missing(.notFinite)),
    (.real, .integer(3), .real(3)),
    (.real, .real(.infinity), .missing(.notFinite)),
    (.real, .real(-.infinity), .missing(.notFinite)),
    (.real, .real(.nan), .missing(.notFinite)),
    (.boolean, .integer(-7), .integer(1)),
    (.boolean, .integer(0), .integer(0)),
    (.boolean, .real(1), .missing(.wrongType)),
    (.integer, .missing(.input(255)), .missing(.input(255))),
    (.real, .missing(.overflow), .missing(.overflow)),
  ])
  func `a slot holds what was promised`(
    type: FormulaType, slot: FormulaValue, value: FormulaValue
  ) throws {
    var names = Names(["x": slot])
    names.types["x"] = type
    #expect(try names.evaluate("x") == value)
  }

  @Test func `every reason has a name of its own`() {
    let reasons: [FormulaReason] = [
      .input(1), .overflow, .divisionByZero, .notFinite, .outOfDomain, .wrongType,
    ]
    #expect(Set(reasons.map(\.name)).count == reasons.count)
  }
}
