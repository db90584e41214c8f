/// What a schema asks of a node. Each reader gives the value or throws an error that says what was
/// expected and what is there.
extension Node {
  /// A text of one line that is not empty.
  /// - Parameters:
  ///   - what: what it is for, with its article, e.g. "a title".
  ///   - bytesMax: the longest it may be; 256 is four lines of a terminal.
  ///   - isSecret: keeps the text out of every message.
  func text(
    _ what: String, bytesMax: Int = 256, isSecret: Bool = false
  ) throws(ConfigurationError) -> String {
    guard case .scalar(let text, _) = content, !text.utf8.isEmpty else {
      throw mismatch(expected: what)
    }
    let isSecret = isSecret || isHidden
    guard text.utf8.count <= bytesMax else {
      throw place.error(
        "expected \(what) of at most \(bytesMax) bytes"
          + (isSecret ? "" : ", found \(text.utf8.count)"))
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw place.error(
        "expected \(what) in one line, found control characters"
          + (isSecret ? "" : " in \(found)"))
    }
    return text
  }

  /// A text that keeps to the characters of `characters`.
  func name(_ what: String, _ characters: NameRule) throws(ConfigurationError) -> String {
    guard case .scalar(let text, _) = content, characters.allows(text) else {
      throw mismatch(expected: "\(what) of \(characters.words)")
    }
    return text
  }

  /// A whole number, decimal or hexadecimal with 0x.
  func integer(
    _ what: String, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int {
    guard case .scalar(let text, _) = content,
      let value = NumberText.integer(text).flatMap({ Int(exactly: $0) }), range.contains(value)
    else {
      throw mismatch(expected: "\(what) from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A finite decimal number.
  func number(_ what: String) throws(ConfigurationError) -> Double {
    guard case .scalar(let text, _) = content, let value = NumberText.decimal(text) else {
      throw mismatch(expected: what)
    }
    return value
  }

  /// A length of time with its unit.
  /// - Parameter allowsZero: takes zero besides what is in `range`.
  func duration(
    in range: ClosedRange<Duration>, allowsZero: Bool = false
  ) throws(ConfigurationError) -> Duration {
    try duration(text: nil, in: range, allowsZero: allowsZero)
  }

  /// The same for a part of the node's text, or all of it.
  func duration(
    text part: String?, in range: ClosedRange<Duration>, allowsZero: Bool = false
  ) throws(ConfigurationError) -> Duration {
    guard case .scalar(let whole, _) = content else {
      throw mismatch(expected: DurationText.example)
    }
    switch DurationText.parse(part ?? whole) {
    case .malformed:
      throw mismatch(expected: DurationText.example)
    case .noUnit:
      throw place.error("expected \(DurationText.example), found \(found) without a unit")
    case .duration(let value):
      if range.contains(value) || (allowsZero && value == .zero) { return value }
      let words =
        "from \(DurationText.words(range.lowerBound)) to \(DurationText.words(range.upperBound))"
      throw mismatch(
        expected: allowsZero ? "0 s or a duration \(words)" : "a duration \(words)")
    }
  }

  /// One of some words.
  func choice<Value>(_ choices: [(word: String, value: Value)]) throws(ConfigurationError) -> Value
  {
    if case .scalar(let text, _) = content {
      for choice in choices where choice.word == text { return choice.value }
    }
    throw mismatch(expected: Words.list(choices.map { $0.word }, conjunction: "or"))
  }

  /// The items of a list.
  func items(_ what: String) throws(ConfigurationError) -> [Node] {
    guard case .list(let items) = content else { throw mismatch(expected: what) }
    return items
  }

  /// A mapping whose keys the schema knows.
  func mapping(_ what: String, keys: [String]) throws(ConfigurationError) -> Mapping {
    let mapping = try mapping(what)
    try mapping.refuseKeys(besides: keys)
    return mapping
  }

  /// A mapping whose keys are names that the file's writer gives.
  func mapping(_ what: String) throws(ConfigurationError) -> Mapping {
    guard case .mapping(let entries) = content else { throw mismatch(expected: what) }
    return Mapping(place: place, entries: entries)
  }
}

/// The keys and values of a mapping.
struct Mapping {
  let place: Place
  /// In the order of the file.
  let entries: [Node.Entry]

  /// The value of a key; nil where the key is not there.
  subscript(key: String) -> Node? { entries.first { $0.key.text == key }?.value }

  /// The value of a key that must be there.
  func required(_ key: String) throws(ConfigurationError) -> Node {
    guard let value = self[key] else { throw place.error("missing key '\(key)'") }
    return value
  }

  /// Throws at the first key that is not among `keys`.
  func refuseKeys(besides keys: [String]) throws(ConfigurationError) {
    for entry in entries where !keys.contains(entry.key.text) {
      throw entry.key.place.error(
        "unknown key \(Excerpt.quoting(entry.key.text))"
          + Suggestion.ending(for: entry.key.text, among: keys))
    }
  }
}

extension Node.Key {
  /// A key that is a name which the file's writer gives.
  func name(_ what: String, _ characters: NameRule) throws(ConfigurationError) -> String {
    guard characters.allows(text) else {
      throw place.error(
        "expected \(what) of \(characters.words), found \(Excerpt.quoting(text))")
    }
    return text
  }
}
