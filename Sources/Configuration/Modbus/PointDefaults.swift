/// What a profile's points have in common, under its key `defaults`.
struct PointDefaults {
  var table: RegisterTable?
  var type: TypeWord?
  var wordOrder: WordOrder?
  var byteOrder: ByteOrder?
  var pollClass: Int?

  init() {}

  /// Reads the key `defaults`.
  init(_ node: Node, pollClasses: [PollClass]) throws(ConfigurationError) {
    try self.init(
      node.mapping("a mapping of defaults", keys: PointDefaults.keys), pollClasses: pollClasses)
  }

  /// Reads those keys of a mapping that a point and the defaults share.
  init(_ mapping: Mapping, pollClasses: [PollClass]) throws(ConfigurationError) {
    table = try mapping["table"]?.choice(RegisterTable.allCases.map { ($0.word, $0) })
    type = try mapping["type"].map(TypeWord.init(_:))
    wordOrder = try mapping["word_order"]?.choice(WordOrder.allCases.map { ($0.word, $0) })
    byteOrder = try mapping["byte_order"]?.choice(ByteOrder.allCases.map { ($0.word, $0) })
    pollClass = try PointDefaults.pollClass(mapping, among: pollClasses)
  }

  /// Reads the key `poll`.
  static func pollClass(
    _ mapping: Mapping, among pollClasses: [PollClass]
  ) throws(ConfigurationError) -> Int? {
    guard let node = mapping["poll"] else { return nil }
    let name = try node.text("the name of a poll class")
    guard let index = pollClasses.firstIndex(where: { $0.name == name }) else {
      throw node.place.error(
        "unknown poll class \(Excerpt.quoting(name))"
          + Suggestion.ending(for: name, among: pollClasses.map { $0.name }))
    }
    return index
  }

  static let keys = ["table", "type", "word_order", "byte_order", "poll"]
}
