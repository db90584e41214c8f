/// Gathers the points of a profile.
struct PointList {
  private(set) var points: [Point] = []
  private let connection: ModbusConnection
  private let pollClasses: [PollClass]
  private let defaults: PointDefaults

  /// No device known has more; each costs memory in every reading of a batch.
  static let pointsMax = 1_000
  /// Names that readings have for themselves.
  private static let reservedNames = ["ts", "errors", "alarms"]
  private static let keys =
    ["at", "step"] + PointDefaults.keys
    + ["unit", "quantity", "digits", "scale", "offset", "range", "invalid"]
  /// A Double has 15 decimal digits that can be trusted (DBL_DIG of C).
  private static let digitsMax = 15

  init(connection: ModbusConnection, pollClasses: [PollClass], defaults: PointDefaults) {
    self.connection = connection
    self.pollClasses = pollClasses
    self.defaults = defaults
  }

  /// Reads a point, or with a name such as `voltage_l{1..3}` several.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let names = try NamePattern.names(entry.key)
    let mapping = try entry.value.mapping(
      "a mapping with the point's address and unit", keys: PointList.keys)
    let addressNode = try mapping.required("at")
    let address = try addressNode.integer("a register's address", in: 0...65_535)
    let template = try point(mapping, address: UInt16(truncatingIfNeeded: address))
    let step = try step(mapping, of: template, count: names.count)

    let end = address + (names.count - 1) * step + template.type.registerCount
    guard end <= 65_536 else {
      throw addressNode.place.error("registers up to \(end - 1), expected at most 65535")
    }
    for (index, name) in names.enumerated() {
      try checkName(name, at: entry.key.place)
      var point = template
      point.name = name
      point.address = UInt16(truncatingIfNeeded: address + index * step)
      points.append(point)
    }
  }

  private func checkName(_ name: String, at place: Place) throws(ConfigurationError) {
    guard !PointList.reservedNames.contains(name) else {
      throw place.error("the name '\(name)' is taken by every reading, expected another")
    }
    guard !points.contains(where: { $0.name == name }) else {
      throw place.error("there is a point '\(name)' already, expected another name")
    }
    guard points.count < PointList.pointsMax else {
      throw place.error("too many points, expected at most \(PointList.pointsMax)")
    }
  }

  /// The registers between the beginnings of two points of a pattern; 0 for a point alone.
  private func step(
    _ mapping: Mapping, of point: Point, count: Int
  ) throws(ConfigurationError) -> Int {
    guard let node = mapping["step"] else {
      guard count == 1 else { throw mapping.place.error("missing key 'step'") }
      return 0
    }
    guard count > 1 else {
      throw node.place.error("a step without a name such as 'voltage_l{1..3}'")
    }
    return try node.integer("a number of registers", in: point.type.registerCount...65_535)
  }

  /// The point without its name.
  private func point(_ mapping: Mapping, address: UInt16) throws(ConfigurationError) -> Point {
    let own = try PointDefaults(mapping, pollClasses: pollClasses)
    guard let table = own.table ?? defaults.table else {
      throw mapping.place.error("missing key 'table', here or in 'defaults'")
    }
    guard let type = own.type ?? defaults.type else {
      throw mapping.place.error("missing key 'type', here or in 'defaults'")
    }
    guard type.registerCount <= connection.registersPerRead else {
      throw (mapping["type"]?.place ?? mapping.place).error(
        "\(type.word) takes \(type.registerCount) registers, expected at most"
          + " registers_per_read, which is \(connection.registersPerRead)")
    }
    var pollClass = own.pollClass ?? defaults.pollClass
    if pollClass == nil && pollClasses.count == 1 { pollClass = 0 }
    guard let pollClass else {
      throw mapping.place.error("missing key 'poll', here or in 'defaults'")
    }
    var point = Point(
      name: "", table: table, address: address, type: type,
      unit: try UnitName.read(mapping.required("unit")), pollClass: pollClass)
    point.wordOrder = own.wordOrder ?? defaults.wordOrder ?? .highFirst
    point.quantity = try mapping["quantity"]?.name("a quantity", .identifier)
    point.digits = try mapping["digits"]?.integer("digits", in: 0...PointList.digitsMax)
    if let node = mapping["scale"] {
      point.scale = try node.number("a factor")
      guard point.scale != 0 else { throw node.mismatch(expected: "a factor other than zero") }
    }
    if let node = mapping["offset"] { point.offset = try node.number("a number") }
    point.range = try mapping["range"].map(PointList.range(_:))
    point.invalid =
      try mapping["invalid"].map { (node) throws(ConfigurationError) in
        try InvalidPattern.list(node, type: type)
      } ?? []
    return point
  }

  private static func range(_ node: Node) throws(ConfigurationError) -> ClosedRange<Double> {
    let what = "the lowest and the highest value, e.g. [0, 300]"
    let items = try node.items(what)
    guard items.count == 2 else { throw node.place.error("expected \(what)") }
    let lowest = try items[0].number("a number")
    let highest = try items[1].number("a number")
    guard lowest < highest else { throw node.place.error("expected \(what)") }
    return lowest...highest
  }
}
