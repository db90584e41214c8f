internal import Formulas

/// Gathers the points of an I2C profile.
struct I2CPointList {
  let names: I2CNames
  let tables: ProfileTables
  let channels: [I2CChannel]
  let pollClasses: [PollClass]
  private(set) var points: [I2CPoint] = []

  init(
    names: I2CNames, tables: ProfileTables, channels: [I2CChannel], pollClasses: [PollClass]
  ) {
    self.names = names
    self.tables = tables
    self.channels = channels
    self.pollClasses = pollClasses
  }

  private static let keys = [
    "value", "per", "when", "saturated", "unit", "quantity", "digits", "clamp", "range", "hidden",
    "poll", "map", "flags",
  ]

  /// Reads a point; with a name such as `input_{0..7}`, or with a key `per`, several.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let mapping = try entry.value.mapping(
      "a mapping with the point's value and unit", keys: I2CPointList.keys)
    let names = try NamePattern.numbered(entry.key)
    for (name, number) in names {
      guard let node = mapping["per"] else {
        try add(name, number, nil, mapping, at: entry.key.place)
        continue
      }
      _ = try node.choice([("channel", ())])
      guard !channels.isEmpty else {
        throw node.place.error("expected a key 'channels' in the profile")
      }
      for index in channels.indices {
        try add("\(name)_\(channels[index].name)", number, index, mapping, at: entry.key.place)
      }
    }
  }

  private mutating func add(
    _ name: String, _ number: Int?, _ channel: Int?, _ mapping: Mapping, at place: Place
  ) throws(ConfigurationError) {
    try PointList.checkName(
      name, isFree: !points.contains { $0.shown.name == name }, points.count, at: place)
    let valueNode = try mapping.required("value")
    let value = try names.formula(valueNode, number: number)
    var meaning = PointMeaning.number
    var kind = value.type == .boolean ? PointKind.boolean : .number
    if let node = mapping["map"] ?? mapping["flags"] {
      guard value.type == .integer, mapping["map"] == nil || mapping["flags"] == nil else {
        throw node.place.error("names of what is no whole number")
      }
      let table = try tables.labels(node)
      let hasLabels = mapping["map"] != nil
      meaning = hasLabels ? .labels(table) : .flags(table)
      kind = hasLabels ? .text : .texts
    }
    for key in ["unit", "digits", "clamp", "range"] where kind != .number {
      if let node = mapping[key] { throw node.place.error("'\(key)' of what is no number") }
    }
    var shown = Point(name: name, unit: "none", kind: kind)
    if kind == .number { shown.unit = try UnitName.read(mapping.required("unit")) }
    shown.quantity = try mapping["quantity"]?.name("a quantity", .identifier)
    shown.digits = try mapping["digits"]?.integer("digits", in: 0...PointRules.digitsMax)
    shown.isHidden = try mapping["hidden"]?.choice(Node.truths) ?? false
    if let channel, channels[channel].isHidden { shown.isHidden = true }
    shown.pollClass = try PointDefaults.pollClass(mapping, among: pollClasses) ?? 0
    if mapping["poll"] == nil && pollClasses.count > 1 { _ = try mapping.required("poll") }
    points.append(
      I2CPoint(
        shown: shown, channel: channel, value: value,
        condition: try mapping["when"].map { (node) throws(ConfigurationError) in
          try names.condition(node, number: number)
        },
        saturation: try mapping["saturated"].map { (node) throws(ConfigurationError) in
          try names.condition(node, number: number)
        },
        clamp: try mapping["clamp"].map(PointRules.range(_:)),
        range: try mapping["range"].map(PointRules.range(_:)), meaning: meaning))
  }
}
