import Foundation
import System
import TestSupport
import Testing

@testable import Spool

struct RepairTests {
  let directory = TemporaryDirectory()
  private let lane = TemporaryDirectory.lane

  /// A spool that was stopped or killed, with its ledger and what it would deliver.
  private func stopped(
    _ seed: UInt64
  ) throws -> (copy: TemporaryDirectory, ledger: Spool.Ledger, queued: [UInt64]) {
    let spool = try directory.live(seed)
    let copy = try directory.copy()
    withExtendedLifetime(spool) {}
    let twin = try copy.copy()
    let opened = try twin.open()
    return (copy, opened.ledger, opened.drain().map(\.id.sequence))
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `what is requeued is delivered again, and the ledger tells`(seed: UInt64) throws {
    let (copy, before, queued) = try stopped(seed)
    let onDisk = try copy.walk(all: true).map(\.sequence)
    var random = SplitMix64(seed: seed)
    let from = UInt64.random(in: 0...(onDisk.last ?? 0) + 2, using: &random)
    let requeued = try SpoolRepair(directory: copy.path).requeue(lane, from: from)
    let expected = Set(queued).union(onDisk.filter { $0 >= from })
    #expect(requeued.records == UInt64(expected.count - queued.count))
    #expect(try copy.verify().found == [])

    let opened = try copy.open()
    let after = opened.ledger
    #expect(after.isBalanced && after.accepted == before.accepted, "\(before) \(after) \(from)")
    #expect(after.queued == before.queued + requeued.records)
    let records = opened.drain()
    #expect(records.map(\.id.sequence) == expected.sorted())
    for record in records { opened.acknowledge(record.id, now: .seconds(100)) }
    #expect(opened.ledger.isBalanced && opened.ledger.queued == 0)
    #expect(opened.ledger.dropped.damage == before.dropped.damage)
  }

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `what is purged is not delivered, and the ledger tells`(seed: UInt64) throws {
    let (copy, before, queued) = try stopped(seed)
    var random = SplitMix64(seed: seed)
    let through =
      seed % 4 == 0 ? nil : UInt64.random(in: 0...(queued.last ?? 0) + 2, using: &random)
    let kept = queued.filter { $0 > through ?? .max }
    do {
      let repair = try SpoolRepair(directory: copy.path)
      let snapshot = try copy.snapshot()
      let trial = try repair.purge(lane, through: through, isTrial: true)
      #expect(try copy.snapshot() == snapshot)
      #expect(try repair.purge(lane, through: through) == trial)
      #expect(trial.records == UInt64(queued.count - kept.count))
    }
    #expect(try copy.verify().found == [])
    let opened = try copy.open()
    let after = opened.ledger
    #expect(after.isBalanced && after.accepted == before.accepted, "\(before) \(after)")
    #expect(after.dropped.purged == UInt64(queued.count - kept.count))
    #expect(after.dropped.damage == before.dropped.damage)
    #expect(after.acknowledged == before.acknowledged)
    #expect(opened.drain().map(\.id.sequence) == kept)
    // What was given is never given again.
    #expect(try opened.append([1]) > queued.last ?? 0)
  }

  @Test func `a purge gives the room of whole segments back, and can be taken back for the rest`()
    throws
  {
    do {
      let spool = try directory.open(segmentBytes: 1_024)
      for number in 1...40 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      spool.close()
    }
    let first = directory.segments
    let repair = try SpoolRepair(directory: directory.path)
    #expect(try repair.purge(lane, through: nil).records == 40)
    #expect(directory.segments == [first.last])
    let back = try repair.requeue(lane, from: 1)
    #expect(back.records > 0 && back.records < 40)
    let ledger = try directory.inspect().status.ledger
    #expect(ledger.isBalanced && ledger.accepted == 40 && ledger.acknowledged == 0)
    #expect(ledger.queued == back.records && ledger.dropped.purged == 40 - back.records)
  }

  @Test func `damage among what is purged is counted as damage`() throws {
    do {
      let spool = try directory.open(segmentBytes: 1 << 16)
      for number in 1...10 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      spool.close()
    }
    var bytes = try directory.bytes(directory.segments[0])
    bytes[256 + 64 * 3 + 40] ^= 1
    try directory.write(bytes, directory.segments[0])
    let purged = try SpoolRepair(directory: directory.path).purge(lane, through: nil)
    #expect(purged.records == 9)
    let ledger = try directory.inspect().status.ledger
    #expect(ledger.dropped.purged == 9 && ledger.dropped.damage == 1 && ledger.isBalanced)
  }

  @Test func `whole records of files that were set aside are queued behind the others, once`()
    throws
  {
    let other = TemporaryDirectory()
    do {
      let spool = try other.open(segmentBytes: 1 << 16)
      for number in 1...10 as ClosedRange<UInt64> {
        try spool.append(payload(number), now: .seconds(Int(number)))
      }
      spool.close()
      let spool2 = try directory.open()
      try spool2.append(payload(100))
      spool2.close()
    }
    var bytes = try other.bytes(other.segments[0])
    bytes[256 + 64 * 3 + 40] ^= 1
    try directory.write(bytes, "00000000000000000777.seg.bad")
    try directory.write([1, 2, 3], "00000000000000000888.seg.2.bad")
    let recovered = try SpoolRepair.requeueBadFiles(of: [lane], in: directory.path, now: .zero)
    #expect(recovered.records == 9 && recovered.files == 1 && recovered.emptyFiles == 1)
    #expect(directory.names.contains("00000000000000000777.seg.bad.requeued"))
    let again = try SpoolRepair.requeueBadFiles(of: [lane], in: directory.path, now: .zero)
    #expect(again.records == 0 && again.files == 0 && again.emptyFiles == 1)
    let items = try directory.walk()
    #expect(items.map(\.payload) == ([100, 1, 2, 3] + (5...10)).map { payload($0) })
    #expect(items[1].stamp == .test(.seconds(1)))
    let ledger = try directory.inspect().status.ledger
    #expect(ledger.accepted == 10 && ledger.queued == 10 && ledger.isBalanced)
  }
}
