/// Gathers the points of a profile.
struct PointList {
  private(set) var points: [ModbusPoint] = []
  /// What stands in the whole profile, and holds for each point.
  let rules: PointRules
  private var formulas = FormulaList()
  private var groups: [(name: String, points: [Int], place: Place)] = []

  /// No device known has more; each costs memory in every reading of a batch.
  static let pointsMax = 1_000
  /// Names that readings have for themselves, and formulas.
  private static let reservedNames = ["ts", "errors", "alarms", "raw"]

  init(rules: PointRules) {
    self.rules = rules
  }

  /// Reads a point, or with a name such as `voltage_l{1..3}` several.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let names = try NamePattern.names(entry.key)
    let mapping = try entry.value.mapping(
      "a mapping with the point's address and unit", keys: PointRules.keys)
    let template = try rules.point(mapping)
    let step = try step(mapping, of: template, count: names.count)
    try rules.check(template, copies: names.count, step: step, in: mapping)
    for (index, name) in names.enumerated() {
      try PointList.checkName(
        name, isFree: !points.contains { $0.name == name }, points.count, at: entry.key.place)
      var point = template
      point.name = name
      if step.isBits, let bits = point.bits {
        point.bits = BitField(
          low: bits.low + UInt8(truncatingIfNeeded: index * step.count), count: bits.count)
      } else {
        point.address += UInt16(truncatingIfNeeded: index * step.count)
      }
      if let node = mapping["together"] { try join(points.count, node) }
      formulas.add(points.count, value: mapping["value"], condition: mapping["when"])
      points.append(point)
    }
  }

  /// The points, complete: what belongs together is, and the formulas are read.
  mutating func finish() throws(ConfigurationError) -> [ModbusPoint] {
    for group in groups { try bind(group.points, at: group.place) }
    try formulas.read(into: &points, tables: rules.tables)
    for index in points.indices { try formulas.checkUnit(&points[index], index) }
    return points
  }

  /// Refuses a name that cannot be a point's.
  /// - Parameters:
  ///   - isFree: whether no other point has it.
  ///   - count: how many points there are.
  static func checkName(
    _ name: String, isFree: Bool, _ count: Int, at place: Place
  ) throws(ConfigurationError) {
    guard !reservedNames.contains(name) else {
      throw place.error("the name '\(name)' is taken by every reading, expected another")
    }
    guard isFree else {
      throw place.error("there is a point '\(name)' already, expected another name")
    }
    guard count < pointsMax else {
      throw place.error("too many points, expected at most \(pointsMax)")
    }
  }

  /// From one point of a pattern to the next; 0 for a point alone.
  private func step(
    _ mapping: Mapping, of point: ModbusPoint, count: Int
  ) throws(ConfigurationError) -> PointStep {
    if let node = mapping["step_bits"] {
      guard let bits = point.bits else { throw node.place.error("a step of bits without a bit") }
      guard count > 1 else {
        throw node.place.error("a step without a name such as 'voltage_l{1..3}'")
      }
      let step = try node.integer("a number of bits", in: Int(bits.count)...63)
      let last = Int(bits.low) + (count - 1) * step + Int(bits.count) - 1
      guard last < 16 * point.type.registerCount else {
        throw node.place.error(
          "bits up to \(last), expected at most \(16 * point.type.registerCount - 1)")
      }
      return PointStep(count: step, isBits: true)
    }
    guard let node = mapping["step"] else {
      guard count == 1 || !point.hasRegisters else {
        throw mapping.place.error("missing key 'step'")
      }
      return PointStep(count: 0, isBits: false)
    }
    guard count > 1 else {
      throw node.place.error("a step without a name such as 'voltage_l{1..3}'")
    }
    return PointStep(
      count: try node.integer("a number of registers", in: max(point.registerCount, 1)...65_535),
      isBits: false)
  }

  private mutating func join(_ point: Int, _ node: Node) throws(ConfigurationError) {
    let name = try node.name("a name for what belongs together", .identifier)
    for index in groups.indices where groups[index].name == name {
      groups[index].points.append(point)
      return
    }
    groups.append((name, [point], node.place))
  }

  /// Gives points that belong together the range of them all.
  private mutating func bind(_ members: [Int], at place: Place) throws(ConfigurationError) {
    let first = points[members[0]]
    var lowest = first.registers.lowerBound
    var end = first.registers.upperBound
    for member in members {
      let point = points[member]
      guard point.table == first.table, point.block == first.block,
        point.pollClass == first.pollClass, point.hasRegisters
      else {
        throw place.error(
          "'\(point.name)' cannot be read together with '\(first.name)', expected registers of the"
            + " same table, block and poll class")
      }
      lowest = min(lowest, point.registers.lowerBound)
      end = max(end, point.registers.upperBound)
    }
    guard end - lowest <= rules.room(of: first.table) else {
      throw place.error(
        "what belongs together takes \(end - lowest) registers, expected at most"
          + " \(rules.room(of: first.table))")
    }
    for member in members { points[member].together = lowest..<end }
  }
}

/// From one point of a pattern to the next.
struct PointStep {
  let count: Int
  /// Whether bits of one number are counted, and not registers.
  let isBits: Bool
}
