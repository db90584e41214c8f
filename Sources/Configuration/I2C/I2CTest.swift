/// An example in an I2C profile: what the device answers, and what must come of it.
public struct I2CTest: Sendable {
  /// What it is an example of.
  public let name: String
  /// What is chosen of the device; its address is the profile's first.
  public let site: I2CSite
  /// What registers hold, by the address of the first; nothing changes them.
  public let registers: [Answers]
  /// What the device answers, by the bytes that it was sent last.
  public let replies: [(sent: [UInt8], answers: [[UInt8]])]
  /// What must have been written to registers, in order.
  public let written: [Answers]
  /// What must have been sent at last, in order.
  public let sent: [[UInt8]]
  /// The values that must come out.
  public let expectations: [ProfileTest.Expectation]

  /// Bytes of a register, one list for each time that it is read or written; the last one stays.
  public struct Answers: Equatable, Sendable {
    /// The register.
    public let register: UInt8
    /// Its bytes.
    public let bytes: [[UInt8]]
  }
}

extension I2CTest {
  private static let keys = [
    "name", "options", "channels", "registers", "sequence", "replies", "written", "sent", "expect",
  ]

  /// Reads an item of a profile's list `tests`.
  @inline(never)
  init(
    _ node: Node, at address: UInt8, _ options: [I2COption], _ channels: [I2CChannel],
    _ points: [I2CPoint]
  ) throws(ConfigurationError) {
    let mapping = try node.mapping("a mapping with name and expect", keys: I2CTest.keys)
    name = try mapping.required("name").text("a name for the test")
    var site = I2CSite(address: address, options, channels)
    try site.choose(options, channels, mapping)
    self.site = site
    registers =
      try I2CTest.answers(mapping["registers"]) + I2CTest.answers(mapping["sequence"])
    written = try I2CTest.answers(mapping["written"])
    var replies: [(sent: [UInt8], answers: [[UInt8]])] = []
    for entry in try mapping["replies"]?.mapping("a mapping of bytes to answers").entries ?? [] {
      let key = Node(place: entry.key.place, content: .scalar(entry.key.text, isQuoted: true))
      replies.append((try I2CTest.bytes(key, allowsNone: true), try I2CTest.list(entry.value)))
    }
    self.replies = replies
    sent = try mapping["sent"].map(I2CTest.list(_:)) ?? []

    var expectations: [ProfileTest.Expectation] = []
    for entry in try mapping.required("expect").mapping("a mapping of points to values").entries {
      guard let point = points.first(where: { $0.shown.name == entry.key.text }) else {
        throw entry.key.place.error(
          "unknown point \(Excerpt.quoting(entry.key.text))"
            + Suggestion.ending(for: entry.key.text, among: points.map { $0.shown.name }))
      }
      if let channel = point.channel, !site.channels.contains(where: { $0.index == channel }) {
        throw entry.key.place.error(
          "point '\(point.shown.name)' is of a channel that 'channels' does not have")
      }
      expectations.append(
        try ProfileTest.Expectation(point.shown.name, point.shown.kind, entry.value))
    }
    guard !expectations.isEmpty else {
      throw mapping.place.error("missing expectations, expected at least one")
    }
    self.expectations = expectations
  }

  @inline(never)
  private static func answers(_ node: Node?) throws(ConfigurationError) -> [Answers] {
    var answers: [Answers] = []
    for entry in try node?.mapping("a mapping of registers to bytes").entries ?? [] {
      answers.append(
        Answers(register: try I2CData.register(entry.key), bytes: try list(entry.value)))
    }
    return answers
  }

  @inline(never)
  private static func list(_ node: Node) throws(ConfigurationError) -> [[UInt8]] {
    guard case .list(let items) = node.content else { return [try bytes(node)] }
    var lists: [[UInt8]] = []
    for item in items { lists.append(try bytes(item)) }
    return lists
  }

  /// Reads `BE EF 92` or `BEEF92`.
  private static func bytes(
    _ node: Node, allowsNone: Bool = false
  ) throws(ConfigurationError) -> [UInt8] {
    let what = "bytes of two hexadecimal digits such as 10 6E"
    guard case .scalar(let text, _) = node.content else { throw node.mismatch(expected: what) }
    let digits = text.utf8.filter { $0 != Byte.space }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count - 1, by: 2) {
      guard let byte = NumberText.hexadecimal(digits: digits[index...(index + 1)]) else {
        throw node.mismatch(expected: what)
      }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    guard digits.count % 2 == 0, allowsNone || !bytes.isEmpty,
      bytes.count <= 2 * I2CLimits.bytesMax
    else { throw node.mismatch(expected: what) }
    return bytes
  }
}
