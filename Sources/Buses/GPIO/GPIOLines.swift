public import Drivers

/// The lines of a GPIO chip that are held, each by a number of the caller's.
public protocol GPIOLines: ~Copyable {
  /// Takes a line, as an input.
  mutating func take(_ line: GPIODevice.Line, as id: Int) throws(GPIOError) -> TakenLine
  /// Lets a line go.
  mutating func release(_ id: Int)
  /// Whether a line is active now.
  mutating func level(of id: Int) throws(GPIOError) -> Bool
  /// Takes edges that wait at a line, a batch at most.
  /// - Parameter edges: where they are put behind what is there; none where there are none.
  mutating func read(_ id: Int, into edges: inout [Edge]) throws(GPIOError) -> EdgeBatch
  /// Waits until there are edges, the worker's bell rings or `timeout` passes.
  /// - Returns: lines that may have edges.
  mutating func wait(timeout: Duration) -> [Int]
}

/// What is to be known of a batch of edges.
public struct EdgeBatch: Equatable, Sendable {
  /// Whether the kernel's buffer may have had no room for further ones.
  public let mayHaveLost: Bool
  /// Whether there may be more to read at once.
  public let hasMore: Bool

  /// A batch's state from its parts.
  public init(mayHaveLost: Bool, hasMore: Bool) {
    self.mayHaveLost = mayHaveLost
    self.hasMore = hasMore
  }
}

/// How a line was when it was taken.
public struct TakenLine: Equatable, Sendable {
  /// Whether it was active.
  public let isActive: Bool
  /// Whether the kernel makes clean edges of its own ones.
  public let isDebounced: Bool
  /// Whether the chip can tell of edges; where not, the level must be read.
  public let hasEdges: Bool

  /// A line's state from its parts.
  public init(isActive: Bool, isDebounced: Bool, hasEdges: Bool = true) {
    self.isActive = isActive
    self.isDebounced = isDebounced
    self.hasEdges = hasEdges
  }
}
