internal import System

/// How the last segment's end is found.
extension Recovery {
  /// What the last segment holds, and how it ends.
  struct Tail {
    let file: SpoolFile
    let first: UInt64
    /// The last record's sequence.
    var last: UInt64
    /// Where it ends.
    var end: Int64
    /// The last record, or what is told, of which is known that it is on the device.
    var durable: UInt64
    /// Where that ends.
    var durableEnd: Int64
    /// The highest sequence that may have been given to a record in the damaged end.
    var lastGiven: UInt64
    /// How many records the damaged end is likely to have had.
    var likelyTorn: UInt64 = 0
    /// What is told of sequences that are no records.
    var told = Counts()
    /// Of these, what is not settled.
    var openTold = Counts()
    var isTorn = false
    var isHeaderDamaged = false

    var canGrow: Bool { !isTorn && !isHeaderDamaged }
  }

  /// Goes through the last segment to its end, which is where only zeros follow.
  mutating func readLast(
    _ part: Part, _ position: Position, _ identity: UInt32
  ) throws(SpoolError) -> Tail {
    let settled = Settled(position)
    let file = try directory.openSegment(
      part.segment.first, mode == .recovering ? .writing : .reading)
    let reader = SegmentReader(
      file, part.segment, identity: identity, limits: limits, wantsPayloads: false)
    var tail = Tail(
      file: file, first: part.segment.first, last: part.segment.first - 1,
      end: reader.endOfRecords, durable: part.segment.first - 1, durableEnd: reader.endOfRecords,
      lastGiven: part.segment.first - 1)
    var damage: Range<Int64>?
    var (count, bytes): (Int64, Int64) = (0, 0)
    reading: while true {
      let previous = reader.previous
      let step = try reader.next(limit: part.segment.bytes, below: RecordHeader.sequenceMax)
      switch step {
      case .record(let found):
        report.recordsLost += found.sequence - previous - 1 - found.thinnedBefore
        count += 1
        bytes += reader.endOfRecords - reader.recordOffset
        let range = found.sequence - found.thinnedBefore..<found.sequence
        tail.openTold += Counts(.thinned, settled.openCount(in: range))
      case .passedOver(let passed):
        report.recordsLost += passed.range.lowerBound - previous - 1
        let range = passed.range.lowerBound..<passed.range.upperBound + 1
        tail.told += passed.counts
        tail.openTold += passed.counts.clipped(to: settled.openCount(in: range))
      case .damage(let range):
        damage = range
        continue reading
      case .end:
        break reading
      }
      if reader.previous <= position.durable {
        (tail.durable, tail.durableEnd) = (reader.previous, reader.endOfRecords)
      }
      report.bytesLost += Int64(damage?.count ?? 0)
      damage = nil
    }
    tail.last = reader.previous
    tail.lastGiven = tail.last
    tail.end = reader.endOfRecords
    tail.isHeaderDamaged = part.isHeaderDamaged
    if let damage, mode != .lookingAtLive {
      let mean = count == 0 ? nil : bytes / count
      let torn = recordsTorn(in: damage, after: tail.last, mean: mean, file)
      tail.isTorn = true
      tail.lastGiven += torn.atMost
      tail.likelyTorn = torn.likely
      report.recordsLost += torn.likely
      report.bytesLost += Int64(damage.count)
    }
    return tail
  }

  /// How many records the damaged end may have held. One of them may have been sent, so sequences go
  /// on above all of them.
  ///
  /// Headers that look right are followed from one to the next. From where one does not, as many
  /// records are taken for possible as there is room for, and for likely as there would be of the
  /// segment's mean size.
  private func recordsTorn(
    in range: Range<Int64>, after last: UInt64, mean: Int64?, _ file: SpoolFile
  ) -> (likely: UInt64, atMost: UInt64) {
    var offset = range.lowerBound
    var count: UInt64 = 0
    while offset < range.upperBound {
      // Bytes that cannot be read look like no header.
      let bytes = (try? file.read(at: offset, count: RecordHeader.size)) ?? []
      let header =
        bytes.count == RecordHeader.size
        ? bytes.withUnsafeBytes { RecordHeader($0, at: 0) } : nil
      guard let header, header.sequence == last + count + 1,
        header.payloadCount <= UInt32(SegmentReader.payloadBytesMax)
      else {
        let rest = range.upperBound - offset
        let mean = mean ?? rest
        let room = UInt64(rest / Int64(RecordHeader.size))
        return (count + UInt64((rest + mean - 1) / mean), count + room + 1)
      }
      count += 1
      offset += header.recordSize
    }
    return (count, count)
  }
}
