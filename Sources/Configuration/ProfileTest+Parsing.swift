extension ProfileTest {
  /// Reads an item of a profile's list `tests`.
  /// - Parameter points: the profile's points, which the expectations must name.
  init(_ node: Node, points: [Point]) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping with name, registers and expect", keys: ["name", "input", "holding", "expect"])
    let name = try mapping.required("name").text("a name for the test")
    var registers: [RegisterRun] = []
    for table in RegisterTable.allCases {
      guard let node = mapping[table.word] else { continue }
      for entry in try node.mapping("a mapping of addresses to words").entries {
        let run = try RegisterRun(entry, table: table)
        guard !registers.contains(where: { $0.overlaps(run) }) else {
          throw entry.key.place.error("registers that the test has given already")
        }
        registers.append(run)
      }
    }
    guard !registers.isEmpty else {
      throw mapping.place.error("missing registers, expected a key 'input' or 'holding'")
    }

    var expectations: [Expectation] = []
    for entry in try mapping.required("expect").mapping("a mapping of points to values").entries {
      let key = entry.key
      guard let point = points.first(where: { $0.name == key.text }) else {
        throw key.place.error(
          "unknown point \(Excerpt.quoting(key.text))"
            + Suggestion.ending(for: key.text, among: points.map { $0.name }))
      }
      guard point.addresses.allSatisfy({ registers.contain($0, of: point.table) }) else {
        throw key.place.error("the test does not give all registers of '\(point.name)'")
      }
      expectations.append(try Expectation(point: point.name, entry.value))
    }
    guard !expectations.isEmpty else {
      throw mapping.place.error("missing expectations, expected at least one")
    }
    self.init(name: name, registers: registers, expectations: expectations)
  }
}

extension ProfileTest.RegisterRun {
  /// Reads e.g. `0x0034: C4BB 8000`.
  fileprivate init(_ entry: Node.Entry, table: RegisterTable) throws(ConfigurationError) {
    // The key is a number too; a node of it gives the same messages as any other.
    let key = Node(place: entry.key.place, content: .scalar(entry.key.text, isQuoted: false))
    let address = try key.integer("a register's address", in: 0...65_535)
    let what = "words of four hexadecimal digits such as 4366 3333"
    guard case .scalar(let text, _) = entry.value.content else {
      throw entry.value.mismatch(expected: what)
    }
    var words: [UInt16] = []
    for digits in Array(text.utf8).split(separator: Byte.space) {
      guard digits.count == 4, let word = NumberText.hexadecimal(digits: digits) else {
        throw entry.value.mismatch(expected: what)
      }
      words.append(UInt16(truncatingIfNeeded: word))
    }
    guard !words.isEmpty else { throw entry.value.mismatch(expected: what) }
    guard address + words.count <= 65_536 else {
      throw entry.value.place.error(
        "registers up to \(address + words.count - 1), expected at most 65535")
    }
    self.init(table: table, address: UInt16(truncatingIfNeeded: address), words: words)
  }

  fileprivate var addresses: Range<Int> { Int(address)..<(Int(address) + words.count) }

  fileprivate func overlaps(_ other: Self) -> Bool {
    table == other.table && addresses.overlaps(other.addresses)
  }
}

extension [ProfileTest.RegisterRun] {
  fileprivate func contain(_ address: Int, of table: RegisterTable) -> Bool {
    contains { $0.table == table && $0.addresses.contains(address) }
  }
}

extension Point {
  fileprivate var addresses: Range<Int> { Int(address)..<(Int(address) + type.registerCount) }
}

extension ProfileTest.Expectation {
  /// Reads `230.2`, `230.2 ±0.001` or `none`.
  fileprivate init(point: String, _ node: Node) throws(ConfigurationError) {
    let what = "a value such as 230.2 ±0.001, or none"
    guard case .scalar(let text, _) = node.content else { throw node.mismatch(expected: what) }
    if text == "none" {
      self.init(point: point, value: nil, tolerance: 0)
      return
    }
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
