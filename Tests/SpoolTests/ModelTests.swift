import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// What a lane is, without disk, segments or memory: what was made of each record.
private struct Model {
  enum Fate: Equatable { case queued, acknowledged, undeliverable }

  var payloads: [UInt64: [UInt8]] = [:]
  var stamps: [UInt64: Spool.Stamp] = [:]
  var fates: [UInt64: Fate] = [:]
  var inFlight: Set<UInt64> = []
  var refused: UInt64 = 0

  func count(_ fate: Fate) -> UInt64 { UInt64(fates.values.count { $0 == fate }) }
}

/// Some way to set a spool up.
private struct Setup {
  let options: Spool.Options
  let hasFaults: Bool
  let lanes = [Model(), Model()]

  init(_ random: inout SplitMix64) {
    let durability: Spool.Durability =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: .eachRecord
      case 1: .every(.seconds(3), records: 4)
      default: .spill(after: .seconds(2))
      }
    var lanes: [Spool.LaneOptions] = []
    for name in ["alarm", "telemetry"] {
      var lane = Spool.LaneOptions(name: name)
      lane.whenFull = [.dropOldest, .dropNewest, .thin].randomElement(using: &random) ?? .thin
      lane.bytesMax = [8_192, 16_384, 1 << 30].randomElement(using: &random) ?? 0
      lanes.append(lane)
    }
    options = Spool.Options(
      lanes: lanes, durability: durability,
      drain: Bool.random(using: &random) ? .oldestFirst : .liveFirst(backlogShare: 30),
      memoryBytesMax: [2_000, 20_000].randomElement(using: &random) ?? 0, recordBytesMax: 1_000)
    hasFaults = Bool.random(using: &random)
  }

  func open(_ path: String, window: Int = 256, _ tap: Tap?, _ now: Duration) throws -> Spool {
    var options = options
    let bytes = options.lanes.map { $0.bytesMax }
    for index in options.lanes.indices { options.lanes[index].bytesMax = 1 << 30 }
    let next = Locked(0)
    return try Spool(
      directory: path, options: options, tap: tap, now: now,
      adjust: { limits in
        limits.segmentBytes = 1_024
        limits.window = window
        limits.bytes =
          bytes[
            next.withLock { index in
              defer { index += 1 }; return index
            }]
      })
  }
}

struct ModelTests {
  /// Random operations on a spool and on the model, with faults of the disk; after each, what the
  /// spool does is what the model allows and the ledger balances, and a copy of the directory, as a
  /// killed process would leave it, opens to a spool that keeps its promises too.
  ///
  /// `SEEDS=2000 swift test --filter ModelTests` goes further.
  @Test(arguments: 0..<(ProcessInfo.processInfo.environment["SEEDS"].flatMap { UInt64($0) } ?? 40))
  func `a spool does what lists in memory do, whatever fails`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let setup = Setup(&random)
    let directory = TemporaryDirectory()
    let saboteur = Saboteur()
    var now = Duration.seconds(100)
    var spool = try setup.open(directory.path, saboteur.tap, now)
    var lanes = setup.lanes

