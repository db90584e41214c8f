import Foundation
import TestSupport
import Testing

/// Changes as fast as a line has them, beside libgpiod's own program on another line of the same chip.
@Suite(.ownThreads)
struct EdgeStormTests {
  /// What both are asked to see, at 10,000 a second: the virtual Pi's one processor makes about 1,000 a
  /// second of both lines, and has no time left.
  private static let changes = 30_000
  private static let periodMicroseconds = 100

  private static let profile = """
    profile: godwit/1
    id: storm
    revision: 1
    title: All changes of a line
    bus: gpio
    refs: [made for this test]
    lines: { line: { edge: both } }
    points:
      changes: { count: line, unit: count }
      missed: { edges_lost: line, unit: count }
    """

  @Test func `no more changes are missed than gpiomon misses`() async throws {
    let pi = try await VirtualPi()
    let site = try await Site(in: pi)
    let chip = try await pi.pinChip("barn", lines: ["ours", "theirs"])
    try await pi.run("mkdir device-profiles && cc -O2 -o storm $ROOT/Tests/Rig/Guest/storm.c")
    try pi.write(Self.profile, to: "device-profiles/storm.yaml")
    try site.configure(
      buses: "pins: { gpio: barn }",
      devices: "storm: { profile: storm, bus: pins, line: ours, every: 1 s, batch: 5 s }")
    let gateway = try site.startGateway()
    let monitor = try pi.start(PinTools.monitor(chip.device, offset: 1, edges: Self.changes))
    try await pi.run(PinTools.awaitHeld(0, by: "godwit"))
    try await pi.run(PinTools.awaitHeld(1, by: "gpiomon"))

    let storm = try await pi.run(
      "./storm $(gpio_line barn 0)/pull $(gpio_line barn 1)/pull \(Self.changes)"
        + " \(Self.periodMicroseconds)", within: .seconds(300))
    let seconds = try #require(Double(storm)) / 1_000_000
    // What it has seen it writes when it ends, if it has not seen all.
    try await monitor.signal("TERM")
    _ = try await monitor.waitForEnd(within: .seconds(20))
    #expect(try await gateway.process.stop() == 0, "\(gateway.log)")

    let last = try #require(site.arrivals.last?.readings.last)
    let ours = try #require(last["changes"] as? Int)
    let theirs = PinTools.edges(monitor.output).count
    print(
      "\(Self.changes) changes a line in \(seconds) s: gateway saw \(ours), gpiomon \(theirs);"
        + " the gateway knows of \(last["missed"] ?? "none") that it has missed")
    #expect(ours <= Self.changes)
    // Both are woken in turn by one processor: what either misses by chance is allowed for.
    #expect(ours >= theirs - Self.changes / 100, "gateway \(ours), gpiomon \(theirs)")
  }
}
