extension Queue {
  /// The shortest is what a disk takes to write its cache, the longest what a power cut may cost.
  private static let intervalRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(3_600)
  /// More than this between two synchronizations is no bound that anybody chooses.
  private static let groupMax = 100_000
  /// PATH_MAX of Linux, less the final NUL.
  private static let pathMax = 4_095
  /// The spool wants 32 KiB at least; the largest is more than any card has.
  private static let sizeRange: ClosedRange<Int64> = 64 << 10...1 << 40
  private static let ageRange: ClosedRange<Duration> = .seconds(60) ... .seconds(10 * 365 * 86_400)
  private static let freeRange: ClosedRange<Int64> = 0...1 << 40
  /// Below, a batch of the largest size would be alone; above, the memory of the board is in danger.
  private static let memoryRange: ClosedRange<Int64> = 64 << 10...64 << 20
  /// A quarter: a backlog that gets less takes weeks, and one that gets half delays what is live.
  private static let backlogShareDefault = 25

  /// Reads the key `queue`.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of the queue",
      keys: [
        "path", "durability", "max-size", "max-age", "when-full", "alarm", "drain",
        "backlog-share", "rate-limit", "min-free", "max-memory",
      ])
    if let node = mapping["path"] {
      path = try node.text("a folder's path", bytesMax: Queue.pathMax)
    }
    if let node = mapping["durability"] { durability = try Queue.durability(node) }
    try telemetry.read(mapping)
    if let node = mapping["alarm"] {
      try alarm.read(
        try node.mapping(
          "a mapping of the lane for alarms", keys: ["max-size", "max-age", "when-full"]))
    }
    drain = try Queue.drain(in: mapping)
    rateLimit = try mapping["rate-limit"].map { (node) throws(ConfigurationError) in
      try RateLimit(node)
    }
    freeBytesMin = try mapping["min-free"].map { (node) throws(ConfigurationError) in
      try node.byteSize(in: Queue.freeRange)
    }
    if let node = mapping["max-memory"] {
      memoryBytesMax = Int(try node.byteSize(in: Queue.memoryRange))
    }
  }

  private static func durability(_ node: Node) throws(ConfigurationError) -> Durability {
    let what =
      "'each record', 'every' with a duration, a number of records or both"
      + " (every 1 s or 64 records), or 'spill after' with a duration"
    let text = try node.text(what)
    if text == "each record" { return .eachRecord }
    if let period = text.ending(after: "spill after ") {
      return .spill(after: try node.duration(text: period, in: intervalRange))
    }
    guard let group = text.ending(after: "every ") else { throw node.mismatch(expected: what) }
    guard let count = group.start(before: " records") else {
      return .every(try node.duration(text: group, in: intervalRange))
    }
    guard let parts = count.split(at: " or ") else {
      return .every(intervalRange.upperBound, records: try records(count, node, what))
    }
    return .every(
      try node.duration(text: parts.before, in: intervalRange),
      records: try records(parts.after, node, what))
  }

  private static func records(
    _ text: String, _ node: Node, _ what: String
  ) throws(ConfigurationError) -> Int {
    guard let count = NumberText.integer(text) else { throw node.mismatch(expected: what) }
    guard 1...Int64(groupMax) ~= count else {
      throw node.mismatch(expected: "1 to \(groupMax) records")
    }
    return Int(count)
  }

  private static func drain(in mapping: Mapping) throws(ConfigurationError) -> Drain {
    let isLiveFirst =
      try mapping["drain"].map { (node) throws(ConfigurationError) in
        try node.choice([("oldest-first", false), ("live-first", true)])
      } ?? false
    guard let node = mapping["backlog-share"] else {
      return isLiveFirst ? .liveFirst(backlogShare: backlogShareDefault) : .oldestFirst
    }
    guard isLiveFirst else {
      throw node.place.error("backlog-share without drain: live-first, expected both or none")
    }
    let what = "a share from 1 % to 50 %"
    guard let percent = try node.text(what).start(before: "%"),
      let share = NumberText.integer(percent.droppingLastSpaces), 1...50 ~= share
    else { throw node.mismatch(expected: what) }
    return .liveFirst(backlogShare: Int(share))
  }
}

extension Queue.Lane {
  /// Takes over what the mapping says of a lane.
  fileprivate mutating func read(_ mapping: Mapping) throws(ConfigurationError) {
    if let node = mapping["max-size"] { bytesMax = try node.byteSize(in: Queue.sizeRange) }
    if let node = mapping["max-age"] { ageMax = try node.duration(in: Queue.ageRange) }
    if let node = mapping["when-full"] {
      whenFull = try node.choice([
        ("drop-oldest", .dropOldest), ("drop-newest", .dropNewest), ("thin", .thin),
      ])
    }
  }
}

extension Queue.RateLimit {
  /// A batch a day at least; no broker's quota is above a million a second.
  private static let messagesRange = 1.0 / 86_400...1_000_000
  private static let bytesRange: ClosedRange<Int64> = 1...1 << 40
  private static let burstRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86_400)

  fileprivate init(_ node: Node) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping of the limit", keys: ["messages-per-second", "bytes-per-second", "burst"])
    let messages = try mapping["messages-per-second"].map { (node) throws(ConfigurationError) in
      let what = "a number of messages above 0, up to 1000000"
      let number = try node.number(what)
      guard Queue.RateLimit.messagesRange.contains(number) else {
        throw node.mismatch(expected: what)
      }
      return number
    }
    let bytes = try mapping["bytes-per-second"].map { (node) throws(ConfigurationError) in
      Double(try node.byteSize(in: Queue.RateLimit.bytesRange))
    }
    guard messages != nil || bytes != nil else {
      throw node.place.error("expected messages-per-second, bytes-per-second or both")
    }
    self.init(
      messagesPerSecond: messages, bytesPerSecond: bytes,
      burst: try mapping["burst"].map { (node) throws(ConfigurationError) in
        try node.duration(in: Queue.RateLimit.burstRange)
      } ?? .seconds(1))
  }
}

extension String {
  /// What is behind `beginning`; nil where the text does not begin with it.
  fileprivate func ending(after beginning: String) -> String? {
    let bytes = Array(utf8)
    guard bytes.starts(with: beginning.utf8) else { return nil }
    return String(decoding: bytes[beginning.utf8.count...], as: UTF8.self)
  }

  /// What is before `ending`; nil where the text does not end with it.
  func start(before ending: String) -> String? {
    let bytes = Array(utf8)
    let count = bytes.count - ending.utf8.count
    guard count >= 0, bytes[count...].elementsEqual(ending.utf8) else { return nil }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The texts around the first `separator`; nil where it is not there.
  fileprivate func split(at separator: String) -> (before: String, after: String)? {
    let bytes = Array(utf8)
    for start in bytes.indices where bytes[start...].starts(with: separator.utf8) {
      return (
        String(decoding: bytes[..<start], as: UTF8.self),
        String(decoding: bytes[(start + separator.utf8.count)...], as: UTF8.self)
      )
    }
    return nil
  }

  /// Without spaces at its end.
  var droppingLastSpaces: String {
    var bytes = Array(utf8)
    while bytes.last == Byte.space { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
