internal import Formulas

/// The names that the formulas of a profile may use, each with the slot of its value.
struct I2CNames {
  private var slots: [(name: String, type: FormulaType)] = []
  /// What `code(name)` stands for.
  var codes: [(name: String, slot: Int)] = []
  private var tables = ProfileTables()

  /// Names that mean something else in every formula.
  private static let reserved = ["n", "true", "false", "and", "or", "not"]

  init() {}

  /// How many slots there are.
  var count: Int { slots.count }

  /// The tables of the profile.
  mutating func adopt(_ tables: ProfileTables) { self.tables = tables }

  /// Gives slots to names.
  mutating func add(
    _ names: [(String, FormulaType)], at place: Place
  ) throws(ConfigurationError) -> Range<Int> {
    let first = slots.count
    for (name, type) in names {
      guard !I2CNames.reserved.contains(name) else {
        throw place.error("'\(name)' means something else in formulas, expected another name")
      }
      guard !slots.contains(where: { $0.name == name }) else {
        throw place.error("'\(name)' is defined already, expected another name")
      }
      guard slots.count < I2CLimits.namesMax else {
        throw place.error("too many names, expected at most \(I2CLimits.namesMax)")
      }
      slots.append((name, type))
    }
    return first..<slots.count
  }

  /// What formulas may use.
  /// - Parameter number: what `n` is; nil where there is no such name.
  func scope(number: Int? = nil) -> FormulaScope {
    let (slots, codes, tables) = (slots, codes, tables)
    return FormulaScope(
      symbol: { name in
        if name == "n", let number { return .constant(.integer(Int64(number))) }
        if let slot = slots.firstIndex(where: { $0.name == name }) {
          return .slot(slot, slots[slot].type)
        }
        return tables.numbers(name).map { .table($0) }
      },
      call: { function, argument in
        switch function {
        case "code":
          guard let argument, let code = codes.first(where: { $0.name == argument }) else {
            return .unknownName
          }
          return .symbol(.slot(code.slot, slots[code.slot].type))
        case "ms": return argument == nil ? .scaled(by: .integer(1)) : nil
        case "us": return argument == nil ? .scaled(by: .real(0.001)) : nil
        case "s": return argument == nil ? .scaled(by: .integer(1_000)) : nil
        default: return nil
        }
      })
  }

  /// The error that a formula's text has.
  func error(_ error: FormulaError, in node: Node) -> ConfigurationError {
    var column = node.place.column + error.offset
    if case .scalar(_, isQuoted: true) = node.content { column += 1 }
    let place = Place(file: node.place.file, line: node.place.line, column: column)
    guard error.problem == .unknownName else { return place.error(error.text) }
    return place.error(
      error.text + Suggestion.ending(for: error.detail, among: slots.map { $0.name }))
  }

  /// Reads a formula.
  func formula(
    _ node: Node, text part: String? = nil, number: Int? = nil
  ) throws(ConfigurationError) -> Formula {
    guard case .scalar(let text, _) = node.content, !text.utf8.isEmpty else {
      throw node.mismatch(expected: "a formula such as raw / 10")
    }
    do throws(FormulaError) {
      return try Formula(part ?? text, in: scope(number: number))
    } catch {
      throw self.error(error, in: node)
    }
  }

  /// Reads a formula that gives yes or no.
  func condition(_ node: Node, number: Int?) throws(ConfigurationError) -> Formula {
    let formula = try formula(node, number: number)
    guard formula.type == .boolean else {
      throw node.place.error("expected a condition such as raw > 0")
    }
    return formula
  }
}
