extension Queue {
  /// The shortest is what a disk takes to write its cache, the longest what a power cut may cost.
  private static let intervalRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(3_600)
  /// PATH_MAX of Linux, less the final NUL.
  private static let pathMax = 4_095

  /// Reads the key `queue`.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping("a mapping of the queue", keys: ["path", "durability"])
    if let node = mapping["path"] {
      path = try node.text("a folder's path", bytesMax: Queue.pathMax)
    }
    if let node = mapping["durability"] { durability = try Queue.durability(node) }
  }

  private static func durability(_ node: Node) throws(ConfigurationError) -> Durability {
    let what = "'each record' or 'every' and a duration"
    let text = try node.text(what)
    if text == "each record" { return .eachRecord }
    let prefix = "every "
    let bytes = Array(text.utf8)
    guard bytes.starts(with: prefix.utf8) else { throw node.mismatch(expected: what) }
    let interval = String(decoding: bytes[prefix.utf8.count...], as: UTF8.self)
    return .every(try node.duration(text: interval, in: intervalRange))
  }
}
