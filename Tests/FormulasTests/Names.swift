import Formulas

/// A scope for tests: names with their values, from which their types come.
struct Names {
  let names: [String]
  let values: [FormulaValue]
  var types: [String: FormulaType] = [:]
  var constants: [String: FormulaConstant] = [:]
  var tables: [String: FormulaTable] = [:]
  var call: (String, String?) -> FormulaCall? = { _, _ in nil }

  init(_ values: KeyValuePairs<String, FormulaValue> = [:]) {
    names = values.map { $0.key }
    self.values = values.map { $0.value }
  }

  var scope: FormulaScope {
    FormulaScope(
      symbol: { name in
        if let table = tables[name] { return .table(table) }
        if let constant = constants[name] { return .constant(constant) }
        guard let slot = names.firstIndex(of: name) else { return nil }
        if let type = types[name] { return .slot(slot, type) }
        if case .integer = values[slot] { return .slot(slot, .integer) }
        return .slot(slot, .real)
      }, call: call)
  }

  func evaluate(_ text: String) throws(FormulaError) -> FormulaValue {
    try Formula(text, in: scope).evaluate(values.span)
  }

  /// What is refused, nil where nothing is.
  func refusal(_ text: String) -> FormulaError? {
    do throws(FormulaError) {
      _ = try Formula(text, in: scope)
      return nil
    } catch {
      return error
    }
  }
}

extension FormulaValue {
  /// The value as a real; NaN where there is none.
  var number: Double {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .missing: .nan
    }
  }
}
