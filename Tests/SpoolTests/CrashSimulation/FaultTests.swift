import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// Each operation of a scenario fails once, alone or with those that follow it. The spool goes on,
/// recovers by itself, and a power cut right behind the fault, or a new start at the end, finds
/// nothing missing.
struct FaultTests {
  struct Fault: CustomTestStringConvertible {
    let verdict: TapVerdict
    /// How many operations fail, one after another.
    let count: Int
    let seed: UInt64

    var testDescription: String { "\(verdict), \(count) times, seed \(seed)" }
  }

  /// Every kind of failure, for a moment and for a while, in lives that differ.
  static let faults: [Fault] = [
    Fault(verdict: .fail(.noSpace), count: 1, seed: 100),
    Fault(verdict: .fail(.noSpace), count: 25, seed: 101),
    Fault(verdict: .fail(.inputOutput), count: 1, seed: 102),
    Fault(verdict: .fail(.inputOutput), count: 4, seed: 103),
    Fault(verdict: .fail(.readOnlyFileSystem), count: 1, seed: 104),
    Fault(verdict: .fail(.readOnlyFileSystem), count: 25, seed: 105),
    Fault(verdict: .short(40, .noSpace), count: 1, seed: 106),
    Fault(verdict: .short(300, .inputOutput), count: 3, seed: 107),
  ]

  /// The process is killed before any operation; another one goes on, and then the power goes.
  @Test(arguments: 110..<113 as Range<UInt64>)
  func `what a killed process left in memory is durable once it is called so`(
    seed: UInt64
  ) throws {
    let plain = Scenario(seed: seed)
    try plain.run(steps: 50, faults: false)
    for death in plain.entries.indices {
      let scenario = Scenario(seed: seed, death: death)
      try Self.check(scenario, what: "killed at \(death)") { $0 == death + 30 }
    }
  }

  @Test(arguments: faults)
  func `whatever fails, nothing that was durable is lost or changed`(fault: Fault) throws {
    let plain = Scenario(seed: fault.seed)
    try plain.run(steps: 50, faults: false)
    for first in plain.entries.indices {
      let failing = first..<first + fault.count
      let scenario = Scenario(seed: fault.seed) { _, number in
        failing.contains(number) ? fault.verdict : nil
      }
      try Self.check(scenario, what: "operation \(first)") { $0 == failing.upperBound }
    }
  }

  /// Runs a scenario, and tries power cuts at some operations and at the end.
  private static func check(
    _ scenario: Scenario, what: String, at isPoint: (Int) -> Bool
  ) throws {
    do {
      try scenario.run(steps: 50, faults: false)
      var disk = SimulatedDisk()
      let checker = CrashChecker(scenario)
      var call = 0
      for (index, entry) in scenario.entries.enumerated() {
        while scenario.moments[call].operations <= index { call += 1 }
        disk.apply(entry.operation, entry.verdict)
        let isEnd = index == scenario.entries.count - 1
        if isPoint(index) || isEnd { try checker.check(disk, point: index, call: call) }
      }
    } catch {
      throw Broken(text: "\(what): \(error)")
    }
  }
}
