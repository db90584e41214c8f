import Foundation
import TestSupport
import Testing

/// Threads that stand still, as in a driver of the kernel that never comes back.
struct HangTests {
  /// Longer than any promise of a thread that waits for a second at most, with the half minute that it
  /// has besides.
  private static let patience: Duration = .seconds(120)

  @Test func `a bus that hangs gets another thread, and an uplink that hangs is told`()
    async throws
  {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    try site.configure()
    let gateway = try workplace.startGateway(report: "1s")
    #expect(
      try await eventually { !site.subscriber.arrivals.isEmpty }, "\(gateway.output)")

    let bus = try await freeze("bus-plc", of: gateway, in: workplace)
    #expect(
      try await eventually(within: Self.patience) {
        gateway.output.contains("a bus hangs, and gets another thread bus=plc")
      }, "\(gateway.output)")
    let before = site.subscriber.arrivals.count
    #expect(
      try await eventually { site.subscriber.arrivals.count >= before + 3 }, "\(gateway.output)")
    // The thread that was left behind comes back, and is not heard of any more.
    bus.signal(SIGTERM)

    let uplink = try await freeze("uplink", of: gateway, in: workplace)
    #expect(
      try await eventually(within: Self.patience) {
        gateway.output.contains("a stage hangs stage=uplink")
      }, "\(gateway.output)")
    uplink.signal(SIGTERM)
    let during = site.subscriber.arrivals.count
    #expect(
      try await eventually { site.subscriber.arrivals.count >= during + 3 }, "\(gateway.output)")

    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    let ids = site.subscriber.arrivals.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  private func freeze(
    _ thread: String, of gateway: ChildProcess, in workplace: Workplace
  ) async throws -> ChildProcess {
    let script = Workplace.root.appendingPathComponent("Tests/Integration/Peers/freeze_thread.py")
    let freezer = try workplace.start(
      "/usr/bin/python3", [script.path, "\(gateway.pid)", thread], name: thread)
    #expect(try await eventually { freezer.output.contains("frozen") }, "\(freezer.output)")
    return freezer
  }
}
