import Telemetry
import Testing

@testable import Drivers

struct DeviceHealthTests {
  private func silent(
    _ health: inout DeviceHealth, at seconds: Int, requests: Int = 1,
    cost: Duration = .seconds(1), others: Int = 0
  ) -> Bool {
    health.silent(
      .timeout, requests: requests, now: .seconds(seconds), cost: cost, isolatedCount: others)
  }

  private var known: DeviceHealth {
    var health = DeviceHealth()
    _ = health.answered()
    return health
  }

  @Test func `two silences are an accident, three are not`() {
    var health = known
    #expect(health.turn(now: .zero) == .ask)
    #expect(!silent(&health, at: 1) && health.turn(now: .seconds(1)) == .probe)
    #expect(!silent(&health, at: 2) && health.turn(now: .seconds(2)) == .probe)
    #expect(silent(&health, at: 3) && health.isIsolated)
    #expect(health.turn(now: .seconds(3)) == .leave(.timeout))
  }

  @Test func `requests that were made again count`() {
    var health = known
    #expect(!silent(&health, at: 1, requests: 2) && silent(&health, at: 2))
    health = known
    #expect(silent(&health, at: 1, requests: 6))
  }

  @Test func `a device that has never answered is asked once, and isolated`() {
    var health = DeviceHealth()
    #expect(health.turn(now: .zero) == .probe)
    #expect(silent(&health, at: 1) && health.turn(now: .seconds(2)) == .leave(.timeout))
    #expect(health.turn(now: .seconds(33)) == .probe)
    #expect(health.answered() && health.turn(now: .seconds(33)) == .ask)
  }

  @Test func `an answer in between begins the count anew`() {
    var health = known
    for turn in 0..<10 {
      #expect(!silent(&health, at: turn * 3))
      #expect(!silent(&health, at: turn * 3 + 1))
      let wasIsolated = health.answered()
      #expect(!wasIsolated)
    }
  }

  @Test func `probes take a 32nd of the line, for all isolated devices together`() {
    for others in [0, 1, 3] {
      var health = known
      for second in 1...3 {
        _ = silent(&health, at: second, cost: .milliseconds(500), others: others)
      }
      let pause = min(16 * (others + 1), 60)
      #expect(health.turn(now: .seconds(3 + pause) - .milliseconds(1)) == .leave(.timeout))
      #expect(health.turn(now: .seconds(3 + pause)) == .probe)
      // Nobody there yet: it is isolated as before, and that is no news.
      #expect(!silent(&health, at: 3 + pause, cost: .milliseconds(500), others: others))
      #expect(health.turn(now: .seconds(3 + pause)) == .leave(.timeout))
      let wasIsolated = health.answered()
      #expect(wasIsolated && !health.isIsolated)
      #expect(health.turn(now: .seconds(3 + pause)) == .ask)
    }
  }

  @Test(arguments: [
    (Duration.zero, 1), (.milliseconds(1), 1), (.seconds(60), 60), (.seconds(9_999), 60),
  ])
  func `a probe comes once a minute at least, and once a second at most`(
    cost: Duration, pause: Int
  ) {
    var health = DeviceHealth()
    for _ in 1...3 { _ = silent(&health, at: 10, cost: cost, others: 7) }
    #expect(health.turn(now: .seconds(10 + pause) - .milliseconds(1)) == .leave(.timeout))
    #expect(health.turn(now: .seconds(10 + pause)) == .probe)
  }
}
