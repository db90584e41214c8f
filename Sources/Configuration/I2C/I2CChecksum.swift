/// A check of 8 or 16 bits that a device sends behind its data.
public struct I2CChecksum: Equatable, Sendable {
  /// How many bytes of data each check is for; nil where one stands behind all of them.
  public var every: Int?
  /// How many bytes it has, 1 or 2.
  public var bytes: Int
  /// Which of two bytes comes first.
  public var order: ByteOrder
  /// The generator polynomial without its highest power, e.g. 0x31 for x^8 + x^5 + x^4 + 1.
  public var polynomial: UInt16
  /// What the check begins with.
  public var initial: UInt16
  /// Whether bits go through the check with the lowest first.
  public var isReflected: Bool
  /// What the check is combined with at the end, by exclusive or.
  public var finalXor: UInt16

  /// How many bytes come over the bus for so many bytes of data.
  public func wireCount(_ count: Int) -> Int {
    guard let every else { return count + bytes }
    return count + (count + every - 1) / every * bytes
  }
}

extension I2CChecksum {
  /// Reads a profile's key `frame`, e.g. `{crc: {every: 2, poly: 0x31, init: 0xFF}}`.
  init(frame node: Node) throws(ConfigurationError) {
    let frame = try node.mapping("a mapping of the frame", keys: ["crc"])
    let mapping = try frame.required("crc").mapping(
      "a mapping of the check", keys: ["every", "bits", "order", "poly", "init", "reflect", "xor"])
    let sizes: [(word: String, value: Int)] = [("8", 1), ("16", 2)]
    let size = try mapping["bits"]?.choice(sizes) ?? 1
    func pattern(_ key: String) throws(ConfigurationError) -> UInt16 {
      guard let node = mapping[key] else { return 0 }
      return UInt16(
        truncatingIfNeeded: try node.integer("a number", in: 0...(1 << (8 * size) - 1)))
    }
    bytes = size
    order = try mapping["order"]?.choice([("be", .big), ("le", .little)]) ?? .big
    if let node = mapping["every"] {
      if case .scalar("all", _) = node.content {
        every = nil
      } else {
        every = try node.integer("a number of bytes, or all,", in: 1...I2CLimits.bytesMax)
      }
    }
    _ = try mapping.required("poly")
    polynomial = try pattern("poly")
    initial = try pattern("init")
    finalXor = try pattern("xor")
    isReflected = try mapping["reflect"]?.choice(Node.truths) ?? false
  }
}
