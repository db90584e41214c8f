import Foundation
import System
import Testing

@testable import Spool

struct DurabilityTests {
  let directory = TemporaryDirectory()
  let saboteur = Saboteur()

  @Test func `each record is durable when append returns`() throws {
    let spool = try directory.open()
    for number in 1...10 as ClosedRange<UInt64> {
      try spool.append(payload(number))
      #expect(spool.lane.durable == number)
      #expect(spool.lane.syncs == number)
      #expect(spool.writeDeadline == nil)
    }
  }

  @Test func `a group is durable when its time has come`() throws {
    let spool = try directory.open(.every(.seconds(5), records: 100))
    #expect(spool.writeDeadline == nil)
    for number in 1...4 as ClosedRange<UInt64> {
      try spool.append(payload(number), now: .seconds(10 + Int(number)))
    }
    #expect(spool.writeDeadline == .seconds(16))
    spool.work(now: .seconds(15.9))
    #expect(spool.lane.durable == 0 && spool.lane.syncs == 0)
    // It is handed out all the same.
    #expect(spool.drain().map(\.id.sequence) == [1, 2, 3, 4])
    spool.work(now: .seconds(16))
    #expect(spool.lane.durable == 4 && spool.lane.syncs == 1)
    #expect(spool.writeDeadline == nil)
    // With nothing new there is nothing to synchronize.
    spool.synchronize(now: .seconds(20))
    #expect(spool.lane.syncs == 1)
  }

  @Test func `a group is durable when it is full`() throws {
    let spool = try directory.open(.every(.seconds(5), records: 3), segmentBytes: 4_096)
    for number in 1...7 as ClosedRange<UInt64> {
      try spool.append(payload(number), now: .seconds(1))
      #expect(spool.lane.durable == number / 3 * 3)
      #expect(spool.lane.syncs == number / 3)
    }
    #expect(spool.writeDeadline == .seconds(6))
  }

  @Test func `a new segment makes the one before it durable`() throws {
    let spool = try directory.open(.every(.seconds(5), records: 1_000))
    while directory.segments.count < 3 { try spool.append(payload(1)) }
    #expect(spool.lane.durable == spool.lane.last - 1)
  }

  @Test func `what is acknowledged in time never touches the disk`() throws {
    let spool = try directory.open(.spill(after: .seconds(10)))
    let before = spool.lane
    for number in 1...500 as ClosedRange<UInt64> {
      let now = Duration.seconds(Int64(number))
      try spool.append(payload(number), now: now)
      let record = try #require(spool.next(now: now))
      spool.work(now: now)
      spool.acknowledge(record.id, now: now)
    }
    #expect(spool.lane.bytesWritten == before.bytesWritten && spool.lane.syncs == before.syncs)
    #expect(spool.lane.recordsInMemory == 0 && spool.lane.bytesInMemory == 0)
    #expect(spool.ledger.acknowledged == 500)
    #expect(spool.writeDeadline == nil)
    let before2 = spool.ledger
    spool.close()
    let copy = try directory.copy()
    #expect(try copy.open().ledger == before2)
  }

  @Test func `what is not acknowledged in time is written, all of it, with one sync`() throws {
    let spool = try directory.open(.spill(after: .seconds(10)), segmentBytes: 8_192)
    for number in 1...20 as ClosedRange<UInt64> {
      try spool.append(payload(number), now: .seconds(Int64(number)))
    }
    #expect(spool.drain(now: .seconds(20)).count == 20)
    for sequence in [1, 2, 3, 7, 8, 20] as [UInt64] { spool.acknowledge(sequence, now: .zero) }
    #expect(spool.writeDeadline == .seconds(14))
    spool.work(now: .seconds(13))
    #expect(spool.lane.recordsInMemory == 17)
    spool.work(now: .seconds(14))
    #expect(spool.lane.syncs == 1)
    #expect(spool.lane.recordsInMemory == 0 && spool.lane.durable == 19)
    let expected = (4...19 as ClosedRange<UInt64>).filter { $0 != 7 && $0 != 8 }
    let copy = try directory.copy()
    let reopened = try copy.open(segmentBytes: 8_192)
    #expect(reopened.found.isClean)
    #expect(reopened.drain().map(\.id.sequence) == expected)
    // What was acknowledged in memory is told on disk, so that it is no damage.
    #expect(reopened.ledger.acknowledged == 5 && reopened.ledger.dropped.damage == 0)
    #expect(reopened.ledger.accepted == 19)
    spool.rewind()
    #expect(spool.drain().map(\.id.sequence) == expected)
  }

  @Test func `a short memory spills before its time`() throws {
    let spool = try directory.open(.spill(after: .seconds(1_000)), memoryBytesMax: 4_000)
    for number in 1...100 as ClosedRange<UInt64> {
      try spool.append(payload(number, count: 200))
      #expect(spool.lane.bytesInMemory <= 4_000)
    }
    #expect(spool.ledger.queued == 100 && spool.ledger.dropped.total == 0)
    #expect(spool.drain().map(\.id.sequence) == Array(1...100))
    // One that is larger than all of it is taken by itself.
    try spool.append(payload(101, count: 4_000))
    #expect(spool.ledger.queued == 101)
  }

