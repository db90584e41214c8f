import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// A long random life of a spool on the real disk, with all that was done to the disk, and all that
/// was known of each record after each call.
final class Scenario {
  /// What was known when a call had returned.
  struct Moment {
    /// How many operations of the disk came before.
    let operations: Int
    var lanes: [LaneMoment]
  }

  struct LaneMoment {
    /// Up to here was called durable, at any time until then.
    var durable: UInt64 = 0
    var settled = Settled(Position(identity: 0))
    /// The highest sequence given.
    var last: UInt64 = 0
    /// Records that are not on disk and are not settled either: thinned ones, and those that kind 2
    /// tells of.
    var gone: Set<UInt64> = []
    /// How many were not durable when the spool was killed: what is left of them is damage.
    var torn: UInt64 = 0
  }

  /// A record as it was appended.
  struct Appended {
    let payload: [UInt8]
    let stamp: Spool.Stamp
    /// In which call: by its place in `moments`.
    let call: Int
  }

  /// An operation of the disk and what became of it.
  struct Entry {
    let operation: StorageOperation
    let verdict: TapVerdict

    /// For people.
    var text: String {
      if case .write(let path, let offset, let bytes) = operation {
        return "write \(path) at \(offset), \(bytes.count) bytes: \(verdict)"
      }
      return "\(operation): \(verdict)"
    }
  }

  /// A spool recovers at once; a full one when it has been drained.
  private static let attemptsMax = 3

  static let laneNames = ["alarm", "telemetry"]

  let seed: UInt64
  private(set) var moments: [Moment] = []
  /// By lane and sequence; more than one where a sequence was given again.
  private(set) var appended: [[UInt64: [Appended]]] = [[:], [:]]
  var entries: [Entry] { log.withLock { $0 } }

  private let home: TemporaryDirectory
  private var base: String { home.path }
  private let log = Locked<[Entry]>([])
  private let faults = Locked<[TapVerdict]>([])
  /// The process dies before this operation, and another one goes on.
  private let death: Int?
  private let isDead = Locked(false)
  private var isBuried = false
  private let isHealed = Locked(false)
  private let outer: @Sendable (StorageOperation, Int) -> TapVerdict?
  private var random: SplitMix64
  private var spool: Spool?
  private var options: Spool.Options
  private var bytesMax: [Int64]
  private var now = Duration.seconds(50)
  private var boot: UInt64 = 1
  private var inFlight: [Spool.RecordID] = []
  /// Appended while there was no disk to tell which sequences are free.
  private var provisional: [(Spool.RecordID, Appended)] = []
  private var thinned: [UInt64] = [0, 0]
  private var moment = [LaneMoment(), LaneMoment()]
  /// Lanes that were opened and not compared yet with what was known before.
  private var mustSurvey = [false, false]

  /// Prepares a life.
  /// - Parameter outer: may make an operation fail, by its number among those that change the disk.
  init(
    seed: UInt64, death: Int? = nil,
    outer: @escaping @Sendable (StorageOperation, Int) -> TapVerdict? = { _, _ in nil }
  ) {
    self.seed = seed
    self.outer = outer
    self.death = death
    home = TemporaryDirectory()
    random = SplitMix64(seed: seed)
    try? FileManager.default.removeItem(atPath: home.path)
    try? FileManager.default.createDirectory(
      atPath: home.path, withIntermediateDirectories: true)
    bytesMax = []
    options = Spool.Options(lanes: Scenario.laneNames.map { Spool.LaneOptions(name: $0) })
    chooseOptions()
  }

  private func pick<Element>(_ choices: Element...) -> Element {
    choices[Int(random.next() % UInt64(choices.count))]
  }

  private func chooseOptions() {
    options.durability = pick(
      .eachRecord, .every(.seconds(3), records: 4), .every(.seconds(3), records: 4),
      .spill(after: .seconds(2)))
    options.drain = pick(.oldestFirst, .liveFirst(backlogShare: 30))
    options.memoryBytesMax = pick(1_500, 20_000)
    options.recordBytesMax = 1_500
    bytesMax = [pick(4_096, 1 << 30), pick(6_144, 6_144, 12_288, 1 << 30)]
    for index in options.lanes.indices {
      options.lanes[index].whenFull = pick(.dropOldest, .dropNewest, .thin, .thin)
      options.lanes[index].ageMax = pick(nil, nil, .seconds(90))
    }
  }

  private var stamp: Spool.Stamp {
    Spool.Stamp(
      bootID: Spool.BootID(high: 1, low: boot), sinceBoot: now,
      wall: 1_800_000_000_000 + Int64(boot) * 10_000_000 + now.components.seconds * 1_000,
      isSynchronized: boot % 3 != 0)
  }

