import Foundation
import Glibc
import TestSupport
import Testing

/// `godwit queue` on the queue of a gateway that runs, and of one that was stopped.
struct QueueTests {
  /// A gateway whose broker is away, with some batches queued.
  private final class Outage {
    let workplace: Workplace
    let site: Site
    let gateway: ChildProcess

    init() async throws {
      workplace = try Workplace()
      site = try await Site(in: workplace)
      try site.configure(device: "every: 20 ms, batch: 100 ms")
      gateway = try workplace.startGateway()
      let subscriber = site.subscriber
      #expect(try await eventually { subscriber.arrivals.count >= 3 }, "\(gateway.output)")
      try await site.broker.stop()
      let gateway = gateway
      #expect(
        try await eventually { (Report(in: gateway.output)?["queued"] ?? 0) >= 8 },
        "\(gateway.output)")
    }

    func stop() async throws -> Report {
      gateway.signal(SIGTERM)
      #expect(try await gateway.waitForEnd(within: .seconds(10)) == 0)
      return try #require(Report(in: gateway.output))
    }

    /// Runs lines of shell in which `queue` is the tool.
    func run(_ script: String) async throws -> (status: Int32?, output: String) {
      let process = try workplace.start(
        "/bin/sh",
        ["-c", "queue() { '\(Workplace.godwit)' queue \"$@\" --queue queue; }; \(script)"])
      return (try await process.waitForEnd(within: .seconds(60)), process.output)
    }

    func lines(_ script: String) async throws -> [[String: Any]] {
      let (status, output) = try await run(script)
      #expect(status == 0, "\(output)")
      return try output.split(separator: "\n").map { line in
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(value as? [String: Any])
      }
    }