  @Test func `closing writes what is in memory`() throws {
    let spool = try directory.open(.spill(after: .seconds(1_000)))
    for number in 1...5 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(try directory.sequencesAfterCrash() == [])
    spool.close()
    #expect(spool.lane.durable == 5)
    #expect(try directory.sequencesAfterCrash() == [1, 2, 3, 4, 5])
  }

  @Test func `a failed synchronization leaves records queued, and writes them again`() throws {
    let spool = try directory.open(.every(.seconds(1), records: 1_000), tap: saboteur.tap)
    try spool.append(payload(1))
    spool.synchronize(now: .zero)
    for number in 2...4 as ClosedRange<UInt64> {
      try spool.append(payload(number), now: .seconds(1))
    }
    saboteur.fail(.synchronize, ".seg", .inputOutput)
    spool.work(now: .seconds(2))
    #expect(spool.lane.durable == 1)
    #expect(spool.lane.trouble != nil)
    #expect(spool.writeDeadline == .seconds(3))
    // Later ones queue up behind it in memory.
    try spool.append(payload(5), now: .seconds(2.5))
    #expect(spool.lane.recordsInMemory == 1)
    spool.work(now: .seconds(2.5))
    #expect(spool.lane.durable == 1)

    let before = spool.lane.bytesWritten
    spool.work(now: .seconds(3))
    // The fifth, and after it everything that is not durable again.
    #expect(spool.lane.bytesWritten == before + 5 * 64)
    #expect(spool.lane.durable == 5 && spool.lane.trouble == nil)
    #expect(spool.drain().map(\.payload) == (1...5).map { payload($0) })
  }

  @Test func `what went from memory after a failed synchronization is lost, not pretended`() throws
  {
    let spool = try directory.open(.every(.seconds(1), records: 1_000), tap: saboteur.tap)
    for number in 1...3 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    saboteur.fail(.synchronize, ".seg", .inputOutput)
    spool.synchronize(now: .zero)
    #expect(spool.lane.trouble != nil)
    // The kernel dropped the page of record 2 and read the device's old zeros.
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.filePath("00000000000000000001.seg")))
    try handle.seek(toOffset: 256 + 64)
    handle.write(Data(count: 64))
    try handle.close()
    spool.work(now: .seconds(2))
    #expect(spool.lane.trouble == nil && spool.lane.durable == 3)
    #expect(spool.drain().map(\.payload) == [payload(1), payload(3)])
    #expect(spool.ledger.dropped.damage == 1)
  }

  @Test func `a position that cannot be written costs nothing but duplicates`() throws {
    let spool = try directory.open(tap: saboteur.tap)
    for number in 1...3 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().count == 3)
    saboteur.fail(.write, "position", .inputOutput)
    spool.acknowledge(1)
    #expect(spool.lane.trouble != nil)
    #expect(spool.ledger.acknowledged == 1)
    #expect(try directory.sequencesAfterCrash() == [1, 2, 3])
    spool.acknowledge(2, now: .seconds(1))
    #expect(spool.lane.trouble == nil)
    #expect(try directory.sequencesAfterCrash() == [3])
  }

  @Test func `a lagging position makes duplicates after reopening, never a loss`() throws {
    let spool = try directory.open()
    for number in 1...6 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().count == 6)
    spool.acknowledge(1, now: .seconds(100))
    for sequence in [2, 3] as [UInt64] { spool.acknowledge(sequence, now: .seconds(100.9)) }
    #expect(try directory.sequencesAfterCrash() == [2, 3, 4, 5, 6])
    spool.acknowledge(4, now: .seconds(101))
    #expect(try directory.sequencesAfterCrash() == [5, 6])
    // With nothing on its way the position is written whatever the time.
    for sequence in [5, 6] as [UInt64] { spool.acknowledge(sequence, now: .seconds(101)) }
    #expect(try directory.sequencesAfterCrash().isEmpty)
  }

  @Test func `a position that is durable is written over only when another one is`() throws {
    var newest: Position?
    var file = try PositionFile.open(in: directory.lanePath, tap: nil, newest: &newest)
    func position(_ sequence: UInt64) -> Position {
      Position(identity: 7, sequence: sequence, counts: Counts(.acknowledged, sequence))
    }
    _ = try file.write(position(1))
    try file.synchronize()
    let durable = try directory.bytes("position")[4_096..<4_608]
    for sequence in 2...5 as ClosedRange<UInt64> { _ = try file.write(position(sequence)) }
    #expect(try directory.bytes("position")[4_096..<4_608] == durable)
    try file.synchronize()
    _ = try file.write(position(6))
    #expect(try directory.bytes("position")[4_096..<4_608] != durable)
    var found: Position?
    _ = try PositionFile.open(in: directory.lanePath, tap: nil, newest: &found)
    #expect(found == position(6))
  }
}
