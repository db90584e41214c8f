/// Names of points, of which one key may give several: `voltage_l{1..3}`.
enum NamePattern {
  /// No meter has more alike points; a battery's cells come nearest.
  private static let countMax = 256

  /// The names that a key gives.
  static func names(_ key: Node.Key) throws(ConfigurationError) -> [String] {
    try numbered(key).map { $0.name }
  }

  /// The names that a key gives, each with its number; a name alone has none.
  static func numbered(
    _ key: Node.Key
  ) throws(ConfigurationError) -> [(name: String, number: Int?)] {
    let bytes = Array(key.text.utf8)
    guard let open = bytes.firstIndex(of: Byte.openBrace) else {
      return [(try key.name("a name for the point", .identifier), nil)]
    }
    guard let close = bytes.firstIndex(of: Byte.closeBrace), open < close,
      let numbers = range(bytes[(open + 1)..<close])
    else {
      throw key.place.error(
        "expected a name such as 'voltage_l{1..3}', found \(Excerpt.quoting(key.text))")
    }
    let prefix = String(decoding: bytes[..<open], as: UTF8.self)
    let suffix = String(decoding: bytes[(close + 1)...], as: UTF8.self)
    var names: [(name: String, number: Int?)] = []
    for number in numbers {
      let name = Node.Key(place: key.place, text: "\(prefix)\(number)\(suffix)")
      names.append((try name.name("a name for the point", .identifier), Int(number)))
    }
    return names
  }

  /// Reads "1..3".
  private static func range(_ bytes: ArraySlice<UInt8>) -> ClosedRange<Int64>? {
    var rest = bytes
    _ = NumberText.takeDigits(&rest)
    let first = NumberText.integer(String(decoding: bytes[..<rest.startIndex], as: UTF8.self))
    guard let first, rest.starts(with: [Byte.dot, Byte.dot]) else { return nil }
    let last = rest.dropFirst(2)
    guard last.allSatisfy({ $0.isDigit }),
      let last = NumberText.integer(String(decoding: last, as: UTF8.self)),
      first <= last, last - first < countMax
    else { return nil }
    return first...last
  }
}
