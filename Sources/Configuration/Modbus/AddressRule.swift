/// How a profile writes addresses.
struct AddressRule {
  /// How registers are counted.
  var numbering = Numbering.zero
  /// The blocks that addresses may be counted from, by name.
  var blocks: [String] = []

  /// How a manual counts registers.
  enum Numbering: CaseIterable {
    /// From 0, as on the wire.
    case zero
    /// From 1.
    case one
    /// From 1, with the table as the first of 5 or 6 digits: 0 coils, 1 discrete inputs, 3 input
    /// registers, 4 holding registers.
    case modicon

    var word: String {
      switch self {
      case .zero: "zero"
      case .one: "one"
      case .modicon: "modicon"
      }
    }
  }

  /// An address on the wire, or in a block.
  struct Address {
    /// From 0.
    var number: Int
    /// The table, where the address says it.
    var table: RegisterTable?
    /// The index of the block that it is in.
    var block: UInt8?
  }

  /// Reads an address, e.g. `0x0034`, `30053` or `inverter+14`.
  func address(_ node: Node) throws(ConfigurationError) -> Address {
    if case .scalar(let text, _) = node.content, !blocks.isEmpty {
      let bytes = Array(text.utf8)
      if let plus = bytes.firstIndex(of: Byte.plus), plus > 0 {
        let name = String(decoding: bytes[..<plus], as: UTF8.self)
        guard let block = blocks.firstIndex(of: name) else {
          throw node.place.error(
            "unknown block \(Excerpt.quoting(name))" + Suggestion.ending(for: name, among: blocks))
        }
        let offset = NumberText.integer(String(decoding: bytes[(plus + 1)...], as: UTF8.self))
        guard let offset, (0...65_535).contains(offset) else {
          throw node.mismatch(expected: "a block and a register in it, such as '\(name)+14'")
        }
        return Address(number: Int(offset), table: nil, block: UInt8(truncatingIfNeeded: block))
      }
    }
    switch numbering {
    case .zero: return Address(number: try node.integer("a register's address", in: 0...65_535))
    case .one: return Address(number: try node.integer("a register's number", in: 1...65_536) - 1)
    case .modicon:
      guard let address = modicon(node) else {
        throw node.mismatch(
          expected: "a number of 5 or 6 digits such as 30001, or 000001 to 465536")
      }
      return address
    }
  }

  private func modicon(_ node: Node) -> Address? {
    guard case .scalar(let text, _) = node.content else { return nil }
    let digits = Array(text.utf8)
    guard digits.count == 5 || digits.count == 6, digits.allSatisfy({ $0.isDigit }) else {
      return nil
    }
    let table: RegisterTable
    switch digits[0] {
    case UInt8(ascii: "0"): table = .coil
    case UInt8(ascii: "1"): table = .discrete
    case UInt8(ascii: "3"): table = .input
    case UInt8(ascii: "4"): table = .holding
    default: return nil
    }
    var number = 0
    for digit in digits[1...] { number = number * 10 + Int(digit - UInt8(ascii: "0")) }
    guard (1...65_536).contains(number) else { return nil }
    return Address(number: number - 1, table: table)
  }
}
