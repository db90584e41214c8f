extension DeviceProfile {
  /// The version of the profile language that this program reads.
  private static let language = "godwit/1"

  /// The profile in a YAML file; device-profiles/README.md tells every key.
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: the file's name, for errors.
  ///   - expectedID: what the profile's `id` must be, which is the file's name without `.yaml`; nil
  ///     for any.
  /// - Throws: the first thing that is wrong, where, and what was expected.
  public static func parse(
    _ bytes: [UInt8], file: String, expectedID: String?
  ) throws(ConfigurationError) -> DeviceProfile {
    let what = "a device profile"
    let top = try YAMLParser.parse(bytes, file: file, expecting: what).mapping(what)
    // Another version or another bus has other keys, so these two come first.
    _ = try top.required("profile").choice([(language, ())])
    let bus = try top.required("bus")
    if case .scalar(let name, _) = bus.content, name == "i2c" || name == "gpio" {
      throw bus.place.error("\(name) is not supported by this version, expected modbus")
    }
    _ = try bus.choice([("modbus", ())])
    try top.refuseKeys(besides: [
      "profile", "id", "revision", "title", "bus", "refs", "connection", "defaults", "poll",
      "points", "tests", "numbering", "discover", "tables", "invalid",
    ])

    let id = try identifier(top.required("id"), expected: expectedID)
    let revision = try top.required("revision").integer("a revision", in: 1...1_000_000)
    let title = try top.required("title").text("a title")
    let references = try references(top.required("refs"))
    let connection = try top["connection"].map(ModbusConnection.init(_:)) ?? ModbusConnection()
    let pollClasses = try top["poll"].map(PollClass.list(_:)) ?? [.standard]
    let defaults =
      try top["defaults"].map { (node) throws(ConfigurationError) in
        try PointDefaults(node, pollClasses: pollClasses)
      } ?? PointDefaults()

    let discovery = try top["discover"].map(Discovery.init(_:))
    var addresses = AddressRule()
    if let node = top["numbering"] {
      addresses.numbering = try node.choice(AddressRule.Numbering.allCases.map { ($0.word, $0) })
    }
    var invalid: [(type: RegisterType, patterns: [UInt64])] = []
    if let node = top["invalid"] { invalid = try InvalidPattern.byType(node) }
    var rules = PointRules(
      addresses: addresses, connection: connection, pollClasses: pollClasses, defaults: defaults,
      tables: try top["tables"].map(ProfileTables.init(_:)) ?? ProfileTables(), invalid: invalid)
    rules.addresses.blocks = discovery?.blocks.map { $0.name } ?? []

    var list = PointList(rules: rules)
    let pointsNode = try top.required("points")
    for entry in try pointsNode.mapping("a mapping of points").entries { try list.add(entry) }
    guard !list.points.isEmpty else {
      throw pointsNode.place.error("expected at least one point")
    }
    let points = try list.finish()

    var tests: [ProfileTest] = []
    for node in try top["tests"]?.items("a list of tests") ?? [] {
      tests.append(try ProfileTest(node, points: points, addresses: addresses))
    }
    return DeviceProfile(
      id: id, revision: revision, title: title, references: references, connection: connection,
      pollClasses: pollClasses, points: points, tests: tests,
      discovery: discovery)
  }

  private static func identifier(
    _ node: Node, expected: String?
  ) throws(ConfigurationError) -> String {
    let id = try node.name("an id", .file)
    if let expected, id != expected {
      throw node.place.error("id '\(id)' in the file of another, expected '\(expected)'")
    }
    return id
  }

  private static func references(_ node: Node) throws(ConfigurationError) -> [String] {
    var references: [String] = []
    for item in try node.items("a list of documents") {
      references.append(try item.text("the name of a document"))
    }
    guard !references.isEmpty else { throw node.place.error("expected at least one document") }
    return references
  }
}

extension PollClass {
  /// The class of a profile that names none.
  static let standard = PollClass(name: "normal", interval: .seconds(5))
  /// A reading bears every point that is due, and more classes than these only blur that.
  private static let classesMax = 16

  /// Reads the key `poll`, e.g. `{fast: 1 s, slow: 60 s}`.
  static func list(_ node: Node) throws(ConfigurationError) -> [PollClass] {
    var classes: [PollClass] = []
    for entry in try node.mapping("a mapping of poll classes").entries {
      let name = try entry.key.name("a name for the poll class", .identifier)
      guard classes.count < classesMax else {
        throw entry.key.place.error("too many poll classes, expected at most \(classesMax)")
      }
      classes.append(
        PollClass(name: name, interval: try entry.value.duration(in: DeviceList.everyRange)))
    }
    guard !classes.isEmpty else { throw node.place.error("expected at least one poll class") }
    return classes
  }
}