    for step in 0..<300 {
      let what = "seed \(seed) step \(step)"
      now += .milliseconds(Int64.random(in: 0...900, using: &random))
      let lane = Int.random(in: 0..<4, using: &random) == 0 ? 0 : 1
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<40:
        let count = Int.random(in: 0...(Bool.random(using: &random) ? 40 : 700), using: &random)
        let bytes = payload(UInt64(step), count: count)
        do throws(SpoolError) {
          let id = try spool.append(bytes, lane: lane, stamp: .test(now), now: now)
          #expect(lanes[lane].fates[id.sequence] == nil, "\(what)")
          lanes[lane].payloads[id.sequence] = bytes
          lanes[lane].stamps[id.sequence] = .test(now)
          lanes[lane].fates[id.sequence] = .queued
        } catch {
          #expect(error == .full)
          lanes[lane].refused += 1
        }
      case 40..<50:
        spool.work(now: now)
      case 50..<75:
        guard let record = spool.next(now: now) else { continue }
        let model = lanes[record.id.lane]
        #expect(model.fates[record.id.sequence] == .queued, "\(what)")
        #expect(!model.inFlight.contains(record.id.sequence))
        #expect(record.payload == model.payloads[record.id.sequence])
        #expect(record.stamp == model.stamps[record.id.sequence])
        if record.id.lane == 1, !setup.hasFaults {
          // The more urgent lane has nothing to give.
          #expect(spool.status.lanes[0].ledger.queued == lanes[0].inFlight.count, "\(what)")
        }
        lanes[record.id.lane].inFlight.insert(record.id.sequence)
      case 75..<92:
        let oldest = lanes[lane].inFlight.sorted().prefix(4)
        guard let sequence = oldest.randomElement(using: &random) else { continue }
        let isDelivered = Int.random(in: 0..<10, using: &random) > 0
        let id = Spool.RecordID(lane: lane, sequence: sequence)
        if isDelivered {
          spool.acknowledge(id, now: now)
        } else {
          spool.discard(id, now: now)
        }
        lanes[lane].fates[sequence] = isDelivered ? .acknowledged : .undeliverable
        lanes[lane].inFlight.remove(sequence)
      case 92..<95:
        spool.rewind()
        for lane in lanes.indices { lanes[lane].inFlight = [] }
      case 95..<98 where setup.hasFaults:
        let operations: [SpoolError.Operation] = [
          .write, .synchronize, .allocate, .rename, .remove, .open, .truncate, .freeSpace,
        ]
        let errnos = [Errno.noSpace, .inputOutput, .readOnlyFileSystem, .quotaExceeded]
        saboteur.fail(
          operations.randomElement(using: &random) ?? .write, "",
          errnos.randomElement(using: &random) ?? .noSpace,
          times: Int.random(in: 1...4, using: &random), short: Bool.random(using: &random))
      default:
        saboteur.heal()
        // What a failure has kept in memory is written at the latest now.
        spool.close()
        let before = spool.status.lanes.map { $0.ledger }
        spool = try reopen(&spool) { try setup.open(directory.path, saboteur.tap, now) }
        #expect(spool.status.lanes.map { $0.ledger } == before, "\(what)")
        for found in spool.recovery { #expect(found?.isClean == true, "\(what)") }
        for lane in lanes.indices { lanes[lane].inFlight = [] }
      }
      for lane in lanes.indices {
        compare(spool.status.lanes[lane], with: lanes[lane], setup.options.lanes[lane], what)
      }
      if step % 10 == 0, !setup.hasFaults { try checkKilled(directory, setup, spool, lanes, what) }
    }
    saboteur.heal()
    spool.close()
    #expect(spool.status.lanes.allSatisfy { $0.trouble == nil }, "seed \(seed)")
    spool = try reopen(&spool) { try setup.open(directory.path, saboteur.tap, now) }
    checkEnd(spool, &lanes, now, "seed \(seed)")
  }

  /// The old object has to give up its lock before the new one is made.
  private func reopen(_ spool: inout Spool, _ open: () throws -> Spool) throws -> Spool {
    let placeholder = TemporaryDirectory()
    spool = try placeholder.open()
    return try open()
  }

  private func compare(
    _ status: Spool.LaneStatus, with model: Model, _ options: Spool.LaneOptions, _ what: String
  ) {
    let ledger = status.ledger
    #expect(ledger.isBalanced, "\(what)")
    #expect(ledger.accepted == UInt64(model.fates.count) + model.refused, "\(what)")
    #expect(ledger.acknowledged == model.count(.acknowledged), "\(what)")
    #expect(ledger.dropped.undeliverable == model.count(.undeliverable), "\(what)")
    #expect(ledger.dropped.damage == 0 && ledger.dropped.age == 0, "\(what)")
    if options.whenFull == .dropNewest { #expect(ledger.dropped.full <= model.refused, "\(what)") }
    if options.whenFull != .thin { #expect(ledger.dropped.thinned == 0, "\(what)") }
    // What is in flight is never dropped to make room.
    #expect(ledger.queued >= UInt64(model.inFlight.count), "\(what)")
    #expect(status.inFlight == model.inFlight.count, "\(what)")
  }

  private func checkKilled(
    _ directory: TemporaryDirectory, _ setup: Setup, _ spool: Spool, _ lanes: [Model],
    _ what: String
  ) throws {
    let copy = try directory.copy()
    let killed = try setup.open(copy.path, window: 10_000, nil, .zero)
    for found in killed.recovery { #expect(found?.isClean == true, "\(what)") }
    let before = killed.status.lanes
    let records = killed.drain()
    for (lane, model) in lanes.enumerated() {
      let there = Set(records.filter { $0.id.lane == lane }.map(\.id.sequence))
      // The ledger said, without having read it, how much is there.
      let after = killed.status.lanes[lane]
      #expect(before[lane].ledger == after.ledger, "\(what)")
      #expect(UInt64(there.count) == after.ledger.queued, "\(what)")
      #expect(after.ledger.isBalanced && after.ledger.dropped.damage == 0, "\(what)")
      // Whatever is durable and queued is there.
      let status = spool.status.lanes[lane]
      let missing = model.fates.count {
        $0.value == .queued && $0.key <= status.durable && !there.contains($0.key)
      }
      #expect(UInt64(missing) <= status.ledger.dropped.total, "\(what)")
    }
    for record in records {
      #expect(record.payload == lanes[record.id.lane].payloads[record.id.sequence])
    }
    withExtendedLifetime(copy) {}
  }

  /// With a healthy disk, all that is queued is delivered.
  private func checkEnd(
    _ spool: Spool, _ lanes: inout [Model], _ now: Duration, _ what: String
  ) {
    var queued = spool.status.lanes.map { $0.ledger.queued }
    while let record = spool.next(now: now) {
      let (lane, sequence) = (record.id.lane, record.id.sequence)
      #expect(lanes[lane].fates[sequence] == .queued, "\(what)")
      #expect(record.payload == lanes[lane].payloads[sequence], "\(what)")
      spool.acknowledge(record.id, now: now)
      lanes[lane].fates[sequence] = .acknowledged
      queued[lane] -= 1
    }
    #expect(queued == [0, 0], "\(what)")
    for status in spool.status.lanes {
      #expect(status.ledger.queued == 0 && status.ledger.isBalanced, "\(what)")
      #expect(status.ledger.dropped.damage == 0 && status.segments == 1, "\(what)")
    }
  }
}
