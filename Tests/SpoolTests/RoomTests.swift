import Foundation
import System
import Testing

@testable import Spool

/// What gives way when there is no more room, on disk and in time.
struct RoomTests {
  let directory = TemporaryDirectory()
  /// A header and seven records of 64 bytes.
  private static let segmentBytes: Int64 = 256 + 7 * 64

  private func open(
    _ whenFull: Spool.WhenFull, segments: Int64 = 4, ageMax: Duration? = nil,
    freeBytesMin: Int64 = 0, tap: Tap? = nil
  ) throws -> Spool {
    try directory.open(
      bytesMax: Self.segmentBytes * segments, ageMax: ageMax, whenFull: whenFull,
      freeBytesMin: freeBytesMin, segmentBytes: Self.segmentBytes, tap: tap)
  }

  private func reopened(_ segments: Int64 = 4, _ whenFull: Spool.WhenFull = .dropOldest) throws
    -> (ledger: Spool.Ledger, sequences: [UInt64])
  {
    let copy = try directory.copy()
    let spool = try copy.open(
      bytesMax: Self.segmentBytes * segments, whenFull: whenFull, segmentBytes: Self.segmentBytes)
    #expect(spool.found.isClean)
    let ledger = spool.ledger
    let sequences = spool.drain().map(\.id.sequence)
    #expect(spool.ledger == ledger)
    return (ledger, sequences)
  }

  @Test func `the oldest segment goes, and is counted to the record`() throws {
    let spool = try open(.dropOldest)
    for number in 1...30 as ClosedRange<UInt64> {
      try spool.append(payload(number))
      #expect(spool.lane.bytesOnDisk <= Self.segmentBytes * 4)
    }
    // 28 filled four segments; the 29th took the first one's place.
    #expect(spool.ledger.dropped.full == 7 && spool.ledger.queued == 23)
    #expect(spool.lane.segments == 4)
    #expect(try reopened().ledger == spool.ledger)
    #expect(try reopened().sequences == Array(8...30))
    #expect(spool.drain().map(\.id.sequence) == Array(8...30))
  }

  @Test func `what is in flight stays, and the next segment goes`() throws {
    let spool = try open(.dropOldest)
    for number in 1...28 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    for _ in 1...3 { _ = spool.next(now: .zero) }
    spool.acknowledge(1)
    for number in 29...44 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    // 8 to 14, then 15 to 21, then 22 to 28.
    #expect(spool.ledger.dropped.full == 21 && spool.ledger.dropped.damage == 0)
    let left = Array(4...7) + Array(29...44) as [UInt64]
    #expect(try reopened().sequences == [2, 3] + left)
    #expect(try reopened().ledger == spool.ledger)
    #expect(spool.drain().map(\.id.sequence) == left)
    spool.acknowledge(2)
    spool.acknowledge(3)
    #expect(spool.ledger.isBalanced && spool.ledger.acknowledged == 3)
  }

  @Test func `a segment that was read in part is counted for the rest`() throws {
    let spool = try open(.dropOldest)
    for number in 1...28 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    for record in (1...4).compactMap({ _ in spool.next(now: .zero) }) {
      spool.acknowledge(record.id, now: .zero)
    }
    try spool.append(payload(29))
    #expect(spool.ledger.dropped.full == 3 && spool.ledger.acknowledged == 4)
    #expect(spool.drain().map(\.id.sequence) == Array(8...29))
    #expect(try reopened().ledger == spool.ledger)
  }

