/// When the tasks of one bus are due; pure, the time is an argument.
///
/// A task is due at its start and then every interval. A task that comes too late is done once,
/// and the turns that it missed are counted, never made up for: a slow line must not fall behind
/// for ever.
struct Schedule {
  private struct Task {
    let interval: Duration
    var due: Duration
  }

  private var tasks: [Task]

  /// How many turns were missed so far.
  private(set) var missed: UInt64 = 0

  /// Tasks by their intervals, all of them due at `start`.
  init(intervals: [Duration], start: Duration) {
    precondition(intervals.allSatisfy { $0 > .zero }, "configuration refuses intervals of zero")
    tasks = intervals.map { Task(interval: $0, due: start) }
  }

  /// When the next task is due; nil where there are none.
  var nextDue: Duration? { tasks.map { $0.due }.min() }

  /// The task that has been due for longest, which is then due again an interval later.
  /// - Returns: its index; nil where none is due at `now`.
  mutating func takeDue(now: Duration) -> Int? {
    var found: Int?
    for index in tasks.indices where tasks[index].due <= now {
      if let earlier = found, tasks[earlier].due <= tasks[index].due { continue }
      found = index
    }
    guard let found else { return nil }
    let interval = tasks[found].interval
    let turnsMissed = Int64((now - tasks[found].due) / interval)
    missed += UInt64(turnsMissed)
    tasks[found].due += interval * (turnsMissed + 1)
    return found
  }
}
