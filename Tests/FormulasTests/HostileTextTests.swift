import Formulas
import TestSupport
import Testing

struct HostileTextTests {
  private static let valid = [
    "(raw_h - (H4*64 + H5/16384*h_a)) * (H2/65536 * (1 + H6/67108864*h_a*(1 + H3/67108864*h_a)))",
    "if(x == 0 or not (y & 0x1F) << 2 >= 3, poly(x, 1, -2.5e-3, .5), interp(curve, clamp(x, -1, 1)))",
    "sext(x, 12) ** 2 % 7 - ~x ^ min(x, y, 3) | code(gain) + ms(1.5) / -9223372036854775808",
  ]

  /// Any name is there, and each letter decides what it is.
  private static var scope: FormulaScope {
    FormulaScope(
      symbol: { name in
        if name == "curve" {
          return FormulaTable([(key: -1, value: 2), (1, 3)]).map { .table($0) }
        }
        return .slot(0, name.utf8.first.map { $0 & 1 == 0 } == true ? .integer : .real)
      },
      call: { function, argument in
        argument == nil ? .scaled(by: .real(2)) : .symbol(.constant(.integer(3)))
      })
  }

  private static let slots: [FormulaValue] = [.integer(.min)]

  /// What is read, is evaluated too; what is not, is refused within the text.
  private func tryOut(_ text: String) {
    do throws(FormulaError) {
      let value = try Formula(text, in: Self.scope).evaluate(Self.slots.span)
      if case .real(let real) = value { #expect(real.isFinite) }
    } catch {
      #expect(error.offset >= 0 && error.length >= 0)
      #expect(error.offset + error.length <= text.utf8.count)
      #expect(!error.text.isEmpty)
    }
  }

  @Test(arguments: valid) func `every beginning and every end of a text`(text: String) {
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      tryOut(String(decoding: bytes[..<index], as: UTF8.self))
      tryOut(String(decoding: bytes[index...], as: UTF8.self))
    }
  }

  @Test func `texts with a byte changed, left out or doubled`() {
    var random = SplitMix64(seed: 71)
    let alphabet = Array("x0.9e()+-*/%<>=!&|^~, ifandort\u{7F}é\0".utf8)
    for _ in 0..<4_000 {
      var bytes = Array(Self.valid[Int(random.next() % 3)].utf8)
      for _ in 0...random.next() % 4 {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 3 {
        case 0: bytes[index] = alphabet[Int(random.next() % UInt64(alphabet.count))]
        case 1: bytes.remove(at: index)
        default: bytes.insert(bytes[index], at: index)
        }
      }
      tryOut(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test func `garbage`() {
    var random = SplitMix64(seed: 72)
    for _ in 0..<2_000 {
      let bytes = (0..<random.next() % 60).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      tryOut(String(decoding: bytes, as: UTF8.self))
    }
  }

  private func problem(_ text: String) -> FormulaError.Problem? {
    do throws(FormulaError) {
      _ = try Formula(text, in: Self.scope)
      return nil
    } catch {
      return error.problem
    }
  }

  private func nested(_ levels: Int, _ open: String, _ close: String = "") -> String {
    String(repeating: open, count: levels) + "x" + String(repeating: close, count: levels)
  }

  @Test func `a text is bounded`() {
    #expect(problem(String(repeating: "x", count: Formula.textMax)) == nil)
    #expect(problem(String(repeating: "x", count: Formula.textMax + 1)) == .tooLong)
    #expect(problem(String(repeating: "(", count: 100_000)) == .tooLong)
    #expect(problem(String(repeating: "1+", count: 50_000) + "1") == .tooLong)
    // One more constant each time is folded away.
    #expect(problem(String(repeating: "1+", count: 2_000) + "1") == nil)
    #expect(problem(String(repeating: "x+", count: 2_000) + "x") == .tooLarge)
  }

  @Test func `nesting is bounded`() {
    let most = Formula.nestingMax - 1
    #expect(problem(nested(most, "(", ")")) == nil)
    #expect(problem(nested(most + 1, "(", ")")) == .tooDeep)
    for (open, close) in [("-", ""), ("~~", ""), ("not ", ""), ("abs(", ")"), ("-x**", "")] {
      #expect(problem(nested(500, open, close)) == .tooDeep, "\(open)")
    }
    #expect(problem(String(repeating: "if(x,1,", count: 80)) == .tooDeep)
    #expect(problem(String(repeating: "x or not x|x^x&x<<x+x*-(", count: 80)) != nil)
  }

  @Test func `the stack is bounded`() throws {
    let most = Formula.stackMax
    let names = Names(["x": .integer(1)])
    let text = nested(most - 1, "x+(", ")")
    #expect(try names.evaluate(text) == .integer(Int64(most)))
    #expect(problem(String(repeating: "poly(x,x,", count: 20)) == .tooLarge)
    let polynomial = "poly(x" + String(repeating: ",1", count: most - 1) + ")"
    #expect(try names.evaluate(polynomial) == .real(Double(most - 1)))
    #expect(problem("poly(x" + String(repeating: ",1", count: most) + ")") == .tooLarge)
    // As many as one likes where each is taken at once.
    let lowest = "min(x" + String(repeating: ",2", count: 400) + ")"
    #expect(problem(lowest) == .tooLarge)
    #expect(try names.evaluate("min(x" + String(repeating: ",2", count: 300) + ")") == .integer(1))
  }

  @Test func `branches that are left out take no room`() throws {
    var text = "x"
    for _ in 0..<60 { text = "if(false, \(String(repeating: "x+", count: 20))x, \(text))" }
    #expect(try Names(["x": .integer(4)]).evaluate(text) == .integer(4))
  }
}
