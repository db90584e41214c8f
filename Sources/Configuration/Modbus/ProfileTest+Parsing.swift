extension ProfileTest {
  /// Reads an item of a profile's list `tests`.
  /// - Parameters:
  ///   - points: the profile's points, which the expectations must name.
  ///   - addresses: how the profile counts registers.
  init(
    _ node: Node, points: [ModbusPoint], addresses: AddressRule
  ) throws(ConfigurationError) {
    let mapping = try node.mapping(
      "a mapping with name, registers and expect",
      keys: ["name", "input", "holding", "coil", "discrete", "expect"])
    let name = try mapping.required("name").text("a name for the test")
    var registers: [RegisterRun] = []
    for table in RegisterTable.allCases {
      guard let node = mapping[table.word] else { continue }
      for entry in try node.mapping("a mapping of addresses to words").entries {
        let run = try RegisterRun(entry, table: table, addresses)
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
      let isGiven =
        point.block != nil || !point.hasRegisters
        || point.registers.allSatisfy({ registers.contain($0, of: point.table) })
      guard isGiven else {
        throw key.place.error("the test does not give all registers of '\(point.name)'")
      }
      expectations.append(try Expectation(point.name, point.kind, entry.value))
    }
    guard !expectations.isEmpty else {
      throw mapping.place.error("missing expectations, expected at least one")
    }
    self.init(name: name, registers: registers, expectations: expectations)
  }
}

extension ProfileTest.RegisterRun {
  /// Reads e.g. `0x0034: C4BB 8000`, or of bits `0: 1 0 1 1`.
  fileprivate init(
    _ entry: Node.Entry, table: RegisterTable, _ addresses: AddressRule
  ) throws(ConfigurationError) {
    // The key is a number too; a node of it gives the same messages as any other.
    let key = Node(place: entry.key.place, content: .scalar(entry.key.text, isQuoted: false))
    let counted = try addresses.address(key)
    guard counted.table ?? table == table else {
      throw entry.key.place.error("expected registers of the \(table.word) table")
    }
    let address = counted.number
    let what =
      table.isOfBits
      ? "bits such as 1 0 1" : "words of four hexadecimal digits such as 4366 3333"
    guard case .scalar(let text, _) = entry.value.content else {
      throw entry.value.mismatch(expected: what)
    }
    var words: [UInt16] = []
    for digits in Array(text.utf8).split(separator: Byte.space) {
      guard digits.count == (table.isOfBits ? 1 : 4),
        let word = NumberText.hexadecimal(digits: digits), !table.isOfBits || word <= 1
      else {
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

extension ProfileTest.Expectation {
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
