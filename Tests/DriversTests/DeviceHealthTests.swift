import Telemetry
import Testing

@testable import Drivers

struct DeviceHealthTests {
  private func silent(
    _ health: inout DeviceHealth, at seconds: Int, requests: Int = 1,
    cost: Duration = .seconds(1), others: Int = 0, timeout: Duration = .seconds(1)
  ) -> Bool {
    health.silent(
      .timeout, requests: requests, timeout: timeout, now: .seconds(seconds), cost: cost,
      isolatedCount: others)
  }

  /// A device that has answered, one that is as slow as it may be.
  private var known: DeviceHealth {
    var health = DeviceHealth()
    _ = health.answered(within: .seconds(1))
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

  @Test func `a device that has never answered has a short second chance, and is isolated`() {
    var health = DeviceHealth()
    #expect(health.turn(now: .zero) == .probe && health.patience(.seconds(1)) == .seconds(1))
    #expect(!silent(&health, at: 1) && health.turn(now: .milliseconds(2_999)) == .leave(.timeout))
    #expect(health.turn(now: .seconds(3)) == .probe)
    #expect(health.patience(.seconds(1)) == .milliseconds(250))
    #expect(health.patience(.milliseconds(200)) == .milliseconds(100))
    #expect(health.patience(.milliseconds(20)) == .milliseconds(20))
    #expect(silent(&health, at: 3, cost: .milliseconds(250)))
    // 1.25 s are paid for.
    #expect(health.turn(now: .milliseconds(42_999)) == .leave(.timeout))
    #expect(health.turn(now: .seconds(43)) == .probe && health.patience(.seconds(1)) == .seconds(1))
    #expect(health.answered(within: nil) && health.turn(now: .seconds(43)) == .ask)
  }

  @Test func `a device whose first frame was spoilt is back with the second`() {
    var health = DeviceHealth()
    #expect(!silent(&health, at: 1) && health.turn(now: .seconds(3)) == .probe)
    let wasIsolated = health.answered(within: .milliseconds(30))
    #expect(!wasIsolated && health.turn(now: .seconds(3)) == .ask)
  }

  @Test func `an answer in between begins the count anew`() {
    var health = known
    for turn in 0..<10 {
      #expect(!silent(&health, at: turn * 3))
      #expect(!silent(&health, at: turn * 3 + 1))
      let wasIsolated = health.answered(within: nil)
      #expect(!wasIsolated)
    }
  }

  @Test func `probes take a 32nd of the line, for all isolated devices together`() {
    for others in [0, 1] {
      var health = known
      for second in 1...3 {
        _ = silent(&health, at: second, cost: .milliseconds(250), others: others)
      }
      // The silences that led here are paid for, too.
      var now = 3
      for pause in [24, 8, 8] {
        now += pause * (others + 1)
        #expect(health.turn(now: .seconds(now) - .milliseconds(1)) == .leave(.timeout))
        #expect(health.turn(now: .seconds(now)) == .probe)
        // Nobody there yet: it is isolated as before, and that is no news.
        #expect(!silent(&health, at: now, cost: .milliseconds(250), others: others))
      }
      #expect(health.turn(now: .seconds(now)) == .leave(.timeout))
      let wasIsolated = health.answered(within: nil)
      #expect(wasIsolated && !health.isIsolated)
      #expect(health.turn(now: .seconds(now)) == .ask)
    }
  }

  @Test func `a device in doubt is given twice the time that it takes, within reason`() {
    var health = DeviceHealth()
    #expect(health.patience(.seconds(1)) == .seconds(1))
    _ = health.answered(within: .milliseconds(150))
    #expect(health.patience(.seconds(1)) == .milliseconds(300))
    #expect(health.patience(.milliseconds(200)) == .milliseconds(200))
    // A refusal says nothing of how long an answer takes, and a slow reading is remembered for long.
    _ = health.answered(within: nil)
    _ = health.answered(within: .milliseconds(20))
    #expect(health.patience(.seconds(1)) > .milliseconds(280))
    for _ in 0..<100 { _ = health.answered(within: .milliseconds(20)) }
    #expect(health.patience(.seconds(1)) == DeviceHealth.patienceMin)
    #expect(health.patience(.milliseconds(50)) == .milliseconds(50))
  }

  @Test func `a device that was given less than its timeout has its time to be late`() {
    var health = DeviceHealth()
    _ = health.answered(within: .milliseconds(20))
    #expect(!silent(&health, at: 10, timeout: .seconds(5)))
    #expect(health.turn(now: .milliseconds(19_999)) == .leave(.timeout))
    #expect(!health.isIsolated && health.turn(now: .seconds(20)) == .probe)
    // Also where its probes cost next to nothing.
    for second in [20, 30] {
      _ = silent(&health, at: second, cost: .milliseconds(1), timeout: .seconds(5))
    }
    #expect(health.isIsolated && health.turn(now: .milliseconds(39_999)) == .leave(.timeout))
    _ = health.answered(within: nil)
    #expect(health.turn(now: .seconds(31)) == .ask)
  }

  @Test func `one probe in sixteen waits for the whole timeout`() {
    var health = DeviceHealth()
    _ = health.answered(within: .milliseconds(20))
    var (whole, now) = ([Int](), 0)
    #expect(silent(&health, at: now, requests: 3))
    for probe in 1...40 {
      now += 60
      if health.patience(.seconds(1)) == .seconds(1) { whole.append(probe) }
      _ = silent(&health, at: now, requests: 3)
    }
    #expect(whole == [16, 32])
  }

  /// A line that is always busy, in steps of the time that is spent in vain.
  @Test(arguments: [false, true], [0, 20, 40])
  func `whatever the minute, silence takes less than a twentieth of it`(
    hasAnswered: Bool, deathTime: Int
  ) {
    var health = DeviceHealth()
    if hasAnswered { _ = health.answered(within: .milliseconds(30)) }
    var (now, spent) = (Duration.seconds(deathTime), [(at: Duration, time: Duration)]())
    while now < .seconds(600) {
      let turn = health.turn(now: now)
      guard turn == .ask || turn == .probe else {
        now += .milliseconds(50)
        continue
      }
      let patience = health.patience(.seconds(1))
      let cost = turn == .ask ? .seconds(1) + patience : patience
      spent.append((now, cost))
      now += cost
      _ = health.silent(
        .timeout, requests: turn == .ask ? 2 : 1, timeout: .seconds(1), now: now, cost: cost,
        isolatedCount: 0)
    }
    for (start, _) in spent {
      let minute = spent.filter { $0.at >= start && $0.at < start + .seconds(60) }
      #expect(minute.reduce(.zero) { $0 + $1.time } < .seconds(3), "from \(start)")
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
