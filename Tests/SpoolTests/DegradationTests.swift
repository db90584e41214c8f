import Foundation
import System
import Testing

@testable import Spool

/// What happens when the disk fails, and when it comes back.
struct DegradationTests {
  let directory = TemporaryDirectory()
  let saboteur = Saboteur()

  @Test(arguments: [
    (SpoolError.Operation.write, ".seg", Errno.noSpace), (.write, ".seg", .readOnlyFileSystem),
    (.synchronize, ".seg", .inputOutput), (.allocate, "unfinished", .quotaExceeded),
    (.open, "unfinished", .readOnlyFileSystem), (.write, "unfinished", .inputOutput),
    (.synchronize, "unfinished", .inputOutput), (.rename, "unfinished", .noSpace),
    (.synchronize, TemporaryDirectory.lane, .inputOutput),
  ])
  func `a failing disk keeps records in memory and takes them when it works again`(
    operation: SpoolError.Operation, suffix: String, errno: Errno
  ) throws {
    let spool = try directory.open(tap: saboteur.tap)
    for number in 1...5 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    saboteur.fail(operation, suffix, errno, times: .max)
    for number in 6...40 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    let status = spool.lane
    guard case .system(operation, _, errno) = status.trouble else {
      Issue.record("\(String(describing: status.trouble))")
      return
    }
    #expect(status.recordsInMemory > 0)
    #expect(status.durable == 40 - UInt64(status.recordsInMemory))
    #expect(spool.drain().map(\.payload) == (1...40).map { payload($0) })
    spool.acknowledge(30)

    // Pauses grow: 1 s, 2 s, 4 s.
    #expect(spool.writeDeadline == .seconds(1))
    spool.work(now: .seconds(1))
    #expect(spool.lane.trouble != nil && spool.writeDeadline == .seconds(3))
    spool.work(now: .seconds(3))
    #expect(spool.writeDeadline == .seconds(7))
    saboteur.heal()
    spool.work(now: .seconds(7))
    #expect(spool.lane.trouble == nil && spool.writeDeadline == nil)
    #expect(spool.lane.recordsInMemory == 0 && spool.lane.durable == 40)
    try spool.append(payload(41), now: .seconds(8))
    let copy = try directory.copy()
    let reopened = try copy.open()
    #expect(reopened.found.isClean)
    #expect(
      reopened.drain().map(\.id.sequence)
        == Array(1...41).filter { $0 != 30 || status.durable >= 30 })
    #expect(reopened.ledger.isBalanced && reopened.ledger.dropped.total == 0)
  }

  @Test func `an append that fails leaves no trace on disk`() throws {
    let spool = try directory.open(tap: saboteur.tap)
    try spool.append(payload(1))
    let before = try directory.bytes("00000000000000000001.seg")
    saboteur.fail(.write, ".seg", .noSpace, short: true)
    try spool.append(payload(2))
    #expect(try directory.bytes("00000000000000000001.seg") == before)
    #expect(spool.lane.durable == 1 && spool.ledger.queued == 2)
  }

  @Test(
    arguments: [
      (.dropOldest, [2, 3, 29, 30], []), (.dropNewest, [2, 3, 4, 5, 6, 7], [29, 30]),
      (.thin, [2, 3, 30], []),
    ] as [(Spool.WhenFull, Set<UInt64>, Set<UInt64>)])
  func `a full memory drops by the lane's rule, and counts it`(
    whenFull: Spool.WhenFull, kept: Set<UInt64>, refused: Set<UInt64>
  ) throws {
    let spool = try directory.open(whenFull: whenFull, memoryBytesMax: 2_000, tap: saboteur.tap)
    saboteur.fail(.write, ".seg", .noSpace, times: .max)
    var numbers: Set<UInt64> = []
    for number in 1...30 as ClosedRange<UInt64> {
      do {
        try spool.append(payload(number))
        #expect(!refused.contains(number))
      } catch {
        #expect(whenFull == .dropNewest && error == .full)
        numbers.insert(number)
      }
      // Two are on their way, and must not be dropped.
      if number == 3 {
        for _ in 1...3 { _ = spool.next(now: .zero) }
        spool.acknowledge(1)
      }
    }
    #expect(refused.isSubset(of: numbers))
    let status = spool.lane
    #expect(status.bytesInMemory <= 2_000)
    #expect(status.ledger.dropped.memory == 29 - status.ledger.queued)
    #expect(status.ledger.accepted == 30 && status.ledger.isBalanced)
    spool.rewind()
    let queued = spool.drain().map(\.id.sequence)
    #expect(kept.isSubset(of: queued), "\(queued)")
    saboteur.heal()
    spool.work(now: .seconds(1))
    spool.close()
    let copy = try directory.copy()
    let reopened = try copy.open()
    #expect(reopened.drain().map(\.id.sequence) == queued)
    #expect(reopened.ledger.dropped.memory == status.ledger.dropped.memory)
  }

  @Test func `a lane without a disk works in memory, and the disk's records come first later`()
    throws
  {
    do {
      let spool = try directory.open()
      for number in 1...10 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      #expect(spool.drain().count == 10)
      for number in 1...4 as ClosedRange<UInt64> { spool.acknowledge(number) }
      spool.close()
    }
    saboteur.fail(.open, "position", .readOnlyFileSystem, times: .max)
    let spool = try directory.open(tap: saboteur.tap)
    #expect(spool.recovery == [nil])
    #expect(spool.lane.trouble != nil && spool.lane.durable == 0)
    var ids: [Spool.RecordID] = []
    for number in 11...16 as ClosedRange<UInt64> {
      ids.append(try spool.append(payload(number), lane: 0, stamp: .test(.zero), now: .zero))
    }
    let early = (1...3).compactMap { _ in spool.next(now: .zero) }
    #expect(early.map(\.id) == Array(ids[..<3]))
    #expect(early.map(\.payload) == (11...13).map { payload($0) })
    spool.acknowledge(ids[0], now: .zero)
    spool.acknowledge(ids[2], now: .zero)
    #expect(spool.ledger.accepted == 6 && spool.ledger.acknowledged == 2)

    saboteur.heal()
    spool.work(now: .seconds(1))
    #expect(spool.lane.trouble == nil)
    #expect(spool.ledger.accepted == 16 && spool.ledger.acknowledged == 6)
    // What was handed out before is still known by its name.
    spool.acknowledge(ids[1], now: .seconds(1))
    #expect(spool.ledger.acknowledged == 7 && spool.ledger.isBalanced)
    let rest = spool.drain()
    #expect(rest.map(\.payload) == [5, 6, 7, 8, 9, 10, 14, 15, 16].map { payload($0) })
    #expect(rest.map(\.id.sequence) == [5, 6, 7, 8, 9, 10, 14, 15, 16])
    for record in rest { spool.acknowledge(record.id, now: .seconds(1)) }
    #expect(spool.ledger.queued == 0)
    spool.close()
    let copy = try directory.copy()
    let reopened = try copy.open()
    #expect(reopened.found.isClean && reopened.ledger.acknowledged == 16)
    #expect(reopened.drain().isEmpty)
  }

  @Test func `a directory that cannot be made is tried again`() throws {
    let path = directory.path + "/not/there"
    let options = Spool.Options(lanes: [Spool.LaneOptions(name: "a")], durability: .eachRecord)
    let spool = try Spool(directory: path, options: options, now: .zero)
    try spool.append(payload(1))
    #expect(spool.lane.trouble == .system(.makeDirectory, path: path, .noSuchFile))
    try FileManager.default.createDirectory(
      atPath: directory.path + "/not", withIntermediateDirectories: true)
    spool.work(now: .seconds(1))
    #expect(spool.lane.trouble == nil && spool.lane.durable == 1)
  }

  @Test func `a full device does not keep a damaged spool from starting`() throws {
    do {
      let spool = try directory.open()
      for number in 1...3 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    }
    var segment = try directory.bytes("00000000000000000001.seg")
    segment[256 + 2 * 64 + 40] ^= 1
    try directory.write(segment, "00000000000000000001.seg")
    saboteur.fail(.allocate, "unfinished", .noSpace, times: 2)
    let spool = try directory.open(tap: saboteur.tap)
    #expect(spool.drain().map(\.id.sequence) == [1, 2])
    #expect(spool.ledger.dropped.damage == 1)
    #expect(try spool.append(payload(4)) == 4)
    #expect(spool.lane.trouble != nil)
    spool.work(now: .seconds(1))
    #expect(spool.lane.trouble == nil)
    #expect(spool.drain().map(\.payload) == [payload(4)])
    let copy = try directory.copy()
    #expect(try copy.open().drain().map(\.id.sequence) == [1, 2, 4])
  }
}
