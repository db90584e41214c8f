import Foundation
import Glibc
import System
import TestSupport
import Testing

@testable import Spool

/// A process that writes is killed 200 times. The test program starts itself for that, with the
/// directory in an environment variable.
struct KilledWriterTests {
  private static let variable = "GODWIT_SPOOL_WRITER"
  private static let rounds = 200

  private static func open(_ directory: String, _ round: UInt64) throws(SpoolError) -> Spool {
    let durabilities: [Spool.Durability] = [
      .eachRecord, .every(.milliseconds(2), records: 8), .spill(after: .milliseconds(2)),
    ]
    let options = Spool.Options(
      lanes: [Spool.LaneOptions(name: "lane")],
      durability: durabilities[Int(round % UInt64(durabilities.count))])
    return try Spool(
      directory: directory, options: options, tap: nil, now: Clock.sinceBoot,
      adjust: { limits in
        limits.segmentBytes = 8_192
        limits.window = 100_000
      })
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment[variable] != nil))
  func `writes until it is killed`() throws {
    let words = try #require(ProcessInfo.processInfo.environment[Self.variable])
      .split(separator: " ")
    let spool = try Self.open(String(words[0]), try #require(UInt64(words[1])))
    var durable: UInt64 = 0
    while true {
      let sequence = spool.lane.last + 1
      try spool.append(payload(sequence, count: Int(sequence % 200)), now: Clock.sinceBoot)
      spool.work(now: Clock.sinceBoot)
      if spool.lane.durable > durable {
        durable = spool.lane.durable
        Self.tell("d \(durable)\n")
      }
      if sequence % 16 != 0, let record = spool.next(now: Clock.sinceBoot) {
        // Told first: it may be gone as soon as it is acknowledged.
        Self.tell("a \(record.id.sequence)\n")
        spool.acknowledge(record.id.sequence, now: Clock.sinceBoot)
      }
    }
  }

  private static func tell(_ line: String) {
    let bytes = Array(line.utf8)
    _ = Glibc.write(1, bytes, bytes.count)
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment[variable] == nil))
  func `kill -9 of a writing process, 200 times, takes nothing that was durable`() async throws {
    let home = TemporaryDirectory()
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var random = SplitMix64(seed: 9)
    var acknowledged: Set<UInt64> = []
    var (durable, total): (UInt64, Int) = (0, 0)
    for round in 0..<Self.rounds {
      let output = URL(fileURLWithPath: "\(home.path)/output-\(round)")
      let child = try ChildProcess(
        "env",
        ["\(Self.variable)=\(home.path)/spool \(round)", program] + Self.arguments,
        output: output, keepsErrors: false, directory: URL(fileURLWithPath: "/"))
      #expect(
        try await eventually { child.outputBytes.count > 20 }, "round \(round): \(child.output)")
      usleep(UInt32(random.next() % 15_000))
      child.killHard()
      var said: UInt64 = 0
      for line in child.output.split(separator: "\n") {
        guard let number = UInt64(line.dropFirst(2)) else { continue }
        if line.hasPrefix("a ") { acknowledged.insert(number) }
        if line.hasPrefix("d ") { said = max(said, number) }
      }
      // The last line may be cut, but then it says less.
      durable = max(durable, said)
      total += 1
      let spool = try Self.open("\(home.path)/spool", 0)
      let records = spool.drain()
      let there = Set(records.map(\.id.sequence))
      #expect(
        records.allSatisfy {
          $0.payload == payload($0.id.sequence, count: Int($0.id.sequence % 200))
        }, "round \(round)")
      let lost = (1...max(1, durable)).filter { !there.contains($0) && !acknowledged.contains($0) }
      #expect(lost.isEmpty, "round \(round): \(lost.prefix(10)) of \(durable)")
      #expect(spool.ledger.isBalanced && spool.ledger.dropped.damage == 0, "round \(round)")
      try? FileManager.default.removeItem(at: output)
    }
    #expect(durable > 2 * UInt64(Self.rounds), "hardly anything was durable when it was killed")
  }

  /// This program's own, but for which tests it is to run.
  private static var arguments: [String] {
    var arguments: [String] = []
    var isFilter = false
    for argument in CommandLine.arguments.dropFirst() {
      if isFilter || argument.hasPrefix("--filter") || argument.hasPrefix("--skip") {
        isFilter = !isFilter && !argument.contains("=")
        continue
      }
      arguments.append(argument)
    }
    return arguments + ["--filter", "KilledWriterTests/.*writes until"]
  }
}
