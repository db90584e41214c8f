import Formulas
import Testing

struct FormulaSetTests {
  private func refusal(
    _ definitions: [(name: String, text: String)], _ names: Names = Names()
  ) -> FormulaError? {
    do throws(FormulaError) {
      _ = try FormulaSet(definitions, firstSlot: 8, in: names.scope)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a circle is refused by the names in it`() {
    let error = refusal([
      (name: "d", text: "a + 1"), ("a", "2 * b"), ("b", "c - 1"), ("c", "1 + a"), ("e", "1"),
    ])
    #expect(error?.problem == .cycle && error?.formula == 3)
    #expect(error?.offset == 4 && error?.length == 1)
    #expect(error?.text == "defined by itself: a -> b -> c -> a")
    #expect(refusal([(name: "a", text: "if(true, 1, a)")])?.text == "defined by itself: a -> a")
  }

  @Test func `a long circle is cut`() {
    let definitions = (0..<20).map { (name: "n\($0)", text: "n\(($0 + 1) % 20)") }
    let text = refusal(definitions)?.text
    #expect(text == "defined by itself: n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> n6 -> n7 -> ... -> n0")
  }

  @Test func `a name is assigned once`() {
    let twice = refusal([(name: "a", text: "1"), ("b", "2"), ("a", "3")])
    #expect(twice?.problem == .definedTwice && twice?.formula == 2 && twice?.detail == "a")
    let outside = refusal([(name: "x", text: "1")], Names(["x": .integer(1)]))
    #expect(outside?.problem == .definedTwice && outside?.formula == 0)
  }

  @Test func `a fault says which formula it is in`() {
    let error = refusal([(name: "a", text: "1"), ("b", "a +"), ("c", "b")])
    #expect(error?.problem == .expectedOperand && error?.formula == 1 && error?.offset == 3)
    let unknown = refusal([(name: "a", text: "b"), ("b", "1 + nobody")])
    #expect(unknown?.problem == .unknownName && unknown?.formula == 1 && unknown?.offset == 4)
    let type = refusal([(name: "a", text: "b & 1"), ("b", "1 / 3")])
    #expect(type?.problem == .expectedInteger && type?.formula == 0)
  }

  @Test func `what one gives, others know as a constant`() throws {
    let set = try FormulaSet(
      [(name: "a", text: "b ** c"), ("b", "x"), ("c", "1 + 1")], firstSlot: 1,
      in: Names(["x": .integer(9)]).scope)
    #expect(set.formulas.map(\.type) == [.integer, .integer, .integer])
    #expect(set.formulas[2].constant == .integer(2) && set.slotCount == 4)
    var slots: [FormulaValue] = [.integer(9), .real(0), .real(0), .real(0)]
    var span = slots.mutableSpan
    set.evaluate(&span)
    #expect(slots == [.integer(9), .integer(81), .integer(9), .integer(2)])
  }

  @Test func `a truth value can be used by others`() throws {
    let set = try FormulaSet(
      [(name: "alarm", text: "if(wet and x > 2, 10, 20)"), ("wet", "x > 1")], firstSlot: 1,
      in: Names(["x": .integer(2)]).scope)
    var slots: [FormulaValue] = [.integer(2), .real(0), .real(0)]
    var span = slots.mutableSpan
    set.evaluate(&span)
    #expect(slots[1...] == [.integer(20), .integer(1)])
  }

  @Test func `a chain as long as a set may be`() throws {
    let most = FormulaSet.formulasMax
    let chain = (0..<most).map { (name: "n\($0)", text: $0 + 1 < most ? "n\($0 + 1) + 1" : "x") }
    let set = try FormulaSet(chain, firstSlot: 1, in: Names(["x": .integer(0)]).scope)
    var slots = [FormulaValue](repeating: .integer(0), count: set.slotCount)
    var span = slots.mutableSpan
    set.evaluate(&span)
    #expect(slots[1] == .integer(Int64(most - 1)))
    #expect(refusal(chain + [(name: "more", text: "1")])?.problem == .tooManyFormulas)
  }

  @Test func `nothing at all is a set`() throws {
    let set = try FormulaSet([], firstSlot: 0, in: Names().scope)
    #expect(set.formulas.isEmpty && set.slotCount == 0)
  }
}