  /// Lives `steps` calls.
  func run(steps: Int, faults hasFaults: Bool = true) throws {
    try open()
    var mode = 0
    for step in 0..<steps {
      if step % 25 == 0 { mode = Int(random.next() % 3) }
      now += .milliseconds(Int64(random.next() % (mode == 2 ? 9_000 : 700)))
      let mustReopen = try take(mode, hasFaults)
      if try replaceDead() { continue }
      if mustReopen {
        try reopen(isClosed: random.next() % 2 == 0)
      }
      try note()
    }
    _ = try replaceDead()
    heal()
    isHealed.withLock { $0 = true }
    for _ in 0..<Scenario.attemptsMax {
      // Longer than the longest pause between two attempts.
      now += .seconds(100)
      spool?.work(now: now)
      try note()
      if spool?.status.lanes.allSatisfy({ $0.trouble == nil }) == true { break }
      // A full lane that drops nothing waits for its reader.
      while let record = spool?.next(now: now) {
        try take(record)
        spool?.acknowledge(record.id, now: now)
      }
      inFlight = []
    }
    spool?.close()
    try note()
    for lane in spool?.status.lanes ?? [] {
      try require(lane.trouble == nil, "trouble at the end: \(lane.trouble?.text ?? "")")
    }
    // Gives up the lock.
    spool = nil
  }

  /// Where the process has died, another one goes on.
  private func replaceDead() throws -> Bool {
    guard !isBuried, isDead.withLock({ $0 }) else { return false }
    isBuried = true
    try note()
    try reopen(isClosed: false)
    return true
  }

  /// Makes one call.
  /// - Returns: whether the spool is to be opened again.
  private func take(_ mode: Int, _ hasFaults: Bool) throws -> Bool {
    guard let spool else { return true }
    let weights = [[70, 8, 8, 6, 3, 1, 4], [15, 8, 38, 32, 3, 1, 3], [40, 30, 14, 8, 3, 2, 3]][mode]
    var number = Int(random.next() % 100)
    var choice = 0
    while number >= weights[choice] {
      number -= weights[choice]
      choice += 1
    }
    switch choice {
    case 0: append(to: spool)
    case 1: spool.work(now: now)
    case 2:
      if let record = spool.next(now: now) { try take(record) }
    case 3:
      if inFlight.isEmpty { return false }
      let id = inFlight.remove(at: Int(random.next() % UInt64(min(inFlight.count, 5))))
      if random.next() % 12 == 0 {
        spool.discard(id, now: now)
      } else {
        spool.acknowledge(id, now: now)
      }
    case 4:
      if random.next() % 3 == 0 {
        spool.synchronize(now: now)
      } else {
        spool.rewind()
        inFlight = []
      }
    case 5:
      return true
    default:
      if hasFaults { fail() }
    }
    return false
  }

  private func append(to spool: Spool) {
    let lane = random.next() % 4 == 0 ? 0 : 1
    let count = Int(random.next() % (random.next() % 6 == 0 ? 1_200 : 120))
    let bytes = payload(UInt64(moments.count), count: count)
    let record = Appended(payload: bytes, stamp: stamp, call: moments.count)
    do throws(SpoolError) {
      let id = try spool.append(bytes, lane: lane, stamp: stamp, now: now)
      provisional.append((id, record))
    } catch {
      // It has a sequence all the same.
      if error != .full { Issue.record("seed \(seed): \(error.text)") }
    }
  }

  /// What is handed out must have been appended and not be settled.
  private func take(_ record: Spool.Record) throws {
    let state = spool?.lanes[record.id.lane].state
    let sequence = state?.withLock { $0.present(record.id.sequence) } ?? 0
    let known =
      provisional.first { $0.0 == record.id }?.1 ?? appended[record.id.lane][sequence]?.last
    try require(known?.payload == record.payload, "another payload under \(record.id)")
    try require(known?.stamp == record.stamp, "another stamp under \(record.id)")
    let isSettled = moment[record.id.lane].settled.contains(sequence)
    try require(
      state?.withLock { $0.store == nil } == true || !isSettled, "settled, and delivered")
    inFlight.append(record.id)
  }

  /// Some of the next operations fail.
  private func fail() {
    let errno = pick(Errno.noSpace, .inputOutput, .readOnlyFileSystem, .quotaExceeded)
    let verdict: TapVerdict =
      random.next() % 3 == 0 ? .short(Int(random.next() % 100), errno) : .fail(errno)
    // Some go well first.
    let plan =
      [TapVerdict](repeating: .proceed, count: Int(random.next() % 6))
      + [TapVerdict](repeating: verdict, count: 1 + Int(random.next() % 5))
    faults.withLock { $0 = plan }
  }

  private func heal() { faults.withLock { $0 = [] } }

