import Spool
import System
import Testing

@testable import Pipeline

@Suite struct ClockFloorTests {
  private func boots(_ entries: [(Int64, Bool)]) -> BootTimes {
    var boots = BootTimes()
    for (index, entry) in entries.enumerated() {
      _ = boots.note(
        BootTimes.Entry(
          bootID: Spool.BootID(high: 1, low: UInt64(index)), bootMilliseconds: entry.0,
          isKnown: entry.1))
    }
    return boots
  }

  @Test func `the floor is the version's day, or the last boot of a known time`() {
    let day = ClockFloor.released
    #expect(ClockFloor.seconds(boots([])) == day)
    #expect(ClockFloor.seconds(boots([(0, true), (5_000, false)])) == day)
    #expect(ClockFloor.seconds(boots([((day + 60) * 1_000, true), (7_000, true)])) == day + 60)
    // A clock that ran ahead in some boot must not keep good certificates out for ever.
    #expect(ClockFloor.seconds(boots([((day + 60) * 1_000, false)])) == day)
  }

  @Test func `the version's day is over`() {
    #expect(ClockFloor.released < Clock.unixMilliseconds / 1_000)
  }
}
