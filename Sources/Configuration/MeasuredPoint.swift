/// What points of GPIO lines and of the kernel's sensors have in common.
struct MeasuredPoint {
  static let keys = ["value", "unit", "quantity", "digits", "range", "hidden", "poll"]

  var point: Point
  let range: ClosedRange<Double>?

  /// Reads what is common, but for `value`.
  init(
    _ name: String, _ mapping: Mapping, pollClasses: [PollClass], kind: PointKind
  ) throws(ConfigurationError) {
    var pollClass = 0
    if let node = mapping["poll"] {
      pollClass = try node.choice(pollClasses.enumerated().map { ($0.element.name, $0.offset) })
    } else if pollClasses.count > 1 {
      throw mapping.place.error("missing key 'poll'")
    }
    point = Point(name: name, unit: "none", kind: kind, pollClass: pollClass)
    if kind == .number { point.unit = try UnitName.read(mapping.required("unit")) }
    point.quantity = try mapping["quantity"]?.name("a quantity", .identifier)
    for key in ["unit", "digits", "range"] where kind != .number {
      if let node = mapping[key] { throw node.place.error("'\(key)' of what is no number") }
    }
    point.digits = try mapping["digits"]?.integer("digits", in: 0...MeasuredPoint.digitsMax)
    range = try mapping["range"]?.numberRange()
    if let node = mapping["hidden"] { point.isHidden = try node.choice(Node.truths) }
  }

  /// A Double has 15 decimal digits that can be trusted (DBL_DIG of C).
  private static let digitsMax = 15
  /// A device on lines or files has a handful.
  static let countMax = 64

  /// Reads the keys of a mapping of points as their names.
  static func names(_ node: Node) throws(ConfigurationError) -> [(name: String, mapping: Node)] {
    var names: [(name: String, mapping: Node)] = []
    for entry in try node.mapping("a mapping of points").entries {
      let name = try entry.key.name("a name for the point", .identifier)
      guard !["ts", "errors", "alarms", "doubts", "raw"].contains(name) else {
        throw entry.key.place.error(
          "the name '\(name)' is taken by every reading, expected another")
      }
      guard names.count < countMax else {
        throw entry.key.place.error("too many points, expected at most \(countMax)")
      }
      names.append((name, entry.value))
    }
    guard !names.isEmpty else { throw node.place.error("expected at least one point") }
    return names
  }
}
