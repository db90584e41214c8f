import Foundation
import Glibc
import TestSupport
import Testing

/// Readings that were taken before the machine knew what time it was.
struct ClockTests {
  private let workplace: Workplace
  private let site: Site
  private let clock: ClockPeer
  /// When the test began, in milliseconds since 1970 by the right clock.
  private let start = Date().timeIntervalSince1970 * 1_000

  init() async throws {
    workplace = try Workplace()
    site = try await Site(in: workplace)
    try site.configure()
    clock = try ClockPeer(in: workplace)
  }

  private func times(_ arrivals: [Arrival]) -> [Double] {
    arrivals.flatMap(\.readings).compactMap { $0["ts"] as? Double }
  }

  private func isNow(_ time: Double) -> Bool {
    time >= start - 1_000 && time <= Date().timeIntervalSince1970 * 1_000 + 1_000
  }

  @Test func `what waits when the clock is set is sent with the right time`() async throws {
    try await site.broker.stop()
    let gateway = try clock.startGateway()
    #expect(try await eventually { (Report(in: gateway.output)?["queued"] ?? 0) >= 5 })
    try clock.beRight()
    try await site.broker.start()
    #expect(
      try await eventually { Report(in: gateway.output)?["queued"] == 0 }, "\(gateway.output)")
    // The subscriber comes back when it likes; the broker keeps what it has missed.
    #expect(try await eventually { site.subscriber.arrivals.count >= 5 })
    let arrivals = site.subscriber.arrivals
    #expect(arrivals.allSatisfy { $0.json["clock"] == nil })
    let times = times(arrivals)
    #expect(times.allSatisfy(isNow), "\(times)")
    #expect(times == times.sorted())
    #expect(gateway.output.contains("the time is known"))
  }

  @Test func `what is sent before the clock is set says so`() async throws {
    let gateway = try clock.startGateway()
    #expect(try await eventually { site.subscriber.arrivals.count >= 2 }, "\(gateway.output)")
    for arrival in site.subscriber.arrivals {
      #expect(arrival.json["clock"] as? String == "unsynchronized")
    }
    #expect(!times(site.subscriber.arrivals).contains(where: isNow))
    try clock.beRight()
    #expect(
      try await eventually { site.subscriber.arrivals.last?.json["clock"] == nil },
      "\(gateway.output)")
    #expect(times(site.subscriber.arrivals.suffix(1)).allSatisfy(isNow))
  }

  @Test func `what a boot without a clock has left is sent in the next with order and spacing`()
    async throws
  {
    try await site.broker.stop()
    let first = try clock.startGateway()
    #expect(try await eventually { (Report(in: first.output)?["queued"] ?? 0) >= 5 })
    first.killHard()

    try clock.boot("b0000000-0000-4000-8000-000000000002")
    try clock.beRight(bootHours: 9)
    try await site.broker.start()
    let second = try clock.startGateway()
    #expect(
      try await eventually { site.subscriber.arrivals.contains { $0.json["clock"] == nil } },
      "\(second.output)")
    let old = site.subscriber.arrivals.prefix { $0.json["clock"] != nil }
    #expect(old.count >= 5)
    let times = times(Array(old))
    #expect(!times.contains(where: isNow))
    #expect(times == times.sorted())
    // The meter is read every 100 ms; a turn or two may be missed on a busy machine.
    let spacing = zip(times.dropFirst(), times).map { $0 - $1 }
    #expect(spacing.allSatisfy { $0 >= 50 && $0 <= 10_000 }, "\(spacing)")
  }

  @Test func `what a boot had left that came to know the time is right in the next`()
    async throws
  {
    try await site.broker.stop()
    let first = try clock.startGateway()
    #expect(try await eventually { (Report(in: first.output)?["queued"] ?? 0) >= 3 })
    try clock.beRight()
    #expect(try await eventually { first.output.contains("the time is known") })
    first.killHard()

    try clock.boot("b0000000-0000-4000-8000-000000000002")
    try clock.beWrong(bootHours: 9)
    try await site.broker.start()
    let second = try clock.startGateway()
    #expect(
      try await eventually { site.subscriber.arrivals.contains { $0.json["clock"] != nil } },
      "\(second.output)")
    let old = site.subscriber.arrivals.prefix { $0.json["clock"] == nil }
    #expect(old.count >= 3)
    #expect(times(Array(old)).allSatisfy(isNow))
  }
}
