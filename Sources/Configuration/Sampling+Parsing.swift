extension Sampling {
  /// The keys of a device that this reads.
  static let deviceKeys =
    ["every", "align", "offset", "batch", "lane", "points"]
    + Point.sharedKeys + ["topic", "payload"]

  /// A turn that is later by more belongs to the next day.
  private static let offsetRange: ClosedRange<Duration> = .zero ... .seconds(86_400)

  /// Takes over what a device's mapping says.
  /// - Parameters:
  ///   - every: the device's interval, where it has one.
  ///   - shown: the points that are read where the mapping names none.
  /// - Returns: the indices of the points that are read, in the profile's order.
  mutating func read(
    _ mapping: Mapping, of profile: DeviceProfile, every: Duration?, shown: [Int]
  ) throws(ConfigurationError) -> [Int] {
    timing = try Sampling.timing(mapping, every: every)
    if let node = mapping["batch"] { batch = try BatchLimits(node) }
    if let node = mapping["topic"] { topic = try TopicTemplate(node) }
    if let node = mapping["payload"] { payload = try Payload(node) }
    var usual = Point()
    try usual.readShared(mapping)
    if let node = mapping["lane"] { usual.lane = try QueueLane(node) }
    try checkAggregates(of: usual, mapping)
    guard let node = mapping["points"] else {
      let indices = shown
      points = indices.map { _ in usual }
      try checkNames(indices, of: profile, mapping)
      return indices
    }
    var chosen: [Int: Point] = [:]
    if case .mapping(let entries) = node.content {
      for entry in entries {
        let index = try profile.index(ofPoint: entry.key.text, at: entry.key.place)
        var point = usual
        if case .scalar("", isQuoted: false) = entry.value.content {
          // A name alone is a point of which nothing is said.
        } else {
          let own = try entry.value.mapping("a mapping of the point", keys: Point.keys)
          try point.read(own)
          try checkAggregates(of: point, own)
        }
        chosen[index] = point
      }
    } else {
      for item in try node.items("a list or a mapping of points") {
        let name = try item.text("the name of a point")
        let index = try profile.index(ofPoint: name, at: item.place)
        guard chosen[index] == nil else {
          throw item.place.error("point '\(name)' is in the list already")
        }
        chosen[index] = usual
      }
    }
    guard !chosen.isEmpty else { throw node.place.error("expected at least one point") }
    let indices = profile.points.indices.filter { chosen[$0] != nil }
    points = indices.compactMap { chosen[$0] }
    try checkNames(indices, of: profile, mapping)
    return indices
  }

  private static func timing(
    _ mapping: Mapping, every: Duration?
  ) throws(ConfigurationError) -> Timing {
    let isByClock =
      try mapping["align"].map { (node) throws(ConfigurationError) in
        try node.choice([("clock", true), ("off", false)])
      } ?? true
    guard let node = mapping["offset"] else {
      return isByClock ? .wallClock(offset: .zero) : .spread
    }
    let offset = try node.duration(in: offsetRange)
    guard isByClock else {
      throw node.place.error("offset with align: off, expected one of them")
    }
    if let every, offset >= every {
      throw node.mismatch(expected: "less than every, which is \(DurationText.words(every))")
    }
    return .wallClock(offset: offset)
  }

  private func checkAggregates(
    of point: Point, _ mapping: Mapping
  ) throws(ConfigurationError) {
    guard let node = mapping["aggregate"], !point.aggregates.isEmpty, batch.time == .zero else {
      return
    }
    throw node.place.error("aggregate without a time to gather, expected a batch above 0 s")
  }

  /// The names that aggregates get must be free.
  private func checkNames(
    _ indices: [Int], of profile: DeviceProfile, _ mapping: Mapping
  ) throws(ConfigurationError) {
    for (index, point) in zip(indices, points) where !point.aggregates.isEmpty {
      let name = profile.points[index].name
      for suffix in point.aggregates.map({ $0.suffix }) + [Sampling.missingSuffix] {
        guard profile.points.contains(where: { $0.name == name + suffix }) else { continue }
        throw (mapping["points"] ?? mapping["aggregate"])?.place.error(
          "'\(name + suffix)' is a point already, expected no aggregate of that name")
          ?? mapping.place.error("'\(name + suffix)' is a point already")
      }
    }
  }
}

extension DeviceProfile {
  /// The point of that name.
  fileprivate func index(
    ofPoint name: String, at place: Place
  ) throws(ConfigurationError) -> Int {
    guard let index = points.firstIndex(where: { $0.name == name }) else {
      throw place.error(
        "profile '\(id)' has no point \(Excerpt.quoting(name))"
          + Suggestion.ending(for: name, among: points.map { $0.name }))
    }
    return index
  }
}

extension Sampling.BatchLimits {
  private static let timeRange: ClosedRange<Duration> = .zero ... .seconds(86_400)

  /// Reads a time, or a mapping of limits.
  fileprivate init(_ node: Node) throws(ConfigurationError) {
    self.init()
    guard case .mapping = node.content else {
      time = try node.duration(in: Self.timeRange)
      return
    }
    let mapping = try node.mapping("a batch's limits", keys: ["time", "readings", "size"])
    if let node = mapping["time"] { time = try node.duration(in: Self.timeRange) }
    if let node = mapping["readings"] {
      readings = try node.integer("a number of readings", in: 1...Self.readingsMax)
    }
    if let node = mapping["size"] {
      bytes = Int(try node.byteSize(in: Int64(Self.bytesMin)...Int64(Self.bytesMax)))
    }
  }
}

extension Sampling.Payload {
  /// Reads the key `payload`.
  init(_ node: Node) throws(ConfigurationError) {
    self = try node.choice([("json", .json), ("senml-json", .senML)])
  }
}
