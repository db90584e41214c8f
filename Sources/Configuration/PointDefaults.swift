/// What a profile's points have in common, under its key `defaults`.
struct PointDefaults {
  var table: RegisterTable?
  var type: RegisterType?
  var wordOrder: WordOrder?
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
    type = try mapping["type"]?.choice(RegisterType.allCases.map { ($0.word, $0) })
    wordOrder = try mapping["word_order"]?.choice(WordOrder.allCases.map { ($0.word, $0) })
    if let node = mapping["poll"] {
      let name = try node.text("the name of a poll class")
      pollClass = pollClasses.firstIndex { $0.name == name }
      guard pollClass != nil else {
        throw node.place.error(
          "unknown poll class \(Excerpt.quoting(name))"
            + Suggestion.ending(for: name, among: pollClasses.map { $0.name }))
      }
    }
  }

  static let keys = ["table", "type", "word_order", "poll"]
}

extension RegisterTable {
  /// The table in the profile language.
  public var word: String {
    switch self {
    case .holding: "holding"
    case .input: "input"
    case .coil: "coil"
    case .discrete: "discrete"
    }
  }
}

extension RegisterType {
  /// The type in the profile language.
  var word: String {
    switch self {
    case .u16: "u16"
    case .s16: "s16"
    case .u32: "u32"
    case .s32: "s32"
    case .u64: "u64"
    case .s64: "s64"
    case .f32: "f32"
    case .f64: "f64"
    }
  }
}

extension WordOrder {
  /// The order in the profile language.
  var word: String {
    switch self {
    case .highFirst: "high-first"
    case .lowFirst: "low-first"
    }
  }
}
