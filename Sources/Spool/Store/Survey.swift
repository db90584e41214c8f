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
  /// Bytes that the records take which are not settled.
  var bytes: Int64 = 0
  /// The first record that is not settled.
  var oldest: Spool.Stamp?
  /// All records that check, settled or not, and the bytes that they take.
  var all: (records: UInt64, bytes: Int64) = (0, 0)
  /// The first record, settled or not.
  var first: (sequence: UInt64, stamp: Spool.Stamp)?
  /// The last record, settled or not.
  var newest: Spool.Stamp?

  /// Reads a segment to its end.
  /// - Parameters:
  ///   - limit: bytes from here on are not looked at.
  ///   - bound: the first sequence of the next segment.
  @inline(never)
  init(
    _ reader: SegmentReader, limit: Int64, below bound: UInt64, settled: Settled
  ) throws(SpoolError) {
    last = reader.previous
    while true {
      switch try reader.next(limit: limit, below: bound) {
      case .record(let found):
        let size = reader.endOfRecords - reader.recordOffset
        all.records += 1
        all.bytes += size
        if first == nil { first = (found.sequence, found.stamp) }
        newest = found.stamp
        if !settled.contains(found.sequence) {
          records += 1
          bytes += size
          if oldest == nil { oldest = found.stamp }
        }
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
