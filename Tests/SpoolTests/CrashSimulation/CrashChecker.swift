import System
import TestSupport

@testable import Spool

/// Opens what power cuts have left and checks what was promised.
final class CrashChecker {
  /// How many states were opened.
  private(set) var states = 0

  private let scenario: Scenario
  private let home = TemporaryDirectory()
  private var seen: Set<Int> = []
  private var seenCall = -1
  private var expected: [Expected] = []

  /// What has to come of a lane, and what may.
  private struct Expected {
    /// Was durable before the call during which the power went, and is wanted after it.
    var needed: [UInt64] = []
    /// Up to here was called durable; none of these sequences may be given again.
    var durable: UInt64 = 0
    /// The highest sequence given at the end of that call.
    var last: UInt64 = 0
    /// How many were damaged before.
    var torn: UInt64 = 0
  }

  /// A spool as one opening has found it.
  private struct Found {
    var records: [Spool.Record] = []
    var ledgers: [Spool.Ledger] = []
    var lasts: [UInt64] = []
    var estimated: [UInt64] = []
  }

  init(_ scenario: Scenario) {
    self.scenario = scenario
  }

  /// Tries what may be left of `disk`.
  /// - Parameters:
  ///   - point: the last operation that was done.
  ///   - call: during which call that was.
  func check(_ disk: SimulatedDisk, point: Int, call: Int) throws {
    if call != seenCall {
      seenCall = call
      seen = []
      expected = Scenario.laneNames.indices.map { expectation(lane: $0, call) }
    }
    for kind in Luck.Kind.allCases {
      let number = scenario.seed &* 1_000_003 &+ UInt64(point)
      var luck = Luck(kind, seed: number)
      let survivors = disk.survivors(&luck)
      guard seen.insert(survivors.fingerprint).inserted else { continue }
      let what = "CRASH_SEED=\(scenario.seed) CRASH_POINT=\(point), \(kind), call \(call)"
      let first = try check(survivors, call, what)
      let operations = first.operations
      // The power goes again while the spool recovers.
      guard kind == .half || kind == .little, !operations.isEmpty else { continue }
      var again = SimulatedDisk(survivors)
      var random = SplitMix64(seed: number)
      let stop = Int(random.next() % UInt64(operations.count))
      for operation in operations[...stop] { again.apply(operation, .proceed) }
      var secondLuck = Luck(.half, seed: number)
      try check(
        again.survivors(&secondLuck), call, estimated: first.estimated,
        "\(what), and again at \(stop)")
    }
  }

  private func expectation(lane: Int, _ call: Int) -> Expected {
    let after = scenario.moments[call].lanes[lane]
    guard call > 0 else { return Expected(last: after.last) }
    let before = scenario.moments[call - 1].lanes[lane]
    let needed = scenario.appended[lane].filter { sequence, records in
      sequence <= before.durable && records.contains { $0.call < call }
        && !after.settled.contains(sequence) && !after.gone.contains(sequence)
        && !before.settled.contains(sequence) && !before.gone.contains(sequence)
    }
    return Expected(
      needed: needed.keys.sorted(), durable: before.durable, last: after.last, torn: before.torn)
  }

  /// - Parameter estimated: how many records an interrupted opening took for lost, by lane.
  /// - Returns: what opening has done to the disk, and how many records it took for lost.
  @discardableResult
  private func check(
    _ survivors: Survivors, _ call: Int, estimated: [UInt64] = [0, 0], _ what: String
  ) throws -> (operations: [StorageOperation], estimated: [UInt64]) {
    states += 1
    let base = "\(home.path)/\(states)"
    try Files.makeDirectory(base)
    defer { Survivors.remove(base) }
    try survivors.materialize(in: base)
    let operations = Locked<[StorageOperation]>([])
    var found = Found()
    var opening: [StorageOperation] = []
    do {
      let spool = try open(base) { operation in
        if operation.isChange { operations.withLock { $0.append(operation.relative(to: base)) } }
        return .proceed
      }
      opening = operations.withLock { $0 }
      found = try take(spool, call, estimated, what)
      for lane in Scenario.laneNames.indices {
        let id = try spool.append([UInt8(lane)], lane: lane, stamp: .test(.zero), now: .zero)
        try require(
          id.sequence > max(expected[lane].durable, found.lasts[lane]),
          "\(what): \(id) was given before")
        try require(spool.status.lanes[lane].durable == id.sequence, "\(what): not durable")
        let new = Spool.Record(
          id: id, stamp: .test(.zero), payload: [UInt8(lane)], isBacklog: false)
        found.records.append(new)
      }
    }
    let spool = try open(base, nil)
    let again = drain(spool)
    for lane in Scenario.laneNames.indices {
      let first = found.records.filter { $0.id.lane == lane }.map { Pair($0) }
      let second = again.filter { $0.id.lane == lane }.map { Pair($0) }
      try require(first == second, "\(what): opened again, lane \(lane) has other records")
    }
    for record in again { spool.acknowledge(record.id, now: .zero) }
    for (lane, status) in spool.status.lanes.enumerated() {
      let ledger = status.ledger
      try require(
        ledger.isBalanced && ledger.queued == 0 && status.segments == 1
          && ledger.dropped == found.ledgers[lane].dropped
          && ledger.accepted == found.ledgers[lane].accepted + 1,
        "\(what): lane \(lane), \(found.ledgers[lane]), and when all is acknowledged \(ledger)")
    }
    return (opening, found.estimated)
  }

