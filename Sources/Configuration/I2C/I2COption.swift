public import Formulas

/// What a person may choose of a device: a range, a rate, a shunt.
public struct I2COption: Sendable {
  /// The name in configurations and formulas.
  public let name: String
  /// One line for people; empty where the profile has none.
  public let title: String
  /// Whether it is chosen for each channel.
  public let isPerChannel: Bool
  /// The slots that it sets.
  public let slots: Range<Int>
  /// What there is to choose from; none where it is a number.
  public let choices: [Choice]
  /// The numbers that are allowed, where there are no choices.
  public let range: ClosedRange<Double>
  /// Whether they are whole.
  let isWhole: Bool
  /// What its slots have where nobody chooses.
  public let usual: [FormulaValue]

  /// One of the possibilities.
  public struct Choice: Sendable {
    /// What a configuration says.
    public let word: String
    /// What the slots then have.
    public let values: [FormulaValue]
  }
}

/// An input of a device.
public struct I2CChannel: Sendable {
  /// The name in configurations, and before the names of points.
  public let name: String
  /// What its keys are, in the order of the profile's channel slots.
  public let values: [FormulaValue]
  /// Whether it is read only where a configuration names it.
  public let isHidden: Bool
}

extension I2COption {
  private static let keys = ["title", "per", "default", "choices", "range"]

  /// Reads an option of a profile, and gives names to what it sets.
  @inline(never)
  init(_ entry: Node.Entry, names: inout I2CNames) throws(ConfigurationError) {
    name = try entry.key.name("a name for the option", .identifier)
    let mapping = try entry.value.mapping("a mapping of the option", keys: I2COption.keys)
    title = try mapping["title"]?.text("a title") ?? ""
    isPerChannel = mapping["per"] != nil
    if let node = mapping["per"] { _ = try node.choice([("channel", ())]) }
    let usualNode = try mapping.required("default")
    guard let choicesNode = mapping["choices"] else {
      let rangeNode = try mapping.required("range")
      range = try PointRules.range(rangeNode)
      isWhole = rangeNode.isOfWholeNumbers
      choices = []
      slots = try names.add([(name, isWhole ? .integer : .real)], at: entry.key.place)
      usual = [try I2COption.number(usualNode, range, isWhole: isWhole)]
      return
    }
    if let node = mapping["range"] { throw node.place.error("a range beside choices") }
    range = 0...0
    isWhole = false
    let table = try ChoiceTable(choicesNode)
    let first = names.count
    slots = try names.add(table.columns(for: name), at: entry.key.place)
    if let code = table.code { names.codes.append((name, first + code)) }
    choices = table.choices
    guard case .scalar(let word, _) = usualNode.content,
      let choice = choices.first(where: { $0.word == word })
    else {
      throw usualNode.mismatch(
        expected: Words.list(choices.map { $0.word }, conjunction: "or"))
    }
    usual = choice.values
  }

  /// What a configuration chooses.
  func values(_ node: Node) throws(ConfigurationError) -> [FormulaValue] {
    if choices.isEmpty { return [try I2COption.number(node, range, isWhole: isWhole)] }
    guard case .scalar(let word, _) = node.content,
      let choice = choices.first(where: { $0.word == word })
    else {
      throw node.mismatch(expected: Words.list(choices.map { $0.word }, conjunction: "or"))
    }
    return choice.values
  }

  private static func number(
    _ node: Node, _ range: ClosedRange<Double>, isWhole: Bool
  ) throws(ConfigurationError) -> FormulaValue {
    if isWhole {
      let bounds = Int(range.lowerBound)...Int(range.upperBound)
      return .integer(Int64(try node.integer("a whole number", in: bounds)))
    }
    let what = "a number from \(range.lowerBound) to \(range.upperBound)"
    let number = try node.number(what)
    guard range.contains(number) else { throw node.mismatch(expected: what) }
    return .real(number)
  }
}

extension Node {
  /// Whether it is a list of whole numbers that have room.
  fileprivate var isOfWholeNumbers: Bool {
    guard case .list(let items) = content else { return false }
    return items.allSatisfy { item in
      guard case .scalar(let text, _) = item.content, let number = NumberText.integer(text) else {
        return false
      }
      return abs(number) < 1 << 40
    }
  }
}

