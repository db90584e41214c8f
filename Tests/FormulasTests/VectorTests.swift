import Formulas
import Foundation
import Testing

/// Random formulas against Python, as Vectors/generate.py wrote them.
struct VectorTests {
  private static let lines: [Substring] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Vectors/vectors.txt")
    // A missing file shows as too few vectors.
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n")
  }()

  private static let tables = [
    "codes": FormulaTable([(key: 0, value: 1), (1, 0.5), (2, 0.25), (5, -3)]),
    "curve": FormulaTable([(key: -40, value: 1.5), (0, 2), (12.5, 10), (1000, -7.25)]),
  ]

  /// Slots by their names, and those that have no value at the end.
  private static func environment(_ line: Substring) -> (names: [String], values: [FormulaValue]) {
    var names: [String] = []
    var values: [FormulaValue] = []
    for pair in line.dropFirst().split(separator: " ") {
      let parts = pair.split(separator: "=")
      names.append(String(parts[0]))
      let integer: FormulaValue? = Int64(parts[1]).map { .integer($0) }
      values.append(integer ?? .real(Double(parts[1]) ?? .nan))
    }
    return (names + ["mi", "mr"], values + [.missing(.input(7)), .missing(.input(7))])
  }

  private static func scope(_ names: [String]) -> FormulaScope {
    FormulaScope(symbol: { name in
      if let table = tables[name], let table { return .table(table) }
      guard let slot = names.firstIndex(of: name) else { return nil }
      let letter = name == "mi" ? "i" : name == "mr" ? "r" : name.prefix(1)
      return .slot(slot, letter == "i" ? .integer : letter == "r" ? .real : .boolean)
    })
  }

  private static func outcome(_ value: FormulaValue) -> String {
    switch value {
    case .integer(let value): "i\(value)"
    case .real(let value): "r\(value)"
    case .missing(.input(let code)): "-input \(code)"
    case .missing(let reason): "-\(reason.name)"
    }
  }

  private static let constantFaults: [FormulaError.Problem] = [
    .divisionByZero, .shiftCount, .bitCount, .reversedLimits, .overflow, .notFinite, .outOfDomain,
  ]

  @Test func `random formulas give what Python gives`() throws {
    let environments = Self.lines.filter { $0.hasPrefix("@") }.map(Self.environment)
    let vectors = Self.lines.filter { !$0.hasPrefix("@") }
    #expect(environments.count == 4 && vectors.count == 3_000)
    for vector in vectors {
      let parts = vector.split(separator: "\t")
      let (names, values) = environments[try #require(Int(parts[0]))]
      let (expected, text) = (String(parts[1]), String(parts[2]))
      do {
        let value = try Formula(text, in: Self.scope(names)).evaluate(values.span)
        if expected.hasPrefix("~"), case .real(let real) = value {
          let wanted = try #require(Double(expected.dropFirst()))
          #expect(abs(real - wanted) <= 1e-13 * abs(wanted), "\(text) gives \(real)")
        } else if expected.hasPrefix("r"), case .real(let real) = value {
          #expect(real == Double(expected.dropFirst()), "\(text) gives \(real)")
        } else {
          #expect(Self.outcome(value) == expected, "\(text)")
        }
      } catch let error as FormulaError {
        let isExpected =
          expected == "T" || (expected == "L" && Self.constantFaults.contains(error.problem))
        #expect(isExpected, "\(text): \(error.text) at \(error.offset), instead of \(expected)")
      }
    }
  }
}
