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
