import Foundation
import Glibc
import TestSupport
import Testing

struct KillTests {
  /// Enough to meet every state of the gateway; each round takes about a third of a second.
  private static let rounds = 25

  @Test func `kill -9 at random moments, broker up or down, loses no batch and changes none`()
    async throws
  {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let (broker, subscriber) = (site.broker, site.subscriber)
    try site.configure(
      device: "every: 10 ms, batch: 0 s, points: [power]", durability: "every 20 ms")

    // Seeded, so that a failure can be looked at again; the moments themselves stay random.
    var random = SplitMix64(seed: 20)
    var isUp = true
    var durable = 0
    for round in 1...Self.rounds {
      if Bool.random(using: &random) {
        if isUp { try await broker.stop() } else { try await broker.start() }
        isUp.toggle()
      }
      let gateway = try workplace.startGateway()
      try await Task.sleep(for: .milliseconds(Int.random(in: 5...600, using: &random)))
      #expect(!gateway.hasEnded, "round \(round): \(gateway.output)")
      gateway.killHard()
      if let report = Report(in: gateway.output) { durable = max(durable, report["durable"]) }
    }

    if !isUp { try await broker.start() }
    let gateway = try workplace.startGateway()
    // It goes on reading meanwhile, so the queue is never empty for long.
    #expect(
      try await eventually(within: .seconds(60)) {
        (Report(in: gateway.output)?["queued"]).map { (0..<20).contains($0) } ?? false
      }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    let report = try #require(Report(in: gateway.output))
    #expect(report["queued"] == 0, "\(gateway.output)")
    #expect(durable > Self.rounds, "hardly anything was durable when it was killed")
    try await expectEverything(upTo: report["sequence"], at: subscriber)
  }
}
