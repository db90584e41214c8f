import Testing

@testable import Pipeline

struct ScheduleTests {
  /// Runs a schedule in simulated time, in steps of a millisecond; each task takes `cost`.
  private func turns(
    _ schedule: inout Schedule, from start: Duration, for length: Duration, cost: Duration = .zero
  ) -> [Int: [Duration]] {
    var now = start
    var turns: [Int: [Duration]] = [:]
    while now < start + length {
      if let task = schedule.takeDue(now: now) {
        turns[task, default: []].append(now - start)
        now += cost
      } else {
        now = schedule.nextDue ?? start + length
      }
    }
    return turns
  }

  @Test func `a task is due at once and then every interval, exactly`() {
    let start: Duration = .seconds(1_000)
    var schedule = Schedule(intervals: [.milliseconds(250)], start: start)
    let turns = turns(&schedule, from: start, for: .seconds(1))
    #expect(turns[0] == [.zero, .milliseconds(250), .milliseconds(500), .milliseconds(750)])
    #expect(schedule.missed == 0)
  }

  @Test func `tasks that take long do not drift`() {
    var schedule = Schedule(intervals: [.seconds(1)], start: .zero)
    let turns = turns(&schedule, from: .zero, for: .seconds(100), cost: .milliseconds(900))
    #expect(turns[0] == (0..<100).map { .seconds($0) })
  }

  @Test func `turns that come too late are skipped and counted, never made up for`() {
    var schedule = Schedule(intervals: [.seconds(1)], start: .zero)
    #expect(schedule.takeDue(now: .zero) == 0)
    #expect(schedule.takeDue(now: .milliseconds(5_300)) == 0)
    #expect(schedule.missed == 4)
    #expect(schedule.takeDue(now: .milliseconds(5_300)) == nil)
    #expect(schedule.nextDue == .seconds(6))
  }

  @Test func `on a bus that is too slow every task gets its turns`() {
    var schedule = Schedule(
      intervals: [.seconds(1), .seconds(1), .seconds(1)], start: .zero)
    // A third of the turns can be had: each takes as long as the interval.
    let turns = turns(&schedule, from: .zero, for: .seconds(300), cost: .seconds(1))
    for task in 0..<3 { #expect((95...105).contains(turns[task]?.count ?? 0), "task \(task)") }
    #expect(schedule.missed > 500)
  }

  @Test func `the task that has waited longest goes first`() {
    var schedule = Schedule(intervals: [.seconds(5), .seconds(1)], start: .zero)
    #expect(schedule.takeDue(now: .zero) == 0)
    #expect(schedule.takeDue(now: .zero) == 1)
    #expect(schedule.takeDue(now: .seconds(7)) == 1)
    #expect(schedule.takeDue(now: .seconds(7)) == 0)
  }

  @Test func `a bus without tasks is never due`() {
    var schedule = Schedule(intervals: [], start: .zero)
    #expect(schedule.nextDue == nil)
    #expect(schedule.takeDue(now: .seconds(1)) == nil)
  }
}
