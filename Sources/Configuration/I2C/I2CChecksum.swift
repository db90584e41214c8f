/// A check of eight bits that a device sends behind its data.
public struct I2CChecksum: Equatable, Sendable {
  /// How many bytes of data each check is for; nil where one stands behind all of them.
  public var every: Int?
  /// The generator polynomial without its highest power, e.g. 0x31 for x^8 + x^5 + x^4 + 1.
  public var polynomial: UInt8
  /// What the check begins with.
  public var initial: UInt8
  /// Whether bits go through the check with the lowest first.
  public var isReflected: Bool
  /// What the check is combined with at the end, by exclusive or.
  public var finalXor: UInt8

  /// How many bytes come over the bus for so many bytes of data.
  public func wireCount(_ count: Int) -> Int {
    guard let every else { return count + 1 }
    return count + (count + every - 1) / every
  }
}

extension I2CChecksum {
  /// Reads a profile's key `frame`, e.g. `{crc: {every: 2, poly: 0x31, init: 0xFF}}`.
  init(frame node: Node) throws(ConfigurationError) {
    let frame = try node.mapping("a mapping of the frame", keys: ["crc"])
    let mapping = try frame.required("crc").mapping(
      "a mapping of the check", keys: ["every", "poly", "init", "reflect", "xor"])
    func byte(_ key: String, _ usual: UInt8) throws(ConfigurationError) -> UInt8 {
      guard let node = mapping[key] else { return usual }
      return UInt8(truncatingIfNeeded: try node.integer("a byte", in: 0...255))
    }
    if let node = mapping["every"] {
      if case .scalar("all", _) = node.content {
        every = nil
      } else {
        every = try node.integer("a number of bytes, or all,", in: 1...I2CLimits.bytesMax)
      }
    }
    _ = try mapping.required("poly")
    polynomial = try byte("poly", 0)
    initial = try byte("init", 0)
    finalXor = try byte("xor", 0)
    isReflected = try mapping["reflect"]?.choice(Node.truths) ?? false
  }
}
