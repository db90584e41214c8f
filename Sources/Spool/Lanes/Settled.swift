/// Which sequences of a lane are settled, and what became of them. Pure.
///
/// A sequence is settled once nothing needs to be done for it any more: it was acknowledged, or
/// dropped, or no record ever had it. Settled are all up to the position, and the islands ahead of
/// it. Each of them is counted with one fate, so the counts' sum is the number of settled ones.
struct Settled {
  /// A range ahead of the position.
  struct Island {
    var lower: UInt64
    var upper: UInt64
    var counts: Counts
    /// Its records are not on disk any more, and only the position tells that this is no damage.
    var isNeeded: Bool
  }

  /// Every sequence up to this one is settled.
  private(set) var position: UInt64
  /// What became of those up to the position.
  private(set) var counts: Counts
  /// Ascending; none empty, none next to another or to the position.
  private(set) var islands: [Island] = []

  /// Nothing settled but what was so on disk.
  init(_ saved: Position) {
    position = saved.sequence
    var rest = saved.counts
    for island in saved.islands {
      let count = island.upperBound - island.lowerBound + 1
      islands.append(
        Island(
          lower: island.lowerBound, upper: island.upperBound, counts: rest.takeOut(count),
          isNeeded: true))
    }
    counts = rest
  }

  /// All counts.
  var total: Counts { islands.reduce(counts) { $0 + $1.counts } }

  /// How many sequences are settled.
  var count: UInt64 { islands.reduce(position) { $0 + ($1.upper - $1.lower + 1) } }

  /// The highest settled sequence.
  var last: UInt64 { islands.last?.upper ?? position }

  func contains(_ sequence: UInt64) -> Bool { next(from: sequence) != sequence }

  /// The lowest sequence from `sequence` on that is not settled.
  func next(from sequence: UInt64) -> UInt64 {
    if sequence <= position { return position + 1 }
    let index = indexOfIsland(from: sequence)
    guard index < islands.count, islands[index].lower <= sequence else { return sequence }
    return islands[index].upper + 1
  }

  /// Calls `body` with each range within `range` that is not settled, ascending.
  func forEachOpen(in range: Range<UInt64>, _ body: (Range<UInt64>) -> Void) {
    var lower = max(range.lowerBound, position + 1)
    guard lower < range.upperBound else { return }
    var index = indexOfIsland(from: lower)
    while index < islands.count, islands[index].lower < range.upperBound {
      if islands[index].lower > lower { body(lower..<islands[index].lower) }
      lower = max(lower, islands[index].upper + 1)
      index += 1
    }
    if lower < range.upperBound { body(lower..<range.upperBound) }
  }

  /// How many sequences in `range` are not settled.
  func openCount(in range: Range<UInt64>) -> UInt64 {
    var count: UInt64 = 0
    forEachOpen(in: range) { count += $0.upperBound - $0.lowerBound }
    return count
  }

  /// Settles `range`, of which nothing was settled before.
  mutating func settle(
    _ range: ClosedRange<UInt64>, _ new: Counts, isNeeded: Bool = false
  ) {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    if lower == position + 1 {
      position = upper
      counts += new
      if let island = islands.first, island.lower == position + 1 {
        position = island.upper
        counts += island.counts
        islands.removeFirst()
      }
      return
    }
    let index = indexOfIsland(from: lower)
    let meetsNext = index < islands.count && islands[index].lower == upper + 1
    if index > 0, islands[index - 1].upper + 1 == lower {
      islands[index - 1].upper = upper
      islands[index - 1].counts += new
      if isNeeded { islands[index - 1].isNeeded = true }
      guard meetsNext else { return }
      let next = islands.remove(at: index)
      islands[index - 1].upper = next.upper
      islands[index - 1].counts += next.counts
      if next.isNeeded { islands[index - 1].isNeeded = true }
    } else if meetsNext {
      islands[index].lower = lower
      islands[index].counts += new
      if isNeeded { islands[index].isNeeded = true }
    } else {
      islands.insert(
        Island(lower: lower, upper: upper, counts: new, isNeeded: isNeeded), at: index)
    }
  }

  /// Notes that what is settled in `range` goes from the disk.
  /// - Returns: false where the position on disk has no room for another such island.
  mutating func need(_ range: ClosedRange<UInt64>) -> Bool {
    if range.upperBound <= position { return true }
    let index = indexOfIsland(from: range.lowerBound)
    guard index < islands.count, islands[index].lower <= range.lowerBound else { return true }
    if islands[index].isNeeded { return true }
    guard hasRoomForNeeded else { return false }
    islands[index].isNeeded = true
    return true
  }

  /// Whether the position on disk could tell of another island that is not on disk otherwise.
  var hasRoomForNeeded: Bool {
    islands.reduce(0) { $0 + ($1.isNeeded ? 1 : 0) } < PositionFile.islandsMax
  }

  /// What to keep on disk: the needed islands, then the largest. Of those behind `stored`, which no
  /// record on disk follows, only as many as leave none out between them; the others' records are
  /// forgotten with their sequences.
  func saved(identity: UInt32, stored: UInt64) -> Position {
    var rest = PositionFile.islandsMax
    var isChosen = [Bool](repeating: false, count: islands.count)
    for index in islands.indices where islands[index].isNeeded && rest > 0 {
      isChosen[index] = true
      rest -= 1
    }
    let inStore = islands.indices.filter { islands[$0].lower <= stored && !isChosen[$0] }
    let largest =
      inStore.count <= rest
      ? inStore
      : Array(
        inStore.sorted {
          islands[$0].upper - islands[$0].lower > islands[$1].upper - islands[$1].lower
        }.prefix(rest))
    for index in largest { isChosen[index] = true }
    rest -= largest.count
    for index in islands.indices where islands[index].lower > stored && !isChosen[index] {
      if rest == 0 { break }
      isChosen[index] = true
      rest -= 1
    }
    var saved = Position(identity: identity, sequence: position, counts: counts)
    for index in islands.indices where isChosen[index] {
      saved.islands.append(islands[index].lower...islands[index].upper)
      saved.counts += islands[index].counts
    }
    return saved
  }

  /// The first island that ends at or behind `sequence`.
  private func indexOfIsland(from sequence: UInt64) -> Int {
    var (low, high) = (0, islands.count)
    while low < high {
      let middle = (low + high) / 2
      if islands[middle].upper < sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
