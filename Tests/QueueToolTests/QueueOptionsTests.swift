import System
import Testing

@testable import QueueTool

struct QueueOptionsTests {
  private func fault(_ words: [String]) -> String? {
    do {
      _ = try QueueOptions(["queue"] + words)
      return nil
    } catch {
      return error.text
    }
  }

  @Test func `nothing said is the status of the usual directory`() throws {
    let options = try QueueOptions(["queue"])
    #expect(options.subcommand == .status && options.config == nil && options.queue == nil)
    #expect(options.sequence == nil && options.limit == .max && !options.isJSON)
    #expect(try QueuePlace(options).directory == "/var/lib/godwit")
  }

  @Test func `options stand before and behind the subcommand`() throws {
    let options = try QueueOptions(
      ["queue", "--queue", "a", "ls", "--lane=telemetry", "--limit", "3", "--json", "--all"])
    #expect(options.subcommand == .ls && options.queue == "a" && options.lane == "telemetry")
    #expect(options.limit == 3 && options.isJSON && options.wantsAll)
  }

  @Test(
    arguments: [
      (["peek"], nil, nil), (["peek", "17"], nil, 17), (["peek", "alarm/17"], "alarm", 17),
    ] as [([String], String?, UInt64?)])
  func `peek takes a record's name`(words: [String], lane: String?, sequence: UInt64?) throws {
    let options = try QueueOptions(["queue"] + words)
    #expect(options.lane == lane && options.sequence == sequence)
  }

  @Test(
    arguments: [
      (["lsx"], "there is no subcommand 'lsx', expected status, ls,"),
      (["ls", "status"], "unexpected word 'status'"),
      (["--bogus"], "unknown option '--bogus'"),
      (["--queue"], "option '--queue' needs a value"),
      (["--queue", "a", "--config", "b"], "--config and --queue exclude each other"),
      (["ls", "--yes"], "--yes is not for ls"),
      (["status", "--all"], "--all is not for status"),
      (["verify", "--json"], "--json is not for verify"),
      (["peek", "--lane", "a"], "--lane is not for peek"),
      (["purge", "--bad"], "--bad is not for purge"),
      (["peek", "alarm/"], "'alarm/', expected a record's name such as telemetry/17"),
      (["peek", "-1"], "unknown option '-1'"),
      (["ls", "--limit", "-1"], "limit '-1', expected a number of records"),
      (["ls", "--from", "soon"], "from 'soon', expected a time such as 2026-11-23T07:46Z"),
      (["requeue", "--since", "17"], "since '17', expected a time"),
      (["requeue"], "requeue: expected one of --from, --since, --all and --bad"),
      (["requeue", "--all", "--bad"], "requeue: expected one of --from"),
    ] as [([String], String)])
  func `a mistake is told`(words: [String], text: String) {
    #expect(fault(words)?.hasPrefix(text) == true, "\(fault(words) ?? "nothing")")
  }

  @Test func `digits are a sequence, the rest a time, or how long ago it was`() throws {
    guard case .sequence(2_026) = try Bound("2026", "from") else {
      Issue.record("no sequence")
      return
    }
    guard case .time(1_795_449_600_000) = try Bound("2026-11-23T16:00Z", "from") else {
      Issue.record("no time")
      return
    }
    let now = Clock.unixMilliseconds
    let ago = try Bound.time("2 h", "from")
    #expect(abs(now - 7_200_000 - ago) < 60_000)
  }
}
