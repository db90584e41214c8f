import Foundation
import TestSupport
import Testing

/// Everything that a person can write wrong ends `godwit run` with one line and status 2.
struct BadInputTests {
  private static let good = """
    gateway: barn
    broker: { url: "mqtt://127.0.0.1:1" }
    queue: { path: queue }
    buses:
      plc: { modbus-tcp: 127.0.0.1, port: 1 }
    devices:
      meter: { profile: eastron-sdm630, bus: plc, unit: 1 }
    """

  private static let cases: [(String, String, String)] = [
    ("evry: 1 s\n", "1:1", "evry"),
    ("gateway: barn\nbroker: [a]\n", "2:9", "expected"),
    (good.replacing("unit: 1 }", with: "unit: one }"), "7:53", "expected"),
    (good + "\n  other: { profile: eastron-sdm630, bus: plc, unit: 1 }\n", "8:53", "meter"),
    (good.replacing("eastron-sdm630", with: "eastron-sdm631"), "7:21", "eastron-sdm630"),
    ("\u{7F}ELF\u{1}\u{2}", "1:1", "YAML"),
    ("gateway: [barn\n", "2:1", "expected"),
    ("", "1:1", "expected"),
  ]

  @Test(arguments: cases)
  func `one line tells file, line, column and what was expected`(
    text: String, place: String, word: String
  ) async throws {
    let workplace = try Workplace()
    try workplace.write(text, to: "godwit.yaml")
    let gateway = try workplace.startGateway()
    #expect(try await gateway.waitForEnd(within: .seconds(10)) == 2)
    let lines = gateway.output.split(separator: "\n")
    #expect(lines.count == 1, "\(gateway.output)")
    #expect(gateway.output.hasPrefix("godwit.yaml:\(place): "), "\(gateway.output)")
    #expect(gateway.output.contains(word), "\(gateway.output)")
    #expect(!FileManager.default.fileExists(atPath: workplace.path("queue")))
  }

  @Test func `a profile that is wrong is told by its own file`() async throws {
    let workplace = try Workplace()
    try FileManager.default.createDirectory(
      atPath: workplace.path("device-profiles"), withIntermediateDirectories: false)
    try workplace.write(
      "profile: godwit/1\nid: mine\nbus: modbus\npionts: {}\n", to: "device-profiles/mine.yaml")
    try workplace.write(Self.good.replacing("eastron-sdm630", with: "mine"), to: "godwit.yaml")
    let gateway = try workplace.startGateway()
    #expect(try await gateway.waitForEnd(within: .seconds(10)) == 2)
    #expect(
      gateway.output.hasPrefix("device-profiles/mine.yaml:4:1: unknown key 'pionts'"),
      "\(gateway.output)")
  }

  @Test(arguments: [
    (["run", "--config"], "--config"), (["run", "--bogus"], "--bogus"),
    (["run", "--config", "x.yaml", "--report", "often"], "often"),
    (["run", "--config", "x.yaml", "--log-level", "loud"], "loud"),
    (["fly"], "fly"), (["run", "extra", "--config", "x"], "extra"),
    (["simulate"], "--profile"),
    (["simulate", "--profile", "eastron-sdm630", "--listen", "x"], "x"),
  ])
  func `a command line that cannot be meant is told in one line`(
    words: [String], culprit: String
  ) async throws {
    let workplace = try Workplace()
    let godwit = try workplace.start(Workplace.godwit, words)
    #expect(try await godwit.waitForEnd(within: .seconds(10)) == 2)
    #expect(godwit.output.split(separator: "\n").count == 1, "\(godwit.output)")
    #expect(godwit.output.contains(culprit), "\(godwit.output)")
  }

  @Test func `a queue that another gateway holds is refused with its number`() async throws {
    let workplace = try Workplace()
    try workplace.write(Self.good, to: "godwit.yaml")
    let first = try workplace.startGateway()
    #expect(try await eventually { first.output.contains("started") }, "\(first.output)")
    let second = try workplace.startGateway()
    #expect(try await second.waitForEnd(within: .seconds(10)) == 1)
    #expect(second.output.contains("\(first.pid)"), "\(second.output)")
    #expect(second.output.split(separator: "\n").count == 1, "\(second.output)")
    #expect(!first.hasEnded)
  }
}
