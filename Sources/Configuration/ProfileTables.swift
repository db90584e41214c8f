internal import Formulas

/// The tables that a profile has under its key `tables`: names of numbers, or numbers of numbers.
struct ProfileTables {
  private var tables: [(name: String, table: LabelTable)] = []

  /// No device known has more.
  private static let tablesMax = 64
  /// A fault list of an inverter comes near.
  private static let entriesMax = 256

  init() {}

  /// Reads the key `tables`.
  init(_ node: Node) throws(ConfigurationError) {
    for entry in try node.mapping("a mapping of tables").entries {
      let name = try entry.key.name("a name for the table", .identifier)
      guard tables.count < ProfileTables.tablesMax else {
        throw entry.key.place.error("too many tables, expected at most \(ProfileTables.tablesMax)")
      }
      tables.append((name, try ProfileTables.table(entry.value)))
    }
  }

  /// A table by its name, or one that stands where the name could stand.
  func labels(_ node: Node) throws(ConfigurationError) -> LabelTable {
    guard case .scalar(let name, _) = node.content else { return try ProfileTables.table(node) }
    for table in tables where table.name == name { return table.table }
    throw node.place.error(
      "unknown table \(Excerpt.quoting(name))"
        + Suggestion.ending(for: name, among: tables.map { $0.name }))
  }

  /// A table for formulas: numbers of growing numbers; nil where it is none.
  func numbers(_ name: String) -> FormulaTable? {
    guard let table = tables.first(where: { $0.name == name })?.table else { return nil }
    var pairs: [(key: Double, value: Double)] = []
    for entry in table.entries {
      guard let value = NumberText.decimal(entry.name) else { return nil }
      pairs.append((Double(entry.number), value))
    }
    return FormulaTable(pairs)
  }

  private static func table(_ node: Node) throws(ConfigurationError) -> LabelTable {
    let what = "a mapping of numbers to names, such as {1: off, 4: mppt}"
    guard case .mapping(let entries) = node.content, !entries.isEmpty else {
      throw node.mismatch(expected: what)
    }
    guard entries.count <= entriesMax else {
      throw node.place.error("too many names, expected at most \(entriesMax)")
    }
    var labels: [LabelTable.Entry] = []
    for entry in entries {
      guard let number = NumberText.integer(entry.key.text) else {
        throw entry.key.place.error(
          "expected a number, found \(Excerpt.quoting(entry.key.text))")
      }
      guard !labels.contains(where: { $0.number == number }) else {
        throw entry.key.place.error("there is a name for \(number) already")
      }
      labels.append(
        LabelTable.Entry(number: number, name: try entry.value.text("a name", bytesMax: 64)))
    }
    return LabelTable(labels)
  }
}
