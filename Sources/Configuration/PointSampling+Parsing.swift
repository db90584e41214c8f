extension Sampling.Point {
  /// What can be said of all points of a device, and of each.
  static let sharedKeys = ["report", "deadband", "heartbeat", "aggregate"]
  /// What can be said of a point.
  static let keys = sharedKeys + ["every", "alarm", "lane"]

  /// Oftener than a reading a second nobody wants a value that has not changed.
  private static let heartbeatRange: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)

  /// Takes over what a point's own mapping says.
  mutating func read(_ mapping: Mapping) throws(ConfigurationError) {
    try readShared(mapping)
    if let node = mapping["every"] { every = try node.duration(in: DeviceList.everyRange) }
    if let node = mapping["lane"] { lane = try QueueLane(node) }
    if let node = mapping["alarm"] { alarm = try Sampling.Alarm(node) }
  }

  /// Takes over what a mapping of a device or a point says of reporting.
  mutating func readShared(_ mapping: Mapping) throws(ConfigurationError) {
    if let node = mapping["aggregate"] {
      aggregates = try Sampling.Aggregate.list(node)
      // Whoever wants both says so.
      report = aggregates.isEmpty ? .always : .never
    }
    if let node = mapping["report"] {
      report = try node.choice([("always", .always), ("on-change", .onChange)])
    }
    if let node = mapping["deadband"] {
      if mapping["report"] != nil && report == .always {
        throw node.place.error("deadband with report: always, expected one of them")
      }
      report = try Self.deadband(node)
    }
    if let node = mapping["heartbeat"] {
      heartbeat = try node.duration(in: Self.heartbeatRange)
      if report == .always || report == .never {
        throw node.place.error(
          "heartbeat where no unchanged values are left out, expected report: on-change or a"
            + " deadband with it")
      }
    }
  }

  private static func deadband(_ node: Node) throws(ConfigurationError) -> Sampling.Report {
    let what = "a number above 0, or one with %"
    let text = try node.text(what)
    let percent = text.start(before: "%").map { $0.droppingLastSpaces }
    guard let number = NumberText.decimal(percent ?? text), number > 0 else {
      throw node.mismatch(expected: what)
    }
    return percent == nil ? .deadband(number) : .deadbandPercent(number)
  }
}

extension Sampling.Aggregate {
  fileprivate static func list(_ node: Node) throws(ConfigurationError) -> [Self] {
    var aggregates: [Self] = []
    for item in try node.items("a list such as [mean, min, max]") {
      let aggregate = try item.choice(allCases.map { ($0.word, $0) })
      guard !aggregates.contains(aggregate) else {
        throw item.place.error("'\(aggregate.word)' is in the list already")
      }
      aggregates.append(aggregate)
    }
    return aggregates
  }
}

extension Sampling.Alarm {
  /// More names of bad states than any device has.
  private static let matchesMax = 32
  private static let delayRange: ClosedRange<Duration> = .zero ... .seconds(86_400)

  /// Reads the key `alarm`, e.g. `{ above: 80, hysteresis: 2, delay: 10 s }` or `{ is: fault }`.
  fileprivate init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of an alarm", keys: ["above", "below", "hysteresis", "is", "delay"])
    above = try mapping["above"]?.number("a number")
    below = try mapping["below"]?.number("a number")
    if let node = mapping["hysteresis"] { hysteresis = try node.number("a number from 0") }
    if let node = mapping["delay"] { delay = try node.duration(in: Self.delayRange) }
    if let node = mapping["is"] { matches = try Self.matches(node) }

    let hasLimits = above != nil || below != nil
    guard hasLimits != (mapping["is"] != nil), hasLimits || mapping["hysteresis"] == nil else {
      throw node.place.error("expected above, below or both, or else 'is'")
    }
    if let above, let below, below >= above {
      throw (mapping["below"] ?? node).mismatch(expected: "less than above")
    }
    let room = (above ?? .infinity) - (below ?? -.infinity)
    guard hysteresis >= 0, hysteresis <= room else {
      throw (mapping["hysteresis"] ?? node).mismatch(
        expected: "a number from 0 to what is between below and above")
    }
  }

  private static func matches(_ node: Node) throws(ConfigurationError) -> [String] {
    let what = "a value or a list of values"
    guard case .list(let items) = node.content else { return [try node.text(what)] }
    guard 1...matchesMax ~= items.count else {
      throw node.place.error("expected 1 to \(matchesMax) values")
    }
    var matches: [String] = []
    for item in items { matches.append(try item.text("a value")) }
    return matches
  }
}

extension QueueLane {
  /// Reads the key `lane`.
  init(_ node: Node) throws(ConfigurationError) {
    self = try node.choice([("alarm", .alarm), ("telemetry", .telemetry)])
  }
}