  private struct Pair: Equatable {
    let sequence: UInt64
    let payload: [UInt8]

    init(_ record: Spool.Record) {
      sequence = record.id.sequence
      payload = record.payload
    }
  }

  /// Drains a spool as it was found, and checks all of it.
  private func take(
    _ spool: Spool, _ call: Int, _ estimated: [UInt64], _ what: String
  ) throws -> Found {
    for status in spool.status.lanes {
      try require(status.trouble == nil, "\(what): \(status.trouble?.text ?? "")")
      try require(status.ledger.isBalanced, "\(what): \(status.ledger)")
    }
    let before = spool.status.lanes
    var found = Found()
    found.records = drain(spool)
    for (lane, status) in spool.status.lanes.enumerated() {
      let ledger = status.ledger
      let records = found.records.filter { $0.id.lane == lane }
      var previous: UInt64 = 0
      var there: Set<UInt64> = []
      for record in records {
        let sequence = record.id.sequence
        try require(sequence > previous, "\(what): \(record.id) out of order")
        previous = sequence
        there.insert(sequence)
        let known = scenario.appended[lane][sequence]?.contains {
          $0.call <= call && $0.payload == record.payload && $0.stamp == record.stamp
        }
        try require(known == true, "\(what): \(record.id) has a payload that nobody appended")
      }
      if let lost = expected[lane].needed.first(where: { !there.contains($0) }) {
        throw Broken(
          text: "\(what): lane \(lane) has lost \(lost), durable \(expected[lane].durable), "
            + "there \(there.sorted()), \(ledger), \(String(describing: spool.recovery[lane]))")
      }
      try require(
        ledger.isBalanced && ledger.queued == UInt64(records.count)
          && ledger.accepted == before[lane].ledger.accepted,
        "\(what): lane \(lane), \(records.count) records, before \(before[lane].ledger), \(ledger)")
      // What is counted as damage was given, and was not durable; where the headers of a torn end
      // are missing too, its number is estimated, and told.
      let open = expected[lane].last - min(expected[lane].last, expected[lane].durable)
      let estimate = estimated[lane] + (spool.recovery[lane]?.recordsLost ?? 0)
      try require(
        ledger.dropped.damage <= expected[lane].torn + (open == 0 ? 0 : max(open, estimate)),
        "\(what): lane \(lane), \(open) open, \(estimate) estimated, \(ledger)")
      found.ledgers.append(ledger)
      found.estimated.append(estimate)
      found.lasts.append(max(previous, status.last))
    }
    return found
  }

  private func drain(_ spool: Spool) -> [Spool.Record] {
    var records: [Spool.Record] = []
    while let record = spool.next(now: .zero) { records.append(record) }
    return records
  }

  private func open(_ base: String, _ tap: Tap?) throws -> Spool {
    let options = Spool.Options(
      lanes: Scenario.laneNames.map { Spool.LaneOptions(name: $0) }, durability: .eachRecord,
      recordBytesMax: 4_096)
    return try Spool(
      directory: base + "/spool", options: options, tap: tap, now: .zero,
      adjust: { limits in
        limits.segmentBytes = 1_024
        limits.bytes = 1 << 30
        limits.window = 10_000
      })
  }

  private func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if !condition { throw Broken(text: text()) }
  }
}
