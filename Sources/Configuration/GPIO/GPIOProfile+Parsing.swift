extension GPIOProfile {
  /// The keys that are not in profiles of every kind.
  static let keys = ["options", "lines"]
  /// An encoder has two, a keypad some; more are several devices.
  private static let linesMax = 16

  /// Reads what a GPIO profile has besides what all have.
  /// - Returns: it, and its points as readings show them.
  static func read(
    _ top: Mapping, pollClasses: [PollClass]
  ) throws(ConfigurationError) -> (profile: GPIOProfile, points: [Point]) {
    let options = try top["options"].map(NumberOption.list(_:)) ?? []
    var lines: [Line] = []
    let linesNode = try top.required("lines")
    for entry in try linesNode.mapping("a mapping of lines").entries {
      guard lines.count < linesMax else {
        throw entry.key.place.error("too many lines, expected at most \(linesMax)")
      }
      let mapping = try entry.value.mapping(
        "a mapping such as {bias: pull-up, active: low}", keys: LineSettings.keys + ["direction"])
      _ = try mapping["direction"]?.choice([("input", ())])
      var settings = LineSettings()
      try settings.read(mapping)
      lines.append(
        Line(name: try entry.key.name("a name for the line", .identifier), settings: settings))
    }
    guard !lines.isEmpty else { throw linesNode.place.error("expected at least one line") }

    let entries = try MeasuredPoint.names(top.required("points"))
    var reader = GPIOPointReader(
      lines: lines, pollClasses: pollClasses,
      formulas: MeasuredFormulaReader(options: options, pointCount: entries.count))
    var shown: [Point] = []
    var points: [GPIOPoint] = []
    for entry in entries {
      let (point, own) = try reader.read(entry.name, entry.mapping)
      shown.append(point)
      points.append(own)
    }
    var profile = GPIOProfile(
      lines: lines, options: options, points: points, layout: reader.formulas.layout, tests: [])
    var tests: [GPIOTest] = []
    for node in try top["tests"]?.items("a list of tests") ?? [] {
      tests.append(try GPIOTest(node, of: profile, points: shown))
    }
    profile = GPIOProfile(
      lines: lines, options: options, points: points, layout: profile.layout, tests: tests)
    return (profile, shown)
  }
}

extension GPIOTest {
  /// Reads an item of a profile's list `tests`.
  fileprivate init(
    _ node: Node, of profile: GPIOProfile, points: [Point]
  ) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping with name, edges_ms and expect",
      keys: ["name", "edges_ms", "at", "options", "expect"])
    name = try mapping.required("name").text("a name for the test")
    var edges: [Change] = []
    for entry in try mapping.required("edges_ms").mapping("a mapping of lines to edges").entries {
      guard let line = profile.lines.firstIndex(where: { $0.name == entry.key.text }) else {
        throw entry.key.place.error(
          "unknown line \(Excerpt.quoting(entry.key.text))"
            + Suggestion.ending(for: entry.key.text, among: profile.lines.map { $0.name }))
      }
      var last = Duration.zero
      for item in try entry.value.items("a list of edges such as [0+, 1.5-]") {
        let change = try Change(item, line: line)
        guard change.time >= last else {
          throw item.place.error("an edge before the one before it, expected them in order")
        }
        last = change.time
        edges.append(change)
      }
    }
    // Lines take turns in the order of time, and keep the file's where that is the same.
    self.edges = edges.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map { $0.element }
    let last = self.edges.last?.time ?? .zero
    end =
      try mapping["at"].map { (node) throws(ConfigurationError) in
        try node.duration(in: .milliseconds(1) ... .seconds(86_400))
      } ?? last + GPIOTest.rest
    guard end >= last else {
      throw (mapping["at"]?.place ?? mapping.place).error("values read before the last edge")
    }
    options = try NumberOption.values(mapping["options"], of: profile.options)
    expectations = try ProfileTest.Expectation.list(mapping.required("expect"), of: points)
  }

  /// Where a test says nothing, its values are read so long after the last edge: debouncing is over.
  private static let rest: Duration = .seconds(1)
}

extension GPIOTest.Change {
  /// Reads e.g. `1.5-`: a number of milliseconds, and + for active or - for inactive.
  fileprivate init(_ node: Node, line: Int) throws(ConfigurationError) {
    let what = "an edge such as 1.5+, in milliseconds"
    guard case .scalar(let text, _) = node.content, let sign = text.utf8.last,
      sign == Byte.plus || sign == Byte.hyphen,
      let number = NumberText.decimal(String(decoding: text.utf8.dropLast(), as: UTF8.self)),
      (0...86_400_000).contains(number)
    else {
      throw node.mismatch(expected: what)
    }
    self.line = line
    // Whole nanoseconds, as the kernel has them.
    time = .nanoseconds(Int64((number * 1_000_000).rounded()))
    isRising = sign == Byte.plus
  }
}
