/// Reads what a profile says of a point.
struct PointRules {
  var addresses: AddressRule
  let connection: ModbusConnection
  let pollClasses: [PollClass]
  let defaults: PointDefaults
  let tables: ProfileTables
  /// Patterns for "not available" by type.
  let invalid: [(type: RegisterType, patterns: [UInt64])]

  static let keys =
    ["at", "step"] + PointDefaults.keys
    + [
      "unit", "quantity", "digits", "scale", "offset", "range", "invalid", "bit", "bits",
      "step_bits", "chars", "map", "flags", "scale_from", "clamp", "counter", "together", "value",
      "when", "hidden",
    ]
  /// A Double has 15 decimal digits that can be trusted (DBL_DIG of C).
  static let digitsMax = 15

  /// The point without its name, and without what its formulas say.
  func point(_ mapping: Mapping) throws(ConfigurationError) -> ModbusPoint {
    let own = try PointDefaults(mapping, pollClasses: pollClasses)
    var pollClass = own.pollClass ?? defaults.pollClass
    if pollClass == nil && pollClasses.count == 1 { pollClass = 0 }
    guard let pollClass else {
      throw mapping.place.error("missing key 'poll', here or in 'defaults'")
    }
    var point = ModbusPoint(
      name: "", table: .holding, address: 0, type: .f64, unit: "", pollClass: pollClass)
    if let node = mapping["at"] {
      try place(&point, at: node, own, mapping)
    } else if mapping["value"] == nil {
      _ = try mapping.required("at")
    } else {
      point.hasRegisters = false
      for key in PointRules.registerKeys {
        if let node = mapping[key] {
          throw node.place.error("'\(key)' without registers, expected 'at' too")
        }
      }
    }
    try describe(&point, mapping)
    return point
  }

  /// What has no meaning without registers.
  private static let registerKeys = [
    "step", "table", "type", "word_order", "byte_order", "invalid", "bit", "bits", "chars",
    "scale_from", "counter", "together", "map", "flags", "step_bits", "scale", "offset",
  ]

  /// Where its registers are, and how they are put together.
  private func place(
    _ point: inout ModbusPoint, at node: Node, _ own: PointDefaults, _ mapping: Mapping
  ) throws(ConfigurationError) {
    let address = try addresses.address(node)
    if let told = address.table, let table = own.table, told != table {
      throw node.place.error("a number of the \(told.word) table, expected one of \(table.word)")
    }
    guard let table = address.table ?? own.table ?? defaults.table else {
      throw mapping.place.error("missing key 'table', here or in 'defaults'")
    }
    point.table = table
    point.address = UInt16(truncatingIfNeeded: address.number)
    point.block = address.block
    var word = own.type ?? defaults.type
    if table.isOfBits {
      if let own = own.type, !own.isTruth {
        throw (mapping["type"]?.place ?? mapping.place).error(
          "a bit is no number, expected the type bool")
      }
      word = TypeWord(.u16, isTruth: true)
    }
    guard var word else { throw mapping.place.error("missing key 'type', here or in 'defaults'") }
    try readBits(&word, mapping, isBit: table.isOfBits)
    try readCharacters(&word, mapping)
    point.type = word.type
    point.bits = word.bits
    if word.isTruth { point.meaning = .truth }
    guard table.isOfBits || point.type.registerCount <= connection.registersPerRead else {
      throw (mapping["type"]?.place ?? mapping.place).error(
        "\(point.type.word) takes \(point.type.registerCount) registers, expected at most"
          + " registers_per_read, which is \(connection.registersPerRead)")
    }
    point.wordOrder = own.wordOrder ?? defaults.wordOrder ?? .highFirst
    point.byteOrder = own.byteOrder ?? defaults.byteOrder ?? .big
    if let node = mapping["scale_from"] {
      let factor = try addresses.address(node)
      guard factor.block == address.block, factor.table ?? table == table, point.type.isWhole else {
        throw node.place.error(
          "expected a register of the same table and block, and a whole-number type")
      }
      point.scaleFactor = UInt16(truncatingIfNeeded: factor.number)
    }
    if let node = mapping["invalid"] {
      point.invalid = try InvalidPattern.list(node, type: point.type)
    } else {
      for entry in invalid where entry.type == point.type && point.bits == nil {
        point.invalid = entry.patterns
      }
    }
  }

