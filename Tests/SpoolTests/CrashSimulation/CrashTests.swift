import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// Each operation of a long scenario is a moment at which the power may go. What may be left then is
/// built, opened, and held against the promises.
///
/// `CRASH_SEEDS=500` goes further; `CRASH_SEED=3` runs one life alone, and with `CRASH_POINT=120` one
/// crash of it.
struct CrashTests {
  private static let environment = ProcessInfo.processInfo.environment

  private static func number(_ name: String) -> UInt64? { environment[name].flatMap { UInt64($0) } }

  private static let seeds: [UInt64] =
    number("CRASH_SEED").map { [$0] } ?? Array(0..<(number("CRASH_SEEDS") ?? 10))

  /// Short lives, each with other options, faults, kills and new starts, held against what was appended
  /// and settled; no power cuts. `LIVES=5000` goes further.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func `whatever is done to it, a spool keeps its books`(part: UInt64) throws {
    let lives = (Self.number("LIVES") ?? 2_000) / 10
    for life in 0..<lives {
      try Scenario(seed: 1_000_000 + part * 100_000 + life).run(steps: 100)
    }
  }

  /// So long that each limit is met some times.
  private static let steps = 250

  @Test(arguments: seeds)
  func `a power cut at any operation loses nothing that was durable`(seed: UInt64) throws {
    let scenario = Scenario(seed: seed)
    do {
      try scenario.run(steps: Self.steps)
    } catch {
      if Self.environment["CRASH_TRACE"] != nil {
        for (index, entry) in scenario.entries.enumerated() { print(index, "call", entry.text) }
      }
      throw error
    }
    var disk = SimulatedDisk()
    let checker = CrashChecker(scenario)
    var call = 0
    for (index, entry) in scenario.entries.enumerated() {
      while scenario.moments[call].operations <= index { call += 1 }
      if Self.environment["CRASH_TRACE"] != nil { print(index, "call", call, entry.text) }
      guard disk.apply(entry.operation, entry.verdict) else { continue }
      if let only = Self.number("CRASH_POINT"), only != index { continue }
      try checker.check(disk, point: index, call: call)
    }
    if Self.environment["CRASH_COUNT"] != nil {
      print("seed \(seed): \(scenario.entries.count) operations, \(checker.states) states")
    }
    if Self.number("CRASH_POINT") == nil {
      #expect(checker.states > 500, "hardly anything was tried")
    }
  }
}
