internal import Formulas

extension I2CData {
  /// Numbers of more bytes are no single number on any known device.
  private static let numberBytesMax = 4

  /// Reads a list of bytes, or one number such as `u16be(0x8000 | code(gain) << 9)`; a formula alone
  /// is one byte.
  init(_ node: Node, names: I2CNames) throws(ConfigurationError) {
    if case .list(let items) = node.content {
      guard !items.isEmpty else { throw node.place.error("expected at least one byte") }
      for item in items { try add(item, names) }
    } else {
      try add(node, names)
    }
    try checkCount(at: node.place)
  }

  /// Reads an entry of a mapping of registers, e.g. `0xF4: code(t_os) << 5 | 1`.
  init(register entry: Node.Entry, names: I2CNames) throws(ConfigurationError) {
    try self.init(entry.value, names: names)
    parts.insert(.byte(try I2CData.register(entry.key)), at: 0)
    registerBytes = 1
    try checkCount(at: entry.value.place)
  }

  /// Bytes that are always the same.
  init(bytes: [UInt8]) {
    parts = bytes.map { .byte($0) }
  }

  /// The address of a register.
  static func register(_ key: Node.Key) throws(ConfigurationError) -> UInt8 {
    // The key is a number too; a node of it gives the same messages as any other.
    let node = Node(place: key.place, content: .scalar(key.text, isQuoted: false))
    return UInt8(truncatingIfNeeded: try node.integer("a register", in: 0...255))
  }

  /// Puts words that have checks behind the others.
  mutating func append(checked data: I2CData, at place: Place) throws(ConfigurationError) {
    checkedFrom = count
    parts += data.parts
    try checkCount(at: place)
  }

  private func checkCount(at place: Place) throws(ConfigurationError) {
    guard count <= I2CLimits.bytesMax else {
      throw place.error("\(count) bytes, expected at most \(I2CLimits.bytesMax)")
    }
  }

  private mutating func add(_ node: Node, _ names: I2CNames) throws(ConfigurationError) {
    guard case .scalar(let text, _) = node.content, !text.utf8.isEmpty else {
      throw node.mismatch(expected: "a byte, or a number such as u16be(raw)")
    }
    let (bytes, order, inner) = I2CData.split(text)
    let formula = try names.formula(node, text: inner)
    switch formula.constant {
    case .integer(let number):
      guard number >= -(1 << (8 * bytes - 1)), number < 1 << (8 * bytes) else {
        throw node.mismatch(expected: "a number of \(8 * bytes) bits")
      }
      for index in 0..<bytes {
        let place = order == .big ? bytes - 1 - index : index
        parts.append(.byte(UInt8(truncatingIfNeeded: number >> Int64(8 * place))))
      }
    case nil where formula.type == .integer:
      parts.append(.number(formula, bytes: bytes, order))
    default:
      throw node.place.error("expected a whole number, such as trunc(x) or round(x)")
    }
  }

  /// Takes `u16be( ... )` off. What is inside is padded, so that places in it stay right.
  private static func split(_ text: String) -> (bytes: Int, ByteOrder, inner: String) {
    let all = Array(text.utf8)
    guard let open = all.firstIndex(of: UInt8(ascii: "(")), all.last == UInt8(ascii: ")"),
      closes(all, open)
    else { return (1, .big, text) }
    for bytes in 1...numberBytesMax {
      for order in ByteOrder.allCases {
        let word = bytes == 1 ? "u8" : "u\(8 * bytes)\(order == .big ? "be" : "le")"
        guard all[..<open].elementsEqual(word.utf8) else { continue }
        let padding = [UInt8](repeating: Byte.space, count: open + 1)
        return (
          bytes, order, String(decoding: padding + all[(open + 1)...].dropLast(), as: UTF8.self)
        )
      }
    }
    return (1, .big, text)
  }

  /// Whether the parenthesis at `open` is closed by the last one.
  private static func closes(_ text: [UInt8], _ open: Int) -> Bool {
    var depth = 0
    for index in open..<text.count {
      if text[index] == UInt8(ascii: "(") { depth += 1 }
      if text[index] == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { return index == text.count - 1 }
    }
    return false
  }
}

extension I2CTime {
  /// Reads `2 ms`, or a formula such as `ms(1.25 + 2.3*t_os)`.
  init(_ node: Node, names: I2CNames) throws(ConfigurationError) {
    if case .scalar(let text, _) = node.content, text.utf8.last == UInt8(ascii: ")") {
      self = .milliseconds(try names.formula(node))
      return
    }
    self = .fixed(try node.duration(in: I2CLimits.pollMin...I2CLimits.waitMax, allowsZero: true))
  }
}