  @Test func `damage in a segment that goes is counted as damage`() throws {
    let spool = try open(.dropOldest)
    for number in 1...28 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.filePath("00000000000000000001.seg")))
    try handle.seek(toOffset: 256 + 3 * 64 + 40)
    handle.write(Data([0xFF, 0xFE, 0xFD]))
    try handle.close()
    try spool.append(payload(29))
    #expect(spool.ledger.dropped.full == 6 && spool.ledger.dropped.damage == 1)
  }

  @Test func `the newest is refused and counted`() throws {
    let spool = try open(.dropNewest)
    for number in 1...28 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    for _ in 1...5 { #expect(throws: SpoolError.full) { try spool.append(payload(0)) } }
    #expect(spool.ledger.accepted == 33 && spool.ledger.dropped.full == 5)
    #expect(spool.lane.trouble == nil)
    for record in spool.drain() where record.id.sequence <= 7 {
      spool.acknowledge(record.id, now: .zero)
    }
    let next = try spool.append(payload(34))
    #expect(next == 34)
    #expect(spool.drain().map(\.payload) == [payload(34)])
    let after = try reopened()
    #expect(after.sequences == Array(8...28) + [34])
    #expect(after.ledger == spool.ledger && after.ledger.dropped.full == 5)
  }

  @Test func `thinning keeps every second record of the older half, again and again`() throws {
    let spool = try open(.thin, segments: 6)
    for number in 1...43 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    // 42 filled six segments; two of the older three became one.
    #expect(spool.ledger.dropped.thinned == 7 && spool.ledger.dropped.full == 0)
    var after = try reopened(6, .thin)
    #expect(after.sequences == [2, 4, 6, 8, 10, 12, 14] + Array(15...43))
    #expect(after.ledger == spool.ledger)
    for number in 44...200 as ClosedRange<UInt64> {
      try spool.append(payload(number))
      #expect(spool.ledger.isBalanced && spool.ledger.dropped.damage == 0)
      #expect(spool.lane.segments <= 6)
    }
    after = try reopened(6, .thin)
    #expect(after.ledger == spool.ledger)
    #expect(UInt64(after.sequences.count) == spool.ledger.queued)
    #expect(spool.ledger.dropped.thinned + spool.ledger.dropped.full + spool.ledger.queued == 200)
    // The newest are whole, the older ones sparse.
    #expect(after.sequences.suffix(15) == Array(186...200))
    let gaps = zip(after.sequences, after.sequences.dropFirst()).map { $1 - $0 }
    #expect((gaps.first ?? 0) > 2)
    let records = spool.drain()
    #expect(records.map(\.id.sequence) == after.sequences)
    #expect(records.allSatisfy { $0.payload == payload($0.id.sequence) })
    for record in records { spool.acknowledge(record.id, now: .zero) }
    #expect(spool.ledger.queued == 0 && spool.ledger.dropped.damage == 0)
    #expect(directory.segments.count == 1)
  }

  @Test func `a crash while thinning leaves one or the other`() throws {
    let states = Locked<[TemporaryDirectory]>([])
    let spool = try open(
      .thin, segments: 6,
      tap: { [directory] operation in
        if case .read = operation { return .proceed }
        // What a kill at this moment would leave; the first two are made before anything is there.
        if let copy = try? directory.copy() { states.withLock { $0.append(copy) } }
        return .proceed
      })
    for number in 1...60 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.ledger.dropped.thinned > 10)
    var previous: UInt64 = 0
    for state in states.withLock({ $0 }) {
      let killed = try state.open(
        bytesMax: Self.segmentBytes * 6, whenFull: .thin, segmentBytes: Self.segmentBytes)
      let ledger = killed.ledger
      let sequences = killed.drain().map(\.id.sequence)
      #expect(UInt64(sequences.count) == ledger.queued && ledger.isBalanced)
      #expect(killed.ledger == ledger && ledger.dropped.damage == 0)
      #expect(killed.lane.last >= previous)
      previous = max(previous, killed.lane.last)
    }
    #expect(previous == 60)
  }

  @Test func `where there is no room to thin the oldest goes`() throws {
    let saboteur = Saboteur()
    let spool = try open(.thin, segments: 6, tap: saboteur.tap)
    for number in 1...42 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    saboteur.fail(.write, "unfinished", .noSpace)
    try spool.append(payload(43))
    #expect(spool.ledger.dropped.full == 7 && spool.ledger.dropped.thinned == 0)
    #expect(spool.lane.trouble == nil)
    #expect(try reopened(6).sequences == Array(8...43))
  }

  @Test func `what is too old goes, by segments, and by records when they are due`() throws {
    let spool = try open(.dropOldest, segments: 100, ageMax: .seconds(100))
    for number in 1...30 as ClosedRange<UInt64> {
      try spool.append(payload(number), now: .seconds(Int64(number) * 10))
    }
    spool.work(now: .seconds(300))
    // Made before 200: the first two segments are, the third was still written to at 210.
    #expect(spool.ledger.dropped.age == 14)
    // 15 to 19 are too old as well, but the reader has to come by.
    #expect(spool.drain(now: .seconds(300)).map(\.id.sequence) == Array(20...30))
    #expect(spool.ledger.dropped.age == 19 && spool.ledger.isBalanced)
    #expect(spool.writeDeadline == .seconds(360))
  }

  @Test func `the age of another boot's records is known only by clocks that are right`() throws {
    func stamp(_ boot: UInt64, _ since: Int64, _ wall: Int64, _ isRight: Bool) -> Spool.Stamp {
      Spool.Stamp(
        bootID: Spool.BootID(high: boot, low: 0), sinceBoot: .seconds(since), wall: wall * 1_000,
        isSynchronized: isRight)
    }
    for (isRight, wasRight, isOld) in [
      (true, true, true), (false, true, false), (true, false, false),
    ] {
      let directory = TemporaryDirectory()
      do {
        let spool = try directory.open(ageMax: .seconds(100))
        try spool.append(payload(1), stamp: stamp(1, 5, 1_000, wasRight))
        spool.close()
      }
      let spool = try directory.open(ageMax: .seconds(100))
      try spool.append(payload(2), now: .seconds(3), stamp: stamp(2, 3, 1_090, isRight))
      #expect(spool.next(now: .seconds(3))?.id.sequence == 1)
      spool.rewind()
      let next = spool.next(now: .seconds(50))
      #expect(next?.id.sequence == (isOld ? 2 : 1))
      #expect(spool.ledger.dropped.age == (isOld ? 1 : 0))
    }
  }

  @Test func `the device's last bytes are left to others`() throws {
    // Nobody can lie about the free space, but the floor can be put above it.
    let spool = try open(.dropOldest, segments: 100, freeBytesMin: 1 << 60)
    for number in 1...30 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    // It does not grow, and takes again what it gave back.
    #expect(spool.lane.segments <= 2)
    #expect(spool.ledger.dropped.full + spool.ledger.queued == 30 && spool.ledger.isBalanced)
  }
}