  private func readBits(
    _ word: inout TypeWord, _ mapping: Mapping, isBit: Bool
  ) throws(ConfigurationError) {
    guard let node = mapping["bit"] ?? mapping["bits"] else { return }
    let width = 16 * word.type.registerCount
    guard word.type.isWhole, !isBit, word.bits == nil else {
      throw node.place.error("bits of what is no whole number of registers")
    }
    if mapping["bit"] != nil {
      guard mapping["bits"] == nil else { throw node.place.error("expected 'bit' or 'bits'") }
      let bit = try node.integer("a bit", in: 0...(width - 1))
      word.bits = BitField(low: UInt8(truncatingIfNeeded: bit), count: 1)
      word.isTruth = true
      return
    }
    guard case .scalar(let text, _) = node.content, let field = BitField(text, width: width) else {
      throw node.mismatch(
        expected: "the highest and the lowest bit such as 7:4, up to \(width - 1)")
    }
    word.bits = field
  }

  private func readCharacters(
    _ word: inout TypeWord, _ mapping: Mapping
  ) throws(ConfigurationError) {
    guard let node = mapping["chars"] else { return }
    guard case .text(let layout) = word.type else {
      throw node.place.error("'chars' of what is no text")
    }
    let bytes: RegisterType.RegisterBytes = try node.choice([
      ("both", .both), ("low", .low), ("high", .high),
    ])
    word.type = .text(RegisterType.TextLayout(characters: layout.characters, bytes: bytes))
  }

  /// What its value means.
  private func describe(_ point: inout ModbusPoint, _ mapping: Mapping) throws(ConfigurationError) {
    if let node = mapping["map"] ?? mapping["flags"] {
      guard point.type.isWhole, mapping["map"] == nil || mapping["flags"] == nil,
        mapping["value"] == nil
      else {
        throw node.place.error("names of what is no whole number")
      }
      let table = try tables.labels(node)
      if mapping["map"] != nil {
        point.meaning = .labels(table)
      } else {
        try checkFlags(table, of: point, at: node.place)
        point.meaning = .flags(table)
      }
    }
    if let node = mapping["unit"] { point.unit = try UnitName.read(node) }
    if point.unit.isEmpty, mapping["value"] == nil {
      if point.kind == .number { _ = try mapping.required("unit") }
      point.unit = "none"
    }
    point.quantity = try mapping["quantity"]?.name("a quantity", .identifier)
    point.digits = try mapping["digits"]?.integer("digits", in: 0...PointRules.digitsMax)
    if let node = mapping["hidden"] { point.isHidden = try node.choice(Node.truths) }
    for key in PointRules.numberKeys {
      guard let node = mapping[key] else { continue }
      guard point.kind == .number || mapping["value"] != nil else {
        throw node.place.error("'\(key)' of what is no number")
      }
      if mapping["value"] != nil, key == "scale" || key == "offset" || key == "counter" {
        throw node.place.error("'\(key)' beside 'value', expected it in the formula")
      }
    }
    if let node = mapping["scale"] {
      point.scale = try node.number("a factor")
      guard point.scale != 0 else { throw node.mismatch(expected: "a factor other than zero") }
    }
    if let node = mapping["offset"] { point.offset = try node.number("a number") }
    point.range = try mapping["range"].map(PointRules.range(_:))
    point.clamp = try mapping["clamp"].map(PointRules.range(_:))
    if let node = mapping["counter"] {
      point.counter = try PointCounter(node, type: point.type)
    }
  }

  /// What has a meaning for numbers only.
  private static let numberKeys = [
    "scale", "offset", "scale_from", "range", "clamp", "counter", "digits",
  ]

