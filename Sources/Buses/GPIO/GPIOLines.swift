public import Drivers
public import System

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
  /// - Returns: whether the kernel's buffer may have had no room for further ones.
  mutating func read(_ id: Int, into edges: inout [Edge]) throws(GPIOError) -> Bool
  /// Waits until there are edges, `wakeup` rings or `timeout` passes.
  /// - Returns: lines that may have edges.
  mutating func wait(timeout: Duration, wakeup: Wakeup) -> [Int]
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
