/// What a profile says of a Modbus device.
public struct ModbusProfile: Sendable {
  /// How the device wants to be spoken to.
  public let connection: ModbusConnection
  /// The values that the device has, in the order of the file; as many as the profile's `points`.
  public let points: [ModbusPoint]
  /// The profile's own examples.
  public let tests: [ProfileTest]
  /// Where the blocks are that points may be counted from; nil where addresses are fixed.
  public let discovery: Discovery?
}

extension DeviceProfile {
  /// A Modbus profile from its parts, which the caller has checked.
  public init(
    id: String, revision: Int, title: String, references: [String], connection: ModbusConnection,
    pollClasses: [PollClass], points: [ModbusPoint], tests: [ProfileTest],
    discovery: Discovery? = nil
  ) {
    self.init(
      id: id, revision: revision, title: title, references: references, pollClasses: pollClasses,
      points: points.map { $0.shown },
      body: .modbus(
        ModbusProfile(
          connection: connection, points: points, tests: tests, discovery: discovery)))
  }

  /// What it says of a Modbus device, which it must be for: a configuration gives no device a bus of
  /// another kind than its profile's.
  public var modbus: ModbusProfile {
    guard case .modbus(let profile) = body else { preconditionFailure("a Modbus profile") }
    return profile
  }
}

extension ModbusProfile {
  /// The keys that are not in profiles of every kind.
  static let keys = ["connection", "defaults", "numbering", "discover", "tables", "invalid"]

  /// Reads what a Modbus profile has besides what all have.
  init(_ top: Mapping, pollClasses: [PollClass]) throws(ConfigurationError) {
    let connection = try top["connection"].map(ModbusConnection.init(_:)) ?? ModbusConnection()
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
    self.init(connection: connection, points: points, tests: tests, discovery: discovery)
  }
}
