import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// What a spool is, without disk, damage or limits.
private struct Model {
  var payloads: [UInt64: [UInt8]] = [:]
  var last: UInt64 = 0
  var durable: UInt64 = 0
  var acknowledged: Set<UInt64> = []
  var handedOut: Set<UInt64> = []
  var cursor: UInt64 = 1

  mutating func next() -> UInt64? {
    while cursor <= durable {
      defer { cursor += 1 }
      if !acknowledged.contains(cursor) {
        handedOut.insert(cursor)
        return cursor
      }
    }
    return nil
  }

  mutating func rewind() {
    cursor = 1
  }
}

struct ModelTests {
  /// Random operations on a spool and on the model; after each the two agree, and a copy of the
  /// directory, as a killed process would leave it, opens to a spool that agrees too.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `a spool does what a list in memory does, and survives a kill after each step`(
    seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    let directory = TemporaryDirectory()
    let durability = seed % 2 == 0 ? Spool.Durability.eachRecord : .every(.seconds(3))
    var spool = try directory.open(durability)
    let identity = spool.identity
    var model = Model()
    var now = Duration.seconds(100)

    for _ in 0..<300 {
      now += .milliseconds(Int64.random(in: 0...900, using: &random))
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<35:
        let count = Int.random(in: 0...(Bool.random(using: &random) ? 40 : 700), using: &random)
        let bytes = payload(model.last + 1, count: count)
        let sequence = try spool.append(bytes, now: now)
        model.last += 1
        #expect(sequence == model.last)
        model.payloads[sequence] = bytes
      case 35..<40:
        try spool.synchronize()
      case 40..<45:
        try spool.synchronizeIfDue(now: now)
      case 45..<70:
        model.durable = spool.durable
        let expected = model.next()
        let record = try spool.next()
        #expect(record?.sequence == expected)
        #expect(record?.payload == expected.flatMap { model.payloads[$0] })
      case 70..<92:
        let open = model.handedOut.subtracting(model.acknowledged).sorted()
        guard !open.isEmpty else { continue }
        let near = open[min(Int.random(in: 0..<4, using: &random), open.count - 1)]
        try spool.acknowledge(near, now: now)
        model.acknowledged.insert(near)
      case 92..<96:
        spool.rewind()
        model.rewind()
      default:
        // A clean restart forgets acknowledgements behind a gap, and nothing else.
        try spool.close()
        spool = try reopen(&spool, directory, durability)
        #expect(spool.recovery.isClean)
        let front = (1...).first { !model.acknowledged.contains($0) } ?? 1
        model.acknowledged = model.acknowledged.filter { $0 < front }
        model.handedOut = model.acknowledged
        model.rewind()
      }
      model.durable = spool.durable
      #expect(spool.identity == identity)
      #expect(spool.nextSequence == model.last + 1)
      try compare(spool.status, with: model)
      try checkKilled(directory, model, identity)
    }
  }

  /// The old object has to give up its lock before the new one is made.
  private func reopen(
    _ spool: inout Spool, _ directory: TemporaryDirectory, _ durability: Spool.Durability
  ) throws -> Spool {
    let placeholder = TemporaryDirectory()
    spool = try placeholder.open()
    return try directory.open(durability)
  }

  private func compare(_ status: Spool.Status, with model: Model) throws {
    #expect(status.accepted == model.last)
    #expect(status.acknowledged == UInt64(model.acknowledged.count))
    #expect(status.lost == 0)
    #expect(status.queued == model.last - UInt64(model.acknowledged.count))
  }

  private func checkKilled(
    _ directory: TemporaryDirectory, _ model: Model, _ identity: UInt32
  ) throws {
    let copy = try directory.copy()
    let spool = try copy.open(limits: Limits(segmentBytes: 512, payloadBytes: 4_096, window: 1_000))
    #expect(spool.identity == identity)
    #expect(spool.nextSequence == model.last + 1)
    #expect(spool.recovery.isClean)
    let records = try spool.drain()
    let front = (1...).first { !model.acknowledged.contains($0) } ?? 1
    // All from some sequence on, which is not above the first that is not acknowledged.
    let first = records.first?.sequence ?? model.last + 1
    #expect(first <= front)
    #expect(records.map(\.sequence) == (first..<model.last + 1).map { $0 })
    #expect(records.allSatisfy { $0.payload == model.payloads[$0.sequence] })
    let status = spool.status
    #expect(status.accepted == status.acknowledged + status.queued + status.lost)
    withExtendedLifetime(copy) {}
  }
}
