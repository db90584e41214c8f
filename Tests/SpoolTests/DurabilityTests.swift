import Foundation
import System
import Testing

@testable import Spool

/// Makes operations fail on command.
final class Saboteur: Sendable {
  private struct Plan {
    let operation: SpoolError.Operation
    let suffix: String
    let errno: Errno
    var times: Int
  }

  private let plans = Locked<[Plan]>([])

  /// The next `times` that `operation` is done to a file whose path ends so, it fails.
  func fail(_ operation: SpoolError.Operation, _ suffix: String, _ errno: Errno, times: Int = 1) {
    let plan = Plan(operation: operation, suffix: suffix, errno: errno, times: times)
    plans.withLock { $0.append(plan) }
  }

  var fault: Fault {
    { [plans] operation, path in
      plans.withLock { plans in
        let index = plans.firstIndex {
          $0.operation == operation && path.hasSuffix($0.suffix) && $0.times > 0
        }
        guard let index else { return nil }
        plans[index].times -= 1
        return plans[index].errno
      }
    }
  }
}

struct DurabilityTests {
  let directory = TemporaryDirectory()
  let saboteur = Saboteur()

  @Test func `each record is durable when append returns`() throws {
    let rings = Locked(0)
    let spool = try directory.open(onDurable: { rings.withLock { $0 += 1 } })
    for number in 1...10 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
      #expect(spool.durable == number)
      #expect(spool.status.syncs == number)
      #expect(spool.syncDeadline == nil)
    }
    #expect(rings.withLock { $0 } == 10)
  }

  @Test func `nothing is handed out before it is durable`() throws {
    let rings = Locked(0)
    let spool = try directory.open(.every(.seconds(5)), onDurable: { rings.withLock { $0 += 1 } })
    #expect(spool.syncDeadline == nil)
    for number in 1...4 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .seconds(10 + Int(number)))
    }
    #expect(spool.syncDeadline == .seconds(16))
    try spool.synchronizeIfDue(now: .seconds(15.9))
    #expect(spool.durable == 0)
    #expect(try spool.next() == nil)
    #expect(spool.status.queued == 4)
    try spool.synchronizeIfDue(now: .seconds(16))
    #expect(spool.durable == 4)
    #expect(spool.syncDeadline == nil)
    #expect(spool.status.syncs == 1)
    #expect(rings.withLock { $0 } == 1)
    #expect(try spool.drain().map(\.sequence) == [1, 2, 3, 4])
    // With nothing new there is nothing to synchronize.
    try spool.synchronize()
    #expect(spool.status.syncs == 1)
  }

  @Test func `a new segment makes the one before it durable`() throws {
    let spool = try directory.open(.every(.seconds(5)))
    while directory.segments.count < 3 { _ = try spool.append(payload(1), now: .zero) }
    #expect(spool.durable == spool.nextSequence - 2)
    #expect(try spool.drain().count == Int(spool.durable))
  }

  @Test(arguments: [
    (SpoolError.Operation.write, ".seg", Errno.noSpace), (.synchronize, ".seg", .inputOutput),
  ])
  func `an append that fails leaves no trace and the next one succeeds`(
    operation: SpoolError.Operation, suffix: String, errno: Errno
  ) throws {
    let spool = try directory.open(fault: saboteur.fault)
    _ = try spool.append(payload(1), now: .zero)
    let path = directory.path + "/00000000000000000001.seg"
    let before = try directory.bytes("00000000000000000001.seg")
    saboteur.fail(operation, suffix, errno)
    #expect(throws: SpoolError.system(operation, path: path, errno)) {
      try spool.append(payload(99, count: 100), now: .zero)
    }
    #expect(try directory.bytes("00000000000000000001.seg") == before)
    #expect(spool.status.accepted == 1)
    #expect(spool.durable == 1)
    #expect(try spool.append(payload(2), now: .zero) == 2)
    #expect(try spool.drain().map(\.payload) == [payload(1), payload(2)])
  }

  @Test(arguments: [
    (SpoolError.Operation.allocate, "unfinished"), (.open, "unfinished"), (.write, "unfinished"),
    (.synchronize, "unfinished"), (.rename, "unfinished"),
  ])
  func `a segment that cannot be made fails the append, and nothing else`(
    operation: SpoolError.Operation, suffix: String
  ) throws {
    let spool = try directory.open(fault: saboteur.fault)
    while spool.nextSequence < 8 { _ = try spool.append(payload(spool.nextSequence), now: .zero) }
    saboteur.fail(operation, suffix, .noSpace)
    let path = directory.path + "/unfinished"
    #expect(throws: SpoolError.system(operation, path: path, .noSpace)) {
      while true { _ = try spool.append(payload(spool.nextSequence), now: .zero) }
    }
    let next = spool.nextSequence
    #expect(!directory.names.contains("unfinished"))
    #expect(try spool.append(payload(next), now: .zero) == next)
    #expect(try spool.drain().map(\.payload) == (1...next).map { payload($0) })
  }

  @Test func `where a segment's name may or may not be durable, no sequence is given twice`() throws
  {
    let spool = try directory.open(fault: saboteur.fault)
    _ = try spool.append(payload(1), now: .zero)
    saboteur.fail(.synchronize, directory.path, .inputOutput)
    saboteur.fail(.remove, ".seg", .inputOutput)
    #expect(throws: SpoolError.self) {
      while true { _ = try spool.append(payload(spool.nextSequence), now: .zero) }
    }
    let next = spool.nextSequence
    #expect(directory.segments.last == Directory.name(ofSegment: next))
    // A smaller record would have room in the old segment.
    #expect(try spool.append([], now: .zero) == next)
    let copy = try directory.copy()
    let reopened = try copy.open()
    #expect(reopened.nextSequence == next + 1)
    #expect(try reopened.drain().map(\.sequence) == Array(1...next))
  }

  @Test func `a failed synchronization leaves records queued, and writes them again`() throws {
    let spool = try directory.open(.every(.seconds(1)), fault: saboteur.fault)
    _ = try spool.append(payload(1), now: .zero)
    try spool.synchronize()
    for number in 2...4 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .seconds(1))
    }
    saboteur.fail(.synchronize, ".seg", .inputOutput)
    #expect(throws: SpoolError.self) { try spool.synchronizeIfDue(now: .seconds(2)) }
    #expect(spool.durable == 1)
    #expect(try spool.drain().map(\.sequence) == [1])
    #expect(spool.syncDeadline == .seconds(3))
    try spool.synchronizeIfDue(now: .seconds(2.5))
    #expect(spool.durable == 1)

    let before = spool.status.bytesWritten
    try spool.synchronizeIfDue(now: .seconds(3))
    #expect(spool.status.bytesWritten == before + 3 * 56)
    #expect(spool.durable == 4)
    #expect(try spool.drain().map(\.payload) == [payload(2), payload(3), payload(4)])
  }

  @Test func `what went from memory after a failed synchronization is lost, not pretended`() throws
  {
    let spool = try directory.open(.every(.seconds(1)), fault: saboteur.fault)
    for number in 1...3 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    saboteur.fail(.synchronize, ".seg", .inputOutput)
    #expect(throws: SpoolError.self) { try spool.synchronize() }
    // The kernel dropped the page of record 2 and read the device's old zeros.
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.path + "/00000000000000000001.seg"))
    try handle.seek(toOffset: 80 + 56)
    handle.write(Data(count: 56))
    try handle.close()
    try spool.synchronize()
    #expect(try spool.drain().map(\.payload) == [payload(1), payload(3)])
    #expect(spool.status.lost == 1)
  }

  @Test func `a position that cannot be written costs nothing but duplicates`() throws {
    let spool = try directory.open(fault: saboteur.fault)
    for number in 1...3 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(try spool.drain().count == 3)
    saboteur.fail(.write, "position", .inputOutput)
    #expect(throws: SpoolError.self) { try spool.acknowledge(1, now: .zero) }
    #expect(spool.status.acknowledged == 1)
    #expect(try directory.sequencesAfterCrash() == [1, 2, 3])
    try spool.acknowledge(2, now: .zero)
    #expect(try directory.sequencesAfterCrash() == [3])
  }

  @Test func `a lagging position makes duplicates after reopening, never a loss`() throws {
    let spool = try directory.open()
    for number in 1...6 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(try spool.drain().count == 6)
    try spool.acknowledge(1, now: .seconds(100))
    for sequence in [2, 3] as [UInt64] { try spool.acknowledge(sequence, now: .seconds(100.9)) }
    #expect(try directory.sequencesAfterCrash() == [2, 3, 4, 5, 6])
    try spool.acknowledge(4, now: .seconds(101))
    #expect(try directory.sequencesAfterCrash() == [5, 6])
    // With nothing on its way the position is written whatever the time.
    for sequence in [5, 6] as [UInt64] { try spool.acknowledge(sequence, now: .seconds(101)) }
    #expect(try directory.sequencesAfterCrash().isEmpty)
  }

  @Test func `a full device does not keep a damaged spool from starting`() throws {
    do {
      let spool = try directory.open()
      for number in 1...3 as ClosedRange<UInt64> {
        _ = try spool.append(payload(number), now: .zero)
      }
    }
    var segment = try directory.bytes("00000000000000000001.seg")
    segment[80 + 2 * 56 + 30] ^= 1
    try directory.write(segment, "00000000000000000001.seg")
    saboteur.fail(.allocate, "unfinished", .noSpace, times: 2)
    let spool = try directory.open(fault: saboteur.fault)
    #expect(try spool.drain().map(\.sequence) == [1, 2])
    #expect(spool.status.lost == 1)
    #expect(throws: SpoolError.self) { try spool.append(payload(4), now: .zero) }
    #expect(try spool.append(payload(4), now: .zero) == 4)
    #expect(try spool.drain() == [Spool.Record(sequence: 4, payload: payload(4))])
    let copy = try directory.copy()
    #expect(try copy.open().nextSequence == 5)
  }
}
