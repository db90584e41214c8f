/// The raw values by which a device says "not available".
enum InvalidPattern {
  /// A quiet NaN: stands for all NaNs (IEEE 754, 6.2.1).
  private static func notANumber(_ type: RegisterType) -> UInt64? {
    switch type {
    case .f16: 0x7E00
    case .f32: 0x7FC0_0000
    case .f64: 0x7FF8_0000_0000_0000
    default: nil
    }
  }

  /// Reads a profile's key `invalid`, e.g. `{s16: 0x8000, f32: nan}`.
  static func byType(
    _ node: Node
  ) throws(ConfigurationError) -> [(type: RegisterType, patterns: [UInt64])] {
    var all: [(type: RegisterType, patterns: [UInt64])] = []
    for entry in try node.mapping("a mapping of types to patterns").entries {
      let key = Node(place: entry.key.place, content: .scalar(entry.key.text, isQuoted: false))
      let type = try key.choice(RegisterType.allCases.map { ($0.word, $0) })
      all.append((type, try list(entry.value, type: type)))
    }
    return all
  }

  /// More different ones than this no device has.
  private static let countMax = 16

  /// One, or a list.
  static func list(_ node: Node, type: RegisterType) throws(ConfigurationError) -> [UInt64] {
    guard case .list(let items) = node.content else { return [try pattern(node, type: type)] }
    guard items.count <= countMax else {
      throw node.place.error("too many patterns, expected at most \(countMax)")
    }
    var patterns: [UInt64] = []
    for item in items { patterns.append(try pattern(item, type: type)) }
    return patterns
  }

  /// The bits of a value: hexadecimal as it stands in the registers, or for integers decimal.
  private static func pattern(
    _ node: Node, type: RegisterType
  ) throws(ConfigurationError) -> UInt64 {
    if case .scalar(let text, _) = node.content, !type.isText {
      if text == "nan", let pattern = notANumber(type) { return pattern }
      let mask = UInt64.max >> UInt64(64 - 16 * type.registerCount)
      if let pattern = NumberText.hexadecimal(text) {
        if pattern <= mask { return pattern }
      } else if let number = NumberText.integer(text), type.holds(number) {
        return UInt64(bitPattern: number) & mask
      }
    }
    let example =
      type.integerRange == nil
      ? "nan or a pattern such as 0x7FC00000" : "a number or a pattern such as 0x7FFF"
    throw node.mismatch(expected: "\(example) that fits \(type.word)")
  }
}

extension RegisterType {
  /// The numbers that an integer type holds, as far as Int64 reaches; nil for the others.
  fileprivate var integerRange: ClosedRange<Int64>? {
    switch self {
    case .u16: 0...Int64(UInt16.max)
    case .s16: Int64(Int16.min)...Int64(Int16.max)
    case .u32: 0...Int64(UInt32.max)
    case .s32: Int64(Int32.min)...Int64(Int32.max)
    case .u64: 0...Int64.max
    case .s64: Int64.min...Int64.max
    // Their patterns are digits.
    case .bcd4, .bcd8, .bcd16: nil
    case .f16, .f32, .f64, .text: nil
    }
  }

  fileprivate func holds(_ number: Int64) -> Bool { integerRange?.contains(number) ?? false }
}
