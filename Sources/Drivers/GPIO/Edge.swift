/// A change of a line's level.
public struct Edge: Equatable, Sendable {
  /// Whether the line has become active.
  public var isRising: Bool
  /// When, since boot, as the kernel has stamped it.
  public var time: Duration
  /// Its number among the edges of its line, from 1; 0 where the kernel does not count them.
  public var sequence: UInt32

  /// An edge from its parts.
  public init(isRising: Bool, time: Duration, sequence: UInt32 = 0) {
    self.isRising = isRising
    self.time = time
    self.sequence = sequence
  }
}
