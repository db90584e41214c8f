import TestSupport
import Testing

@testable import Pipeline

struct ScheduleTests {
  /// A machine's clocks: what the wall clock says besides the time since boot, from when on.
  private struct Machine {
    var steps: [(at: Duration, offset: Duration)]

    func offset(_ now: Duration) -> Duration {
      steps.last { $0.at <= now }?.offset ?? steps[0].offset
    }
  }

  /// Boot at 2024-11-23T02:46:40.250 UTC.
  private static let boot: Duration = .milliseconds(1_732_330_000_250)

  private func schedule(
    _ intervals: [Duration], offset: Duration = .zero, start: Duration, wall: Duration = boot
  ) -> Schedule {
    Schedule(
      intervals.map { Schedule.Task(interval: $0, grid: .wall(offset: offset)) },
      start: start, wallOffset: wall)
  }

  /// Runs a schedule in simulated time; each task takes `cost`, and while nothing is due the worker
  /// sleeps for a minute at most.
  private func turns(
    _ schedule: inout Schedule, from start: Duration, for length: Duration,
    cost: Duration = .zero, _ machine: Machine = Machine(steps: [(.zero, boot)])
  ) -> [Int: [Duration]] {
    var now = start
    var turns: [Int: [Duration]] = [:]
    while now < start + length {
      if let turn = schedule.takeDue(now: now, wallOffset: machine.offset(now)) {
        turns[turn.task, default: []].append(now)
        now += cost
      } else {
        now = min(schedule.nextDue ?? start + length, now + .seconds(60))
      }
    }
    return turns
  }