  private func checkFlags(
    _ table: LabelTable, of point: ModbusPoint, at place: Place
  ) throws(ConfigurationError) {
    let count = Int64(point.bits?.count ?? UInt8(16 * point.type.registerCount))
    for entry in table.entries where !(0..<count).contains(entry.number) {
      throw place.error("a name for bit \(entry.number), expected bits from 0 to \(count - 1)")
    }
  }

  static func range(_ node: Node) throws(ConfigurationError) -> ClosedRange<Double> {
    let what = "the lowest and the highest value, e.g. [0, 300]"
    let items = try node.items(what)
    guard items.count == 2 else { throw node.place.error("expected \(what)") }
    let lowest = try items[0].number("a number")
    let highest = try items[1].number("a number")
    guard lowest < highest else { throw node.place.error("expected \(what)") }
    return lowest...highest
  }
}

extension PointRules {
  /// The most registers, or bits, in one response.
  func room(of table: RegisterTable) -> Int {
    table.isOfBits ? min(16 * connection.registersPerRead, 2_000) : connection.registersPerRead
  }

  /// Whether a point and its copies fit the addresses and a response.
  func check(
    _ point: ModbusPoint, copies: Int, step: PointStep, in mapping: Mapping
  ) throws(ConfigurationError) {
    guard point.hasRegisters, let node = mapping["at"] else { return }
    let apart = step.isBits ? 0 : (copies - 1) * step.count
    let end = Int(point.address) + apart + point.registerCount
    guard end <= 65_536 else {
      throw node.place.error("registers up to \(end - 1), expected at most 65535")
    }
    var last = point
    last.address += UInt16(truncatingIfNeeded: apart)
    let count = max(point.registers.count, last.registers.count)
    guard count <= room(of: point.table) else {
      throw (mapping["scale_from"]?.place ?? node.place).error(
        "\(count) registers from the value to its scale factor, expected at most registers_per_read,"
          + " which is \(connection.registersPerRead)")
    }
  }
}

extension BitField {
  /// Reads `7:4`, the highest bit first, of a number of `width` bits.
  fileprivate init?(_ text: String, width: Int) {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: Byte.colon),
      let high = NumberText.integer(String(decoding: bytes[..<colon], as: UTF8.self)),
      let low = NumberText.integer(String(decoding: bytes[(colon + 1)...], as: UTF8.self)),
      0 <= low, low <= high, high < width
    else { return nil }
    self.init(low: UInt8(truncatingIfNeeded: low), count: UInt8(truncatingIfNeeded: high - low + 1))
  }
}

extension PointCounter {
  /// Reads e.g. `{bits: 32, resets: never, max_step: 50}`.
  fileprivate init(_ node: Node, type: RegisterType) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping of the counter", keys: ["bits", "resets", "max_step"])
    self.init(bits: nil, resets: .never, stepMax: nil)
    if let node = mapping["bits"] {
      guard type.isWhole else { throw node.place.error("bits of what is no whole number") }
      bits = UInt8(
        truncatingIfNeeded: try node.integer("a number of bits", in: 8...16 * type.registerCount))
    }
    if let node = mapping["resets"] {
      resets = try node.choice(PointCounter.Resets.allCases.map { ($0.word, $0) })
    }
    if let node = mapping["max_step"] {
      let step = try node.number("a step")
      guard step > 0 else { throw node.mismatch(expected: "a step above zero") }
      stepMax = step
    }
  }
}

extension PointCounter.Resets {
  fileprivate var word: String {
    switch self {
    case .never: "never"
    case .powerOn: "power-on"
    case .daily: "daily"
    case .monthly: "monthly"
    case .yearly: "yearly"
    case .manual: "manual"
    }
  }
}

extension Node {
  /// The words of a truth value, by YAML's own rules the only two.
  static var truths: [(word: String, value: Bool)] { [("true", true), ("false", false)] }
}