/// The choices of an option: for each word a number, or several with names.
private struct ChoiceTable {
  var choices: [I2COption.Choice] = []
  /// The column for `code(name)`.
  var code: Int?
  private var names: [String] = []
  private var types: [FormulaType] = []
  private var hasNumbers = true

  /// No device known has more.
  private static let choicesMax = 64

  @inline(never)
  init(_ node: Node) throws(ConfigurationError) {
    let what = "a mapping of choices, such as {1: 0, 2: 1}"
    let entries = try node.mapping(what).entries
    guard let first = entries.first else { throw node.mismatch(expected: what) }
    guard entries.count <= ChoiceTable.choicesMax else {
      throw node.place.error("too many choices, expected at most \(ChoiceTable.choicesMax)")
    }
    hasNumbers = entries.allSatisfy { NumberText.decimal($0.key.text) != nil }
    if case .mapping(let keys) = first.value.content { names = keys.map { $0.key.text } }
    var rows: [[Node]] = []
    for entry in entries {
      rows.append(try cells(entry.value))
    }
    var columns: [[FormulaValue]] = []
    if hasNumbers { columns.append(entries.map { ChoiceTable.value($0.key.text) ?? .integer(0) }) }
    for index in 0..<max(names.count, 1) {
      var column: [FormulaValue] = []
      for row in rows {
        guard case .scalar(let text, _) = row[index].content, let value = ChoiceTable.value(text)
        else { throw row[index].mismatch(expected: "a number") }
        column.append(value)
      }
      columns.append(column)
    }
    if names.isEmpty { code = columns.count - 1 }
    types = columns.map { column in
      let isWhole = column.allSatisfy { if case .integer = $0 { true } else { false } }
      return isWhole ? .integer : .real
    }
    choices = entries.indices.map { row in
      I2COption.Choice(word: entries[row].key.text, values: columns.map { $0[row] })
    }
  }

  /// The names that formulas know the columns by, with their types.
  func columns(for option: String) -> [(String, FormulaType)] {
    var columns: [(String, FormulaType)] = []
    if hasNumbers { columns.append((option, types[columns.count])) }
    if names.isEmpty {
      // Where words are no numbers, the name itself is the code.
      columns.append((hasNumbers ? "code(\(option))" : option, types[columns.count]))
    }
    for name in names { columns.append(("\(option).\(name)", types[columns.count])) }
    return columns
  }

  /// The numbers of a choice, in the order of the first.
  private func cells(_ node: Node) throws(ConfigurationError) -> [Node] {
    if names.isEmpty { return [node] }
    let mapping = try node.mapping("a mapping like that of the first choice", keys: names)
    var cells: [Node] = []
    for name in names { cells.append(try mapping.required(name)) }
    return cells
  }

  static func value(_ text: String) -> FormulaValue? {
    if let whole = NumberText.integer(text) { return .integer(whole) }
    return NumberText.decimal(text).map { .real($0) }
  }
}

extension I2CChannel {
  /// Reads a profile's key `channels`, e.g. `{a0: {mux: 4}, a1: {mux: 5}}`, and gives names to the
  /// keys; all channels have the same.
  static func list(
    _ node: Node, names: inout I2CNames
  ) throws(ConfigurationError) -> (channels: [I2CChannel], slots: Range<Int>) {
    let entries = try node.mapping("a mapping of channels").entries
    guard 1...I2CLimits.channelsMax ~= entries.count else {
      throw node.place.error("expected 1 to \(I2CLimits.channelsMax) channels")
    }
    var keys: [String] = []
    var channels: [I2CChannel] = []
    for entry in entries {
      let name = try entry.key.name("a name for the channel", .identifier)
      let mapping = try entry.value.mapping("a mapping of the channel")
      if channels.isEmpty { keys = mapping.entries.map { $0.key.text }.filter { $0 != "hidden" } }
      try mapping.refuseKeys(besides: keys + ["hidden"])
      var values: [FormulaValue] = []
      for key in keys {
        let node = try mapping.required(key)
        values.append(.integer(Int64(try node.integer("a whole number", in: -65_536...65_536))))
      }
      channels.append(
        I2CChannel(
          name: name, values: values,
          isHidden: try mapping["hidden"]?.choice(Node.truths) ?? false))
    }
    var columns: [(String, FormulaType)] = []
    for key in keys { columns.append(("channel.\(key)", .integer)) }
    return (channels, try names.add(columns, at: node.place))
  }
}
