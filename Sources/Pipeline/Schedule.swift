/// When the tasks of one bus are due; pure, the times are arguments.
///
/// A task is due at once, and then at the ticks of its grid, an interval apart. The grid follows the
/// wall clock or leaves it alone, but a turn is never less than half an interval after the last nor
/// more than one and a half: a clock that is set, back or forth, neither bunches turns nor loses
/// them. A task that comes too late is done once, and the turns that it missed are counted, never
/// made up for: a slow line must not fall behind for ever.
struct Schedule {
  /// What is to be done, and how often.
  struct Task {
    /// The time from one tick to the next.
    let interval: Duration
    /// Where the ticks are.
    let grid: Grid
  }

  /// Where the ticks of a task are.
  enum Grid: Equatable {
    /// At the multiples of the interval since 1970-01-01T00:00:00 UTC, by the wall clock, and so
    /// much later: every 10 s is :00, :10, :20.
    case wall(offset: Duration)
    /// Anywhere, whatever the wall clock says; the tasks of one interval are spread evenly over it.
    case spread
  }

  /// One turn of a task.
  struct Turn: Equatable {
    /// Its index among the tasks.
    let task: Int
    /// Its turns since the last that came too late.
    let missed: UInt64
  }

  private struct State {
    let interval: Duration
    /// The first tick of the grid that is not before zero, less than an interval.
    let phase: Duration
    let isByWall: Bool
    /// When the last turn was due.
    var last: Duration?
    var due: Duration
    var missed: UInt64 = 0
  }

  private var states: [State]
  private var wallOffset: Duration

  /// Offsets are read from two clocks one after the other, so they are never quite the same; what
  /// differs by less moves no tick.
  static let wallTolerance: Duration = .milliseconds(1)

  /// Tasks, all of them due at `start`.
  /// - Parameter wallOffset: the wall clock, as time since 1970, less the time since boot.
  init(_ tasks: [Task], start: Duration, wallOffset: Duration) {
    precondition(tasks.allSatisfy { $0.interval > .zero }, "configuration refuses such intervals")
    self.wallOffset = wallOffset
    states = tasks.indices.map { index in
      let task = tasks[index]
      let phase: Duration
      var isByWall = false
      switch task.grid {
      case .wall(let offset):
        phase = offset % task.interval
        isByWall = true
      case .spread:
        func isSpread(_ other: Task) -> Bool {
          other.grid == .spread && other.interval == task.interval
        }
        let place = tasks[..<index].count(where: isSpread)
        phase = task.interval * place / tasks.count(where: isSpread)
      }
      return State(interval: task.interval, phase: phase, isByWall: isByWall, due: start)
    }
  }

  /// When the next task is due; nil where there are none.
  var nextDue: Duration? {
    var next: Duration?
    for state in states where next.map({ state.due < $0 }) ?? true { next = state.due }
    return next
  }

  /// How many turns of a task came too late so far.
  func missed(of task: Int) -> UInt64 { states[task].missed }

  /// The task that has been due for longest; its turn is taken then, and it is due again at the
  /// grid's next tick.
  /// - Parameter wallOffset: as it is now.
  /// - Returns: nil where none is due at `now`.
  mutating func takeDue(now: Duration, wallOffset: Duration) -> Turn? {
    follow(wallOffset, now: now)
    var found: Int?
    for index in states.indices where states[index].due <= now {
      if let earlier = found, states[earlier].due <= states[index].due { continue }
      found = index
    }
    guard let found else { return nil }
    var state = states[found]
    let missed = (now - state.due).nanoseconds / state.interval.nanoseconds
    state.missed += UInt64(missed)
    state.last = state.due + state.interval * missed
    states[found] = state
    states[found].due = next(state)
    return Turn(task: found, missed: UInt64(missed))
  }

  /// Takes over what the wall clock says now.
  private mutating func follow(_ wallOffset: Duration, now: Duration) {
    let change = wallOffset - self.wallOffset
    let distance = max(change, .zero - change)
    guard distance > Schedule.wallTolerance else { return }
    self.wallOffset = wallOffset
    for index in states.indices where states[index].isByWall {
      var state = states[index]
      let due = next(state)
      // A tick that the clock was set beyond was never waited for: the turn is now, and those after
      // it keep their distance from it. A clock that is slewed moves ticks by a little only.
      let isSet = distance > state.interval / Schedule.stepShare
      state.due = isSet ? max(due, now) : due
      states[index] = state
    }
  }

  /// A clock that moves by less than this part of an interval at once is slewed, not set.
  private static let stepShare = 16

  /// The first tick that is half an interval or more after the last turn; no tick is further than
  /// an interval behind it.
  private func next(_ state: State) -> Duration {
    guard let last = state.last else { return state.due }
    let earliest = last + state.interval / 2
    let offset = state.isByWall ? wallOffset : .zero
    let sinceTick = (earliest + offset - state.phase) % state.interval
    return sinceTick == .zero ? earliest : earliest + state.interval - sinceTick
  }
}

extension Duration {
  /// What is left when `interval` is taken away as often as it goes, not below zero.
  fileprivate static func % (duration: Duration, interval: Duration) -> Duration {
    let rest = duration.nanoseconds % interval.nanoseconds
    return .nanoseconds(rest < 0 ? rest + interval.nanoseconds : rest)
  }

  /// Whole nanoseconds; those of a wall clock that is centuries off wrap around, and it stays as wrong
  /// as it was.
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
