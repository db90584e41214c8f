internal import System

/// What a segment holds.
struct Survey {
  /// Records that check and are not settled.
  var records: UInt64 = 0
  /// What is told of sequences that are no records and not settled.
  var told = Counts()
  /// The same, settled or not.
  var allTold = Counts()
  /// Whether there are bytes that no record can be made of.
  var isDamaged = false
  /// The last sequence that is a record, or told of.
  var last: UInt64

  /// Reads a segment to its end.
  /// - Parameters:
  ///   - limit: bytes from here on are not looked at.
  ///   - bound: the first sequence of the next segment.
  init(
    _ segment: SegmentReader, limit: Int64, below bound: UInt64, settled: Settled
  ) throws(SpoolError) {
    var reader = segment
    last = reader.previous
    while true {
      switch try reader.next(limit: limit, below: bound) {
      case .record(let found):
        if !settled.contains(found.sequence) { records += 1 }
        let range = found.sequence - found.thinnedBefore..<found.sequence
        told += Counts(.thinned, settled.openCount(in: range))
        allTold += Counts(.thinned, found.thinnedBefore)
      case .passedOver(let passed):
        let range = passed.range.lowerBound..<passed.range.upperBound + 1
        told += passed.counts.clipped(to: settled.openCount(in: range))
        allTold += passed.counts
      case .damage:
        isDamaged = true
      case .end:
        last = reader.previous
        return
      }
    }
  }
}