    /// What `status --json` says of the lane for telemetry.
    func lane() async throws -> [String: Any] {
      let status = try await lines("queue status --json")
      let lanes = status.first?["lanes"] as? [[String: Any]] ?? []
      return try #require(lanes.first { $0["name"] as? String == "telemetry" })
    }
  }

  private func expectBalance(_ lane: [String: Any], accepted: Int) {
    let dropped = lane["dropped"] as? [String: Int] ?? [:]
    let number = { (name: String) in lane[name] as? Int ?? -1 }
    #expect(number("accepted") == accepted, "\(lane)")
    #expect(
      number("accepted")
        == number("acknowledged") + number("queued") + dropped.values.reduce(0, +), "\(lane)")
  }

  @Test func `of a gateway that runs, it reads without disturbing it`() async throws {
    let outage = try await Outage()
    let (status, text) = try await outage.run("queue")
    #expect(status == 0)
    #expect(text.contains("in use by process \(outage.gateway.pid)"), "\(text)")
    #expect(text.contains("outage left"), "\(text)")
    for _ in 0..<5 {
      let (status, text) = try await outage.run("queue verify")
      #expect(status == 0 && text.contains("no damage found"), "\(text)")
    }
    let records = try await outage.lines("queue export --lane telemetry")
    #expect(records.count >= 7)
    let sequences = records.compactMap { $0["sequence"] as? Int }
    #expect(sequences == Array((sequences.first ?? 0)..<(sequences.first ?? 0) + records.count))
    for record in records {
      #expect(record["topic"] as? String == "godwit/barn/meter")
      let payload = record["payload"] as? [String: Any]
      #expect((payload?["readings"] as? [Any])?.isEmpty == false, "\(record)")
    }
    for command in ["requeue --all", "purge --yes"] {
      let (status, text) = try await outage.run("queue \(command)")
      #expect(status == 1)
      #expect(
        text.contains("in use by process \(outage.gateway.pid); stop the gateway first"), "\(text)")
    }
    #expect(!outage.gateway.hasEnded)
    try await outage.site.broker.start()
    let gateway = outage.gateway
    #expect(
      try await eventually { (0...3).contains(Report(in: gateway.output)?["queued"] ?? 99) },
      "\(gateway.output)")
    _ = try await outage.stop()
  }

  @Test func `what was stopped is listed, peeked at, exported, purged and delivered again`()
    async throws
  {
    let outage = try await Outage()
    let report = try await outage.stop()
    let (accepted, queued) = (report["sequence"], report["queued"])
    var lane = try await outage.lane()
    expectBalance(lane, accepted: accepted)
    #expect(lane["queued"] as? Int == queued && lane["durable"] as? Int == accepted)
    #expect((lane["bytes_written"] as? Int ?? 0) > 0 && (lane["syncs"] as? Int ?? 0) > 0)

    let listed = try await outage.run("queue ls --limit 3")
    #expect(listed.output.split(separator: "\n").count == 3)
    let first = try #require(listed.output.split(separator: " ").first)
    #expect(first == "telemetry/\(accepted - queued + 1)", "\(listed.output)")
    let peeked = try await outage.run("queue peek \(first) 2>/dev/null")
    let exported = try await outage.lines("queue export --limit 1")
    #expect(peeked.status == 0)
    let payload = try JSONSerialization.jsonObject(with: Data(peeked.output.utf8))
    #expect(payload as? NSDictionary == exported.first?["payload"] as? NSDictionary)
    let pipe = try await outage.run("queue export | head -n 1 | wc -l; queue ls | true")
    #expect(pipe.output.trimmingCharacters(in: .whitespacesAndNewlines) == "1")

    let unasked = try await outage.run("queue purge")
    #expect(unasked.status == 2 && unasked.output.contains("expected --yes"), "\(unasked.output)")
    let purged = try await outage.run("queue purge --yes --lane telemetry --before \(accepted - 1)")
    #expect(purged.output.contains("\(queued - 2) records"), "\(purged.output)")
    lane = try await outage.lane()
    expectBalance(lane, accepted: accepted)
    #expect(lane["queued"] as? Int == 2)
    #expect((lane["dropped"] as? [String: Int])?["purged"] == queued - 2)

    let requeued = try await outage.run("queue requeue --all && queue verify")
    #expect(requeued.status == 0, "\(requeued.output)")
    lane = try await outage.lane()
    expectBalance(lane, accepted: accepted)
    // They all are in the one segment that there is.
    #expect(lane["queued"] as? Int == accepted)

    try await outage.site.broker.start()
    let gateway = try outage.workplace.startGateway()
    let subscriber = outage.site.subscriber
    #expect(
      try await eventually {
        Set(subscriber.arrivals.map(\.id)).count >= accepted
          && (0...3).contains(Report(in: gateway.output)?["queued"] ?? 99)
      }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(10)) == 0)
    // Those that were acknowledged before came twice.
    #expect(subscriber.arrivals.count > Set(subscriber.arrivals.map(\.id)).count)
    lane = try await outage.lane()
    let end = try #require(Report(in: gateway.output))
    expectBalance(lane, accepted: end["sequence"])
  }

  @Test func `damage is found, and what was set aside is queued again`() async throws {
    let outage = try await Outage()
    let report = try await outage.stop()
    let folder = outage.workplace.folder.appendingPathComponent("queue/telemetry")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let name = try #require(names.filter { $0.hasSuffix(".seg") }.sorted().last)
    let file = folder.appendingPathComponent(name)
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: file)
    let verified = try await outage.run("queue verify")
    #expect(verified.status == 1)
    #expect(
      verified.output.contains("telemetry/\(name): offset ")
        && verified.output.contains("1 record lost"), "\(verified.output)")

    // A segment of a lane that was lost.
    let stray = folder.appendingPathComponent("00000000000000009000.seg.bad")
    try FileManager.default.moveItem(at: file, to: stray)
    let requeued = try await outage.run("queue requeue --bad")
    #expect(requeued.status == 0)
    #expect(requeued.output.contains("of 1 file are queued again"), "\(requeued.output)")
    let records = try await outage.lines("queue export")
    #expect(records.count >= report["queued"] - 1)
    #expect(records.allSatisfy { $0["topic"] as? String == "godwit/barn/meter" })
  }

  @Test(
    arguments: [
      ("queue --queue absent", "absent is not there, expected the directory of a queue"),
      ("queue --queue file", "file is no directory, expected the directory of a queue"),
      ("queue --queue empty", "empty has no lanes, expected the directory of a queue"),
      ("queue --config absent.yaml", "absent.yaml:1:1: cannot read the file"),
      ("queue --config file", "file:1:1"),
      ("queue sl", "there is no subcommand 'sl', expected status, ls,"),
      ("queue ls --bogus", "unknown option '--bogus'"),
      ("queue ls --yes", "--yes is not for ls"),
    ])
  func `what cannot be done is told in one line, with status 2`(words: String, text: String)
    async throws
  {
    let workplace = try Workplace()
    let process = try workplace.start(
      "/bin/sh", ["-c", "echo a > file; mkdir -p empty; '\(Workplace.godwit)' \(words)"])
    #expect(try await process.waitForEnd(within: .seconds(10)) == 2)
    #expect(process.output.contains(text), "\(process.output)")
    #expect(process.output.split(separator: "\n").count == 1, "\(process.output)")
  }
}
