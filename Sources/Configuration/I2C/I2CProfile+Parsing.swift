internal import Formulas

extension I2CProfile {
  /// The keys that are not in profiles of every kind.
  static let keys = [
    "connection", "frame", "options", "channels", "tables", "identify", "setup", "constants",
    "sample", "formulas",
  ]

  /// Reads what an I2C profile has besides what all have.
  ///
  /// In parts, each small: what is thrown in the middle of one has little to take down.
  init(_ top: Mapping, pollClasses: [PollClass]) throws(ConfigurationError) {
    formulas = FormulaSet.none
    try readConnection(top)
    var names = I2CNames()
    let tables = try top["tables"].map(ProfileTables.init(_:)) ?? ProfileTables()
    names.adopt(tables)
    try readChoices(top, &names)
    let fields = try readNames(top, &names)
    try readSteps(
      top,
      I2CSteps(
        names: names, hasChecksum: checksum != nil, hasChannels: !channels.isEmpty, fields: fields))
    try readPoints(
      top,
      I2CPointList(names: names, tables: tables, channels: channels, pollClasses: pollClasses))
    try readTests(top)
  }

  @inline(never)
  private mutating func readConnection(_ top: Mapping) throws(ConfigurationError) {
    let connection = try top.required("connection").mapping(
      "a mapping of the connection", keys: ["addresses", "max_clock"])
    addresses = try I2CProfile.addresses(connection.required("addresses"))
    clockMax = try connection["max_clock"].map(I2CProfile.clock(_:))
    checksum = try top["frame"].map(I2CChecksum.init(frame:))
  }

  @inline(never)
  private mutating func readChoices(
    _ top: Mapping, _ names: inout I2CNames
  ) throws(ConfigurationError) {
    options = try I2CProfile.options(top["options"], &names)
    if let node = top["channels"] {
      (channels, channelSlots) = try I2CChannel.list(node, names: &names)
    }
    if channels.isEmpty, let option = options.first(where: { $0.isPerChannel }) {
      throw (top["options"]?.place ?? top.place).error(
        "option '\(option.name)' is per channel, expected a key 'channels'")
    }
  }

  /// Reads the names of all fields and formulas, for the formulas of the first steps may use names
  /// that later ones define.
  @inline(never)
  private mutating func readNames(
    _ top: Mapping, _ names: inout I2CNames
  ) throws(ConfigurationError) -> [(name: String, slot: Int)] {
    var fields: [(name: String, slot: Int)] = []
    func add(_ key: Node.Key, isReal: Bool) throws(ConfigurationError) {
      let name = key.text
      guard NameRule.symbol.allows(name) else {
        throw key.place.error("expected a name for the field of \(NameRule.symbol.words)")
      }
      fields.append((name, names.count))
      _ = try names.add([(name, isReal ? .real : .integer)], at: key.place)
    }
    try I2CSteps.fieldNames(top["constants"], add)
    let first = names.count
    try I2CSteps.fieldNames(top.required("sample"), add)
    sampleSlots = first..<names.count
    formulas = try I2CProfile.formulas(top["formulas"], &names)
    return fields
  }

  @inline(never)
  private mutating func readSteps(
    _ top: Mapping, _ steps: I2CSteps
  ) throws(ConfigurationError) {
    identity = try I2CProfile.identity(top["identify"], steps)
    if let node = top["setup"] { setup = try steps.with(noFields: true).list(node) }
    if let node = top["constants"] { constants = try steps.with(noFields: false).list(node) }
    sample = try steps.list(top.required("sample"))
  }

  @inline(never)
  private mutating func readPoints(
    _ top: Mapping, _ list: consuming I2CPointList
  ) throws(ConfigurationError) {
    var list = list
    let node = try top.required("points")
    for entry in try node.mapping("a mapping of points").entries { try list.add(entry) }
    guard !list.points.isEmpty else { throw node.place.error("expected at least one point") }
    points = list.points
  }