  @Test func `a task is due at once, and then where the wall clock is a multiple of its interval`()
  {
    var schedule = schedule([.seconds(10)], start: .seconds(7))
    // Wall: 02:46:47.250, then 02:47:00, 02:47:10, 02:47:20.
    let turns = turns(&schedule, from: .seconds(7), for: .seconds(35))
    #expect(
      turns[0] == [
        .seconds(7), .milliseconds(19_750), .milliseconds(29_750), .milliseconds(39_750),
      ]
    )
    #expect(schedule.missed(of: 0) == 0)
  }

  @Test(
    arguments: [
      (10, 2, [2, 12, 22]), (60, 15, [15, 75, 135]), (10, 32, [2, 12, 22]),
      // Not a divisor of the day: 1732330000 is 2 above a multiple of 7.
      (7, 0, [5, 12, 19, 26]),
    ] as [(Int, Int, [Int])])
  func `an offset moves the ticks, and the epoch is where they begin`(
    interval: Int, offset: Int, seconds: [Int]
  ) {
    let boot: Duration = .seconds(1_732_330_000 - 1_732_330_000 % 60)
    let isSeven = interval == 7
    var schedule = schedule(
      [.seconds(interval)], offset: .seconds(offset), start: .zero,
      wall: isSeven ? .seconds(1_732_330_000) : boot)
    let turns = turns(
      &schedule, from: .zero, for: .seconds((seconds.last ?? 0) + 1),
      Machine(steps: [(.zero, isSeven ? .seconds(1_732_330_000) : boot)]))
    let later = turns[0]?.dropFirst().map { $0 } ?? []
    let earliest: Duration = .seconds(interval) / 2
    #expect(later == seconds.map { .seconds($0) }.filter { $0 >= earliest })
  }

  @Test func `tasks that take long do not drift`() {
    var schedule = schedule([.seconds(1)], start: .zero)
    let turns = turns(&schedule, from: .zero, for: .seconds(100), cost: .milliseconds(900))
    // The first turn is at once, and makes the next two late.
    #expect(turns[0]?.prefix(3) == [.zero, .milliseconds(900), .milliseconds(1_800)])
    #expect(turns[0]?.dropFirst(3).map { $0 } == (2..<100).map { .milliseconds(750 + 1_000 * $0) })
    #expect(schedule.missed(of: 0) == 0)
  }

  @Test func `turns that come too late are skipped and counted by task, never made up for`() {
    var schedule = schedule([.seconds(1), .seconds(60)], start: .zero, wall: .zero)
    #expect(schedule.takeDue(now: .zero, wallOffset: .zero) == Schedule.Turn(task: 0, missed: 0))
    #expect(schedule.takeDue(now: .zero, wallOffset: .zero) == Schedule.Turn(task: 1, missed: 0))
    let late: Duration = .milliseconds(5_300)
    #expect(schedule.takeDue(now: late, wallOffset: .zero) == Schedule.Turn(task: 0, missed: 4))
    #expect(schedule.takeDue(now: late, wallOffset: .zero) == nil)
    #expect(schedule.nextDue == .seconds(6))
    #expect(schedule.missed(of: 0) == 4)
    #expect(schedule.missed(of: 1) == 0)
  }

  @Test func `on a bus that is too slow every task gets its turns`() {
    var schedule = schedule([.seconds(1), .seconds(1), .seconds(1)], start: .zero)
    // A third of the turns can be had: each takes as long as the interval.
    let turns = turns(&schedule, from: .zero, for: .seconds(300), cost: .seconds(1))
    for task in 0..<3 { #expect((95...105).contains(turns[task]?.count ?? 0), "task \(task)") }
    #expect((0..<3).reduce(0) { $0 + schedule.missed(of: $1) } > 500)
  }

  @Test func `a bus that is busy for half its time loses no turn of the task behind`() {
    var schedule = schedule([.seconds(1), .seconds(1)], start: .zero)
    let turns = turns(&schedule, from: .zero, for: .seconds(100), cost: .milliseconds(490))
    #expect((99...101).contains(turns[1]?.count ?? 0))
    #expect(schedule.missed(of: 1) == 0)
  }

  @Test func `the task that has waited longest goes first`() {
    var schedule = schedule([.seconds(5), .seconds(1)], start: .zero, wall: .zero)
    func next(_ now: Duration) -> Int? { schedule.takeDue(now: now, wallOffset: .zero)?.task }
    #expect(next(.zero) == 0)
    #expect(next(.zero) == 1)
    #expect(next(.seconds(7)) == 1)
    #expect(next(.seconds(7)) == 0)
  }

  @Test func `a bus without tasks is never due`() {
    var schedule = schedule([], start: .zero)
    #expect(schedule.nextDue == nil)
    #expect(schedule.takeDue(now: .seconds(1), wallOffset: .zero) == nil)
  }

  @Test func `tasks that follow no clock are spread evenly, and a clock that is set moves none`() {
    var schedule = Schedule(
      (0..<4).map { _ in Schedule.Task(interval: .seconds(10), grid: .spread) }
        + [Schedule.Task(interval: .seconds(60), grid: .spread)],
      start: .seconds(100), wallOffset: .zero)
    let machine = Machine(steps: [(.zero, .zero), (.seconds(133), .seconds(1_732_330_003))])
    let turns = turns(&schedule, from: .seconds(100), for: .seconds(60), machine)
    let phases: [Duration] = [.zero, .milliseconds(2_500), .seconds(5), .milliseconds(7_500)]
    for (task, phase) in phases.enumerated() {
      let expected = (10..<17).map { Duration.seconds(10 * $0) + phase }
        .filter { $0 >= .seconds(105) && $0 < .seconds(160) }
      #expect(turns[task] == [.seconds(100)] + expected, "task \(task)")
    }
  }

  /// What is promised of a clock that is set, for an interval and a step.
  private func expectSteady(
    _ turns: [Duration], interval: Duration, _ machine: Machine, _ comment: String
  ) {
    for (earlier, later) in zip(turns, turns.dropFirst()) {
      #expect(later - earlier >= interval / 2, "\(comment) at \(earlier): \(later - earlier)")
      #expect(later - earlier <= interval * 3 / 2, "\(comment) at \(earlier): \(later - earlier)")
    }
    guard let last = turns.last else { return }
    // Where the clock has moved by less than the tolerance, it may be that much early.
    let wall = last + machine.offset(last) + Schedule.wallTolerance
    let milliseconds =
      wall.components.seconds % interval.components.seconds * 1_000
      + wall.components.attoseconds / 1_000_000_000_000_000
    #expect((0...2).contains(milliseconds), "\(comment)")
  }

  @Test(
    arguments: [
      .seconds(-40_000_003), .seconds(-3_600), .milliseconds(-7_001), .milliseconds(-4_999),
      .milliseconds(-1), .milliseconds(1), .milliseconds(499), .milliseconds(5_000),
      .seconds(10), .seconds(7_201), .seconds(1_732_330_007),
    ] as [Duration])
  func `a clock that is set neither bunches turns nor loses them`(step: Duration) {
    for phase in stride(from: 0, to: 20_000, by: 370) {
      let at: Duration = .milliseconds(100_000 + phase)
      let machine = Machine(steps: [(.zero, Self.boot), (at, Self.boot + step)])
      var schedule = schedule([.seconds(10)], start: .zero)
      let turns = turns(&schedule, from: .zero, for: .seconds(200), machine)
      expectSteady(turns[0] ?? [], interval: .seconds(10), machine, "set by \(step) at \(at)")
      #expect(schedule.missed(of: 0) == 0)
    }
  }

  @Test func `a long interval finds the new time though the worker sleeps`() {
    let machine = Machine(steps: [(.zero, .zero), (.seconds(30), Self.boot)])
    var schedule = schedule([.seconds(86_400)], start: .zero, wall: .zero)
    let turns = turns(&schedule, from: .zero, for: .seconds(3 * 86_400), machine)
    expectSteady(turns[0] ?? [], interval: .seconds(86_400), machine, "after the first day")
    // 02:46:40 of the first day, and three midnights.
    #expect(turns[0]?.count == 4)
  }

  @Test(arguments: [-500, 500])
  func `a clock that is slewed is followed`(partsPerMillion: Int) {
    // As adjtime(3) does it: by 500 microseconds a second, for ten minutes.
    let machine = Machine(
      steps: (0...600).map {
        (.seconds($0), Self.boot + .microseconds(partsPerMillion * $0))
      })
    var schedule = schedule([.seconds(10)], start: .zero)
    let turns = turns(&schedule, from: .zero, for: .seconds(700), machine)
    expectSteady(turns[0] ?? [], interval: .seconds(10), machine, "slewed")
    #expect(abs((turns[0]?.count ?? 0) - 71) <= 1)
  }

  @Test func `a clock that is set again and again costs no turn, whatever the intervals`() {
    var random = SplitMix64(seed: 11)
    for _ in 0..<50 {
      var machine = Machine(steps: [(.zero, Self.boot)])
      for second in stride(from: 3, to: 3_000, by: Int.random(in: 1...90, using: &random)) {
        let step = Int.random(in: -100_000...100_000, using: &random)
        machine.steps.append((.seconds(second), Self.boot + .milliseconds(step)))
      }
      var schedule = schedule([.seconds(1), .seconds(20), .seconds(7)], start: .zero)
      let turns = turns(&schedule, from: .zero, for: .seconds(3_000), machine)
      for (task, interval) in [1, 20, 7].enumerated() {
        let times = turns[task] ?? []
        for (earlier, later) in zip(times, times.dropFirst()) {
          // Steps too small for steps are followed like a slew.
          #expect(later - earlier >= .seconds(interval) / 2 - .seconds(interval) / 16)
          #expect(later - earlier <= .seconds(interval) * 3 / 2)
        }
      }
    }
  }

  @Test func `a wall clock beyond all time stops nothing`() {
    for wall in [Duration.seconds(Int64.max / 2), .seconds(Int64.min / 2)] {
      var schedule = schedule([.seconds(10)], start: .zero, wall: .zero)
      #expect(schedule.takeDue(now: .zero, wallOffset: wall)?.task == 0)
      let due = schedule.nextDue ?? .zero
      #expect(due >= .seconds(5) && due <= .seconds(15))
    }
  }
}