  private func reopen(isClosed: Bool) throws {
    heal()
    if isClosed {
      now += .seconds(100)
      spool?.work(now: now)
      try note()
      spool?.close()
      try note()
    }
    spool = nil
    inFlight = []
    provisional = []
    if random.next() % 2 == 0 {
      boot += 1
      now = .seconds(5)
    }
    if random.next() % 2 == 0 { chooseOptions() }
    mustSurvey = [true, true]
    try open()
    try note()
  }

  private func open() throws {
    let next = Locked(0)
    let (base, log, faults, outer, isHealed) = (base, log, faults, outer, isHealed)
    let (death, isDead, isBuried) = (isBuried ? nil : death, isDead, isBuried)
    let count = Locked(entries.count { $0.operation.isChange })
    let bytesMax = bytesMax
    spool = try Spool(
      directory: base + "/spool", options: options,
      tap: { operation in
        let operation = operation.relative(to: base)
        var verdict = TapVerdict.proceed
        if operation.isChange {
          let number = count.withLock { count in
            defer { count += 1 }
            return count
          }
          if let death, number >= death, !isBuried, !isHealed.withLock({ $0 }) {
            isDead.withLock { $0 = true }
          }
          if !isBuried, isDead.withLock({ $0 }) { return .fail(.inputOutput) }
          verdict =
            (isHealed.withLock { $0 } ? nil : outer(operation, number))
            ?? faults.withLock { $0.isEmpty ? .proceed : $0.removeFirst() }
          log.withLock { $0.append(Entry(operation: operation, verdict: verdict)) }
        }
        return verdict
      }, now: now,
      adjust: { limits in
        limits.segmentBytes = 1_024
        limits.bytes =
          bytesMax[
            next.withLock { index in
              defer { index += 1 }
              return index
            }]
      })
  }

  /// Takes note of what is known now.
  private func note() throws {
    guard let spool else { return }
    for lane in spool.lanes.indices {
      let state = spool.lanes[lane].state.withLock { $0 }
      if state.store != nil {
        if mustSurvey[lane] { try noteKilled(lane, state) }
        mustSurvey[lane] = false
        for (id, record) in provisional where id.lane == lane {
          let sequence = state.present(id.sequence)
          let isNew = appended[lane][sequence] == nil || moment[lane].durable < sequence
          try require(isNew, "\(sequence) was durable and is given again")
          appended[lane][sequence, default: []].append(record)
          moment[lane].gone.remove(sequence)
        }
        provisional.removeAll { $0.0.lane == lane }
        // What was thinned may be dropped with all of its segment in the same call.
        let hasSettled = state.settled.count > moment[lane].settled.count
        moment[lane].settled = state.settled
        moment[lane].last = max(moment[lane].last, state.last)
        moment[lane].durable = max(moment[lane].durable, state.durable)
        let thinned = state.ledger.dropped.thinned
        if thinned > self.thinned[lane] {
          let gone = try goneFromDisk(lane, state)
          try require(
            UInt64(gone.count) == thinned - self.thinned[lane]
              || hasSettled && UInt64(gone.count) < thinned - self.thinned[lane],
            "lane \(lane): \(gone.count) are gone, \(thinned - self.thinned[lane]) thinned")
          moment[lane].gone.formUnion(gone)
        }
        self.thinned[lane] = thinned
      }
      try require(state.ledger.isBalanced, "the ledger does not balance: \(state.ledger)")
      try require(
        state.ledger.dropped.damage <= moment[lane].torn,
        "lane \(lane), damage: \(state.ledger)")
    }
    let operations = log.withLock { $0.count }
    moments.append(Moment(operations: operations, lanes: moment))
  }

  /// What was neither settled nor known as gone, and is not on disk; of what the store has.
  private func goneFromDisk(_ lane: Int, _ state: LaneState) throws -> [UInt64] {
    let there = try state.recordsOnDisk
    return appended[lane].keys.filter {
      $0 <= state.stored && !state.settled.contains($0) && !moment[lane].gone.contains($0)
        && !there.contains($0)
    }
  }

  /// After a kill, or a close: what is not there any more was settled before.
  private func noteKilled(_ lane: Int, _ state: LaneState) throws {
    let there = try state.recordsOnDisk
    let before = moment[lane]
    for sequence in appended[lane].keys
    where !there.contains(sequence) && !state.settled.contains(sequence) {
      try require(
        before.gone.contains(sequence) || before.settled.contains(sequence)
          || sequence > before.durable,
        "lane \(lane): \(sequence) was durable and is not there after a kill")
      moment[lane].gone.insert(sequence)
    }
    thinned[lane] = state.ledger.dropped.thinned
    moment[lane].torn += before.last - min(before.last, before.durable)
  }

  private func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if condition { return }
    throw Broken(text: "seed \(seed), call \(moments.count): \(text())")
  }
}
