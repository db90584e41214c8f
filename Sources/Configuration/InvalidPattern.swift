/// The raw values by which a device says "not available".
enum InvalidPattern {
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
    if case .scalar(let text, _) = node.content {
      let mask = UInt64.max >> UInt64(64 - 16 * type.registerCount)
      if let pattern = NumberText.hexadecimal(text) {
        if pattern <= mask { return pattern }
      } else if let number = NumberText.integer(text), type.holds(number) {
        return UInt64(bitPattern: number) & mask
      }
    }
    let example =
      type.integerRange == nil
      ? "a pattern such as 0x7FC00000" : "a number or a pattern such as 0x7FFF"
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
    case .f32, .f64: nil
    }
  }

  fileprivate func holds(_ number: Int64) -> Bool { integerRange?.contains(number) ?? false }
}
