/// Finds out that edges of a line are lost: the kernel keeps a few of them, and drops the rest where
/// this program does not come to fetch them in time.
struct EdgeLoss: Sendable {
  /// How many edges are known to be lost.
  private(set) var count: UInt64 = 0
  /// Whether some were lost, or may have been, since `takeDoubt` was last called.
  private var isDoubtful = false
  private var last: (sequence: UInt32, isRising: Bool)?
  /// Whether both directions are watched, so that each edge must be the other way than the last.
  let alternates: Bool

  init(alternates: Bool) {
    self.alternates = alternates
  }

  /// Takes an edge as the kernel gave it.
  mutating func take(_ edge: Edge) {
    defer { last = (edge.sequence, edge.isRising) }
    guard let last else { return }
    if edge.sequence != 0, last.sequence != 0 {
      // The kernel's number has 32 bits and begins again.
      let gap = edge.sequence &- last.sequence &- 1
      if gap > 0 { lose(UInt64(gap)) }
    } else if alternates && edge.isRising == last.isRising {
      lose(1)
    }
  }

  /// At least so many edges are lost.
  mutating func lose(_ count: UInt64) {
    self.count += count
    isDoubtful = true
  }

  /// Some edges may be lost: the kernel had no room left for another.
  mutating func suspect() {
    isDoubtful = true
  }

  /// What comes next does not follow from what was: the line was let go of meanwhile.
  mutating func begin() {
    last = nil
  }

  /// Whether edges were lost, or may have been, since the last call.
  mutating func takeDoubt() -> Bool {
    defer { isDoubtful = false }
    return isDoubtful
  }
}
