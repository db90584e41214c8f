internal import Formulas

extension SysfsProfile {
  /// The keys that are not in profiles of every kind.
  static let keys = ["where", "names", "options"]
  /// Boards disagree in how they call a thing, but not more than that.
  private static let namesMax = 32

  /// Reads what a profile of the kernel's sensors has besides what all have.
  /// - Returns: it, and its points as readings show them.
  static func read(
    _ top: Mapping, pollClasses: [PollClass]
  ) throws(ConfigurationError) -> (profile: SysfsProfile, points: [Point]) {
    let place = try top.required("where").choice(Place.allCases.map { ($0.word, $0) })
    let options = try top["options"].map(NumberOption.list(_:)) ?? []
    var names: [String] = []
    for node in try top["names"]?.items("a list of names") ?? [] {
      guard names.count < namesMax else { throw node.place.error("too many names") }
      names.append(try node.text("a name such as cpu-thermal"))
    }
    let entries = try MeasuredPoint.names(top.required("points"))
    var formulas = MeasuredFormulaReader(options: options, pointCount: entries.count)
    var shown: [Point] = []
    var points: [SysfsPoint] = []
    for entry in entries {
      let (point, own) = try SysfsPoint.read(
        entry.name, entry.mapping, place, pollClasses: pollClasses, &formulas)
      shown.append(point)
      points.append(own)
    }
    var tests: [SysfsTest] = []
    for node in try top["tests"]?.items("a list of tests") ?? [] {
      tests.append(try SysfsTest(node, options: options, points: shown))
    }
    let profile = SysfsProfile(
      place: place, names: names, options: options, points: points, layout: formulas.layout,
      tests: tests)
    return (profile, shown)
  }
}

extension SysfsPoint {
  private static let keys =
    MeasuredPoint.keys + ["read", "iio", "w1", "scale", "offset", "invalid"]
  private static let invalidMax = 16

  fileprivate static func read(
    _ name: String, _ node: Node, _ place: SysfsProfile.Place, pollClasses: [PollClass],
    _ formulas: inout MeasuredFormulaReader
  ) throws(ConfigurationError) -> (shown: Point, own: SysfsPoint) {
    let mapping = try node.mapping("a mapping with the file to read", keys: keys)
    var own = SysfsPoint()
    if let node = mapping["read"] { own.source = .file(try fileName(node)) }
    if let node = mapping["iio"] {
      guard own.source == nil, place == .iio else {
        throw node.place.error("'iio' belongs to 'where: iio', instead of 'read'")
      }
      own.source = .iio(try node.name("a channel such as temp or voltage0", .identifier))
    }
    if let node = mapping["w1"] {
      guard own.source == nil, place == .oneWire else {
        throw node.place.error("'w1' belongs to 'where: w1', instead of 'read'")
      }
      _ = try node.choice([("temperature", ())])
      own.source = .oneWire
    }
    if let node = mapping["scale"] {
      own.scale = try node.number("a factor")
      guard own.scale != 0 else { throw node.mismatch(expected: "a factor other than zero") }
    }
    if let node = mapping["offset"] { own.offset = try node.number("a number") }
    if let node = mapping["invalid"] {
      guard case .list(let items) = node.content else {
        own.invalid = [try node.number("a number, or a list of numbers")]
        return try finish(name, mapping, own, pollClasses: pollClasses, &formulas)
      }
      guard items.count <= invalidMax else { throw node.place.error("too many numbers") }
      for item in items { own.invalid.append(try item.number("a number")) }
    }
    return try finish(name, mapping, own, pollClasses: pollClasses, &formulas)
  }

  private static func finish(
    _ name: String, _ mapping: Mapping, _ own: SysfsPoint, pollClasses: [PollClass],
    _ formulas: inout MeasuredFormulaReader
  ) throws(ConfigurationError) -> (shown: Point, own: SysfsPoint) {
    var own = own
    var type = FormulaType.real
    if let node = mapping["value"] {
      let formula = try formulas.read(node, measured: own.source == nil ? [] : [("raw", .real)])
      for key in ["scale", "offset"] {
        if let node = mapping[key] {
          throw node.place.error("'\(key)' beside 'value', expected it in the formula")
        }
      }
      type = formula.formula.type
      own.formula = formula
    } else if own.source == nil {
      throw mapping.place.error("reads nothing, expected a key 'read', 'iio', 'w1' or 'value'")
    }
    let common = try MeasuredPoint(
      name, mapping, pollClasses: pollClasses, kind: type == .boolean ? .boolean : .number)
    own.range = common.range
    formulas.add(name, type)
    return (common.point, own)
  }

  /// A name in the device's own folder: nothing that leads out of it.
  static func fileName(_ node: Node) throws(ConfigurationError) -> String {
    let text = try node.text("the name of a file", bytesMax: 64)
    guard !text.utf8.contains(Byte.slash), text.utf8.first != Byte.dot else {
      throw node.mismatch(expected: "the name of a file in the device's folder")
    }
    return text
  }
}

extension SysfsTest {
  fileprivate init(
    _ node: Node, options: [NumberOption], points: [Point]
  ) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping with name, files and expect", keys: ["name", "files", "options", "expect"])
    name = try mapping.required("name").text("a name for the test")
    var files: [(name: String, content: String)] = []
    for entry in try mapping.required("files").mapping("a mapping of files to content").entries {
      let key = Node(place: entry.key.place, content: .scalar(entry.key.text, isQuoted: false))
      guard case .scalar(let content, _) = entry.value.content else {
        throw entry.value.mismatch(expected: "what is in the file")
      }
      files.append((try SysfsPoint.fileName(key), content))
    }
    self.files = files
    self.options = try NumberOption.values(mapping["options"], of: options)
    expectations = try ProfileTest.Expectation.list(mapping.required("expect"), of: points)
  }
}
