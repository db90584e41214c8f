internal import Formulas

/// Reads the points of a GPIO profile, in the order of the file.
struct GPIOPointReader {
  let lines: [GPIOProfile.Line]
  let pollClasses: [PollClass]
  private(set) var formulas: MeasuredFormulaReader

  init(lines: [GPIOProfile.Line], pollClasses: [PollClass], formulas: MeasuredFormulaReader) {
    self.lines = lines
    self.pollClasses = pollClasses
    self.formulas = formulas
  }

  private static let measures: [(word: String, measure: GPIOPoint.Measure)] = [
    ("level", .level), ("count", .count), ("rate", .rate), ("interval", .interval),
    ("frequency", .frequency), ("duty", .duty), ("edges_lost", .lost),
  ]
  private static let keys =
    measures.map { $0.word } + MeasuredPoint.keys
    + ["window", "idle", "idle_value", "hold", "counter", "type"]

  /// A window is cut into 60 parts, of a millisecond at least; nobody asks for the rate of a month.
  private static let windowRange: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
  private static let holdMax: Duration = .seconds(86_400)
  /// A pump that gives a pulse a day is idle in between.
  private static let idleUsual: Duration = .seconds(60)
  /// A memory card writes some 16 KiB for each change: 8,640 a day are 140 MB, of the tens of
  /// terabytes that it bears.
  private static let saveRange: ClosedRange<Duration> = .seconds(10) ... .seconds(86_400)
  private static let saveUsual: Duration = .seconds(60)

  /// Reads a point.
  mutating func read(
    _ name: String, _ node: Node
  ) throws(ConfigurationError) -> (shown: Point, own: GPIOPoint) {
    let mapping = try node.mapping(
      "a mapping with what is measured and on which line", keys: GPIOPointReader.keys)
    var own = GPIOPoint(measure: .nothing)
    for (word, measure) in GPIOPointReader.measures {
      guard let node = mapping[word] else { continue }
      guard own.measure == .nothing else {
        throw node.place.error("measures two things, expected two points")
      }
      own.measure = measure
      own.line = try node.choice(lines.enumerated().map { ($0.element.name, $0.offset) })
    }
    try times(&own, mapping)
    if let node = mapping["value"] {
      own.formula = try formulas.read(node, measured: own.measure.names)
    } else if own.measure == .rate {
      throw mapping.place.error("missing key 'value', such as per_minute")
    } else if own.measure == .nothing {
      throw mapping.place.error("measures nothing, expected a key such as 'count' or 'value'")
    }
    let type = own.formula?.formula.type ?? own.measure.names[0].type
    if let node = mapping["type"] {
      _ = try node.choice([("binary", ())])
      guard type == .boolean else { throw node.mismatch(expected: "no type of a number") }
    }
    if own.hold > .zero, type != .boolean, let node = mapping["hold"] {
      throw node.place.error("'hold' of what is no yes or no")
    }
    let common = try MeasuredPoint(
      name, mapping, pollClasses: pollClasses, kind: type == .boolean ? .boolean : .number)
    own.range = common.range
    formulas.add(name, type)
    return (common.point, own)
  }

  private func times(_ own: inout GPIOPoint, _ mapping: Mapping) throws(ConfigurationError) {
    func check(_ key: String, _ measures: [GPIOPoint.Measure]) throws(ConfigurationError) -> Node? {
      guard let node = mapping[key] else { return nil }
      guard measures.contains(own.measure) else {
        throw node.place.error("'\(key)' has no meaning here")
      }
      return node
    }
    if own.measure == .rate {
      own.window = try mapping.required("window").duration(in: GPIOPointReader.windowRange)
    } else {
      _ = try check("window", [.rate])
    }
    own.idle =
      try check("idle", [.interval, .frequency])?.duration(in: GPIOPointReader.windowRange)
      ?? GPIOPointReader.idleUsual
    if let node = try check("idle_value", [.rate, .interval, .frequency]) {
      own.idleValue = try node.number("a number")
    }
    if let node = mapping["hold"] {
      own.hold = try node.duration(in: .milliseconds(1)...GPIOPointReader.holdMax)
    }
    guard let node = try check("counter", [.count]) else { return }
    let counter = try node.mapping(
      "a mapping of the counter", keys: ["resets", "keep", "save_every"])
    _ = try counter["resets"]?.choice([("never", ())])
    var isKept = true
    if let node = counter["keep"] {
      isKept = try node.choice([("disk", true), ("memory", false)])
    }
    if isKept { own.saveEvery = GPIOPointReader.saveUsual }
    if let node = counter["save_every"] {
      guard isKept else { throw node.place.error("'save_every' of what is not kept on disk") }
      own.saveEvery = try node.duration(in: GPIOPointReader.saveRange)
    }
  }
}

extension GPIOPoint.Measure {
  /// What formulas call what is measured.
  var names: [(name: String, type: FormulaType)] {
    switch self {
    case .level: [("active", .boolean)]
    case .count: [("count", .integer)]
    case .rate: [("per_second", .real), ("per_minute", .real), ("per_hour", .real)]
    case .interval: [("interval", .real)]
    case .frequency: [("frequency", .real)]
    case .duty: [("duty", .real)]
    case .lost: [("edges_lost", .integer)]
    case .nothing: []
    }
  }
}
