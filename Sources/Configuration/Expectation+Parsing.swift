extension ProfileTest.Expectation {
  /// Reads a test's key `expect`, which names some of a profile's points.
  static func list(_ node: Node, of points: [Point]) throws(ConfigurationError) -> [Self] {
    var expectations: [Self] = []
    for entry in try node.mapping("a mapping of points to values").entries {
      let key = entry.key
      guard let point = points.first(where: { $0.name == key.text }) else {
        throw key.place.error(
          "unknown point \(Excerpt.quoting(key.text))"
            + Suggestion.ending(for: key.text, among: points.map { $0.name }))
      }
      expectations.append(try Self(point.name, point.kind, entry.value))
    }
    guard !expectations.isEmpty else {
      throw node.place.error("missing expectations, expected at least one")
    }
    return expectations
  }

  /// Reads `230.2`, `230.2 ±0.001`, `none` or `none (not-ready)`; of texts the text, of flags a list.
  init(_ name: String, _ kind: PointKind, _ node: Node) throws(ConfigurationError) {
    if case .scalar(let text, isQuoted: false) = node.content,
      text.utf8.starts(with: "none".utf8)
    {
      self.init(point: name, content: .none)
      let rest = Array(text.utf8)[4...]
      if rest.isEmpty { return }
      guard rest.starts(with: " (".utf8), rest.last == UInt8(ascii: ")") else {
        throw node.mismatch(expected: "none, or none and its reason such as none (not-ready)")
      }
      reason = String(decoding: rest.dropFirst(2).dropLast(), as: UTF8.self)
      return
    }
    switch kind {
    case .number: try self.init(number: name, node)
    case .boolean: self.init(point: name, content: .boolean(try node.choice(Node.truths)))
    case .text: self.init(point: name, content: .text(try node.text("a text, or none")))
    case .texts:
      var texts: [String] = []
      for item in try node.items("a list of names, or none") {
        texts.append(try item.text("a name"))
      }
      self.init(point: name, content: .texts(texts))
    }
  }

  private init(number point: String, _ node: Node) throws(ConfigurationError) {
    let what = "a value such as 230.2 ±0.001, or none"
    guard case .scalar(let text, _) = node.content else { throw node.mismatch(expected: what) }
    let bytes = Array(text.utf8)
    let sign = Array("±".utf8)
    let signIndex = bytes.indices.first { bytes[$0...].starts(with: sign) }
    let number = bytes[..<(signIndex ?? bytes.endIndex)]
    guard let value = ProfileTest.Expectation.number(number) else {
      throw node.mismatch(expected: what)
    }
    guard let signIndex else {
      self.init(point: point, value: value, tolerance: 0)
      return
    }
    let tolerance = ProfileTest.Expectation.number(bytes[(signIndex + sign.count)...])
    guard let tolerance, tolerance >= 0 else { throw node.mismatch(expected: what) }
    self.init(point: point, value: value, tolerance: tolerance)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    var rest = bytes.drop { $0 == Byte.space }
    while rest.last == Byte.space { rest = rest.dropLast() }
    return NumberText.decimal(String(decoding: rest, as: UTF8.self))
  }
}
