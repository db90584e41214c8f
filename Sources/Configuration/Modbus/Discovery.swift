/// How a device says itself where its registers are: the chain of models of SunSpec.
public struct Discovery: Equatable, Sendable {
  /// Where the chain may begin, in the order in which it is looked for.
  public let bases: [UInt16]
  /// The blocks that the profile's points are in.
  public let blocks: [Block]

  /// A model, or one of some that are alike, by which a profile knows a block.
  public struct Block: Equatable, Sendable {
    /// The name that addresses are counted from.
    public let name: String
    /// The models' numbers.
    public let models: [UInt16]
    /// Whether a device may be without it.
    public let isOptional: Bool

    /// A block from its parts.
    public init(name: String, models: [UInt16], isOptional: Bool) {
      self.name = name
      self.models = models
      self.isOptional = isOptional
    }
  }

  /// A discovery from its parts.
  public init(bases: [UInt16], blocks: [Block]) {
    self.bases = bases
    self.blocks = blocks
  }

  /// Where a device has its registers by the specification (SunSpec Device Information Model
  /// Specification, 4.1).
  public static let standardBases: [UInt16] = [40_000, 50_000, 0]
}

extension Discovery {
  private static let basesMax = 8
  private static let blocksMax = 32
  private static let modelsMax = 16

  /// Reads a profile's key `discover`.
  init(_ node: Node) throws(ConfigurationError) {
    let top = try node.mapping("a mapping of what is discovered", keys: ["sunspec"])
    let mapping = try top.required("sunspec").mapping(
      "a mapping with bases and blocks", keys: ["bases", "blocks"])
    var bases = Discovery.standardBases
    if let node = mapping["bases"] {
      bases = try Discovery.numbers(
        node, "a register's address", in: 0...65_535, max: Discovery.basesMax)
    }
    var blocks: [Block] = []
    let blocksNode = try mapping.required("blocks")
    for entry in try blocksNode.mapping("a mapping of blocks").entries {
      let name = try entry.key.name("a name for the block", .identifier)
      guard blocks.count < Discovery.blocksMax else {
        throw entry.key.place.error("too many blocks, expected at most \(Discovery.blocksMax)")
      }
      let block = try entry.value.mapping("a mapping with the model", keys: ["model", "optional"])
      blocks.append(
        Block(
          name: name,
          models: try Discovery.numbers(
            block.required("model"), "a model", in: 1...65_534, max: Discovery.modelsMax),
          isOptional: try block["optional"]?.choice(Node.truths) ?? false))
    }
    guard !blocks.isEmpty else { throw blocksNode.place.error("expected at least one block") }
    self.init(bases: bases, blocks: blocks)
  }

  /// A number, or a list of some.
  private static func numbers(
    _ node: Node, _ what: String, in range: ClosedRange<Int>, max: Int
  ) throws(ConfigurationError) -> [UInt16] {
    guard case .list(let items) = node.content else {
      return [UInt16(truncatingIfNeeded: try node.integer(what, in: range))]
    }
    guard (1...max).contains(items.count) else {
      throw node.place.error("expected 1 to \(max) numbers, found \(items.count)")
    }
    var numbers: [UInt16] = []
    for item in items {
      numbers.append(UInt16(truncatingIfNeeded: try item.integer(what, in: range)))
    }
    return numbers
  }
}