  @inline(never)
  private mutating func readTests(_ top: Mapping) throws(ConfigurationError) {
    for node in try top["tests"]?.items("a list of tests") ?? [] {
      tests.append(try I2CTest(node, at: addresses[0], options, channels, points))
    }
  }

  /// Addresses below and above are for other purposes (I2C-bus specification UM10204, 3.1.12).
  static let addressRange = 0x08...0x77

  @inline(never)
  private static func addresses(_ node: Node) throws(ConfigurationError) -> [UInt8] {
    var addresses: [UInt8] = []
    for item in try node.items("a list of addresses such as [0x76, 0x77]") {
      let address = UInt8(truncatingIfNeeded: try item.integer("an address", in: addressRange))
      guard !addresses.contains(address) else {
        throw item.place.error("an address that the list has already")
      }
      addresses.append(address)
    }
    guard !addresses.isEmpty else { throw node.place.error("expected at least one address") }
    return addresses
  }

  /// Reads `400 kHz`.
  @inline(never)
  private static func clock(_ node: Node) throws(ConfigurationError) -> Int {
    let clocks: [(word: String, value: Int)] = [
      ("100kHz", 100_000), ("400kHz", 400_000), ("1MHz", 1_000_000), ("3.4MHz", 3_400_000),
      ("1.7MHz", 1_700_000), ("10kHz", 10_000),
    ]
    guard case .scalar(let text, _) = node.content else { return try node.choice(clocks) }
    let packed = String(decoding: Array(text.utf8).filter { $0 != Byte.space }, as: UTF8.self)
    return try Node(place: node.place, content: .scalar(packed, isQuoted: false)).choice(clocks)
  }

  @inline(never)
  private static func options(
    _ node: Node?, _ names: inout I2CNames
  ) throws(ConfigurationError) -> [I2COption] {
    guard let node else { return [] }
    var options: [I2COption] = []
    for entry in try node.mapping("a mapping of options").entries {
      guard options.count < I2CLimits.optionsMax else {
        throw entry.key.place.error("too many options, expected at most \(I2CLimits.optionsMax)")
      }
      options.append(try I2COption(entry, names: &names))
    }
    return options
  }

  @inline(never)
  private static func formulas(
    _ node: Node?, _ names: inout I2CNames
  ) throws(ConfigurationError) -> FormulaSet {
    var definitions: [(name: String, text: String)] = []
    var nodes: [Node] = []
    for entry in try node?.mapping("a mapping of names to formulas").entries ?? [] {
      guard NameRule.symbol.allows(entry.key.text) else {
        throw entry.key.place.error("expected a name for the formula of \(NameRule.symbol.words)")
      }
      guard case .scalar(let text, _) = entry.value.content, !text.utf8.isEmpty else {
        throw entry.value.mismatch(expected: "a formula such as raw / 10")
      }
      definitions.append((entry.key.text, text))
      nodes.append(entry.value)
    }
    let set: FormulaSet
    do throws(FormulaError) {
      set = try FormulaSet(definitions, firstSlot: names.count, in: names.scope())
    } catch {
      throw names.error(error, in: nodes[error.formula])
    }
    for (index, definition) in definitions.enumerated() {
      _ = try names.add([(definition.name, set.formulas[index].type)], at: nodes[index].place)
    }
    return set
  }

  @inline(never)
  private static func identity(
    _ node: Node?, _ steps: I2CSteps
  ) throws(ConfigurationError) -> [Identity] {
    guard let node else { return [] }
    var identity: [Identity] = []
    for item in try node.items("a list of questions") {
      let mapping = try item.mapping("a mapping with what is asked")
      let (probe, keys) = try steps.probe(mapping)
      try mapping.refuseKeys(besides: keys + ["hint"])
      var hints: [(number: Int64, text: String)] = []
      for entry in try mapping["hint"]?.mapping("a mapping of numbers to texts").entries ?? [] {
        guard let number = NumberText.integer(entry.key.text) else {
          throw entry.key.place.error("expected a number")
        }
        hints.append((number, try entry.value.text("a hint")))
      }
      identity.append(Identity(probe: probe, hints: hints))
    }
    return identity
  }
}
