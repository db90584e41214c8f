import Testing

@testable import Pipeline

struct BusUseTests {
  @Test func `the share is that since the last report`() {
    var use = BusUse(now: .seconds(100))
    var work = BusTally([])
    work.busy = .milliseconds(2_500)
    work.turnsMissed = 3
    var taken = use.take(work, now: .seconds(110))
    #expect(taken.percent == 25 && taken.turnsMissed == 3)
    taken = use.take(work, now: .seconds(120))
    #expect(taken.percent == 0 && taken.turnsMissed == 0)
    // A reading of 12 s that ended just now began before the last report.
    work.busy += .seconds(12)
    work.turnsMissed += 1
    taken = use.take(work, now: .seconds(130))
    #expect(taken.percent == 100 && taken.turnsMissed == 1)
    // Two reports at once.
    taken = use.take(work, now: .seconds(130))
    #expect(taken.percent == 0 && taken.turnsMissed == 0)
  }
}
