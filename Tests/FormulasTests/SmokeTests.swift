import Formulas
import Testing

@Test func smoke() throws {
  let f = try Formula("2**3**2 + if(x == 0, 0, 1/x)", in: FormulaScope(symbol: { _ in .slot(0, .real) }))
  let slots: [FormulaValue] = [.real(0)]
  #expect(f.evaluate(slots.span) == .real(512))
}
