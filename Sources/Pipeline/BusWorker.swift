internal import Configuration
internal import System

/// What the thread of one bus does: takes its devices' readings when they are due, one at a time.
final class BusWorker: Sendable {
  private let devices: [BusDevice]
  private let names: [String]
  private let outlet: BusOutlet
  private let isStopping = Locked(false)
  private let wakeup: Wakeup

  /// A worker for the devices on one bus.
  /// - Parameters:
  ///   - devices: the devices on this bus.
  ///   - names: their names.
  ///   - outlet: takes the readings.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(devices: [BusDevice], names: [String], outlet: BusOutlet) throws(Errno) {
    self.devices = devices
    self.names = names
    self.outlet = outlet
    wakeup = try Wakeup()
  }

  /// Asks the thread to end after the request that is under way.
  func requestStop() {
    isStopping.withLock { $0 = true }
    wakeup.ring()
  }

  /// Works on the calling thread until it is asked to stop, over a line that it opens itself.
  func run(on link: Bus.Link) {
    let line = BusLine(link)
    var posts = zip(devices, names).map { DevicePost($0, name: $1) }
    let limit = turnMax
    let tasks = posts.indices.flatMap { post in
      posts[post].device.groups.indices.map { Task(post: post, group: $0) }
    }
    var schedule = Schedule(
      tasks.map { posts[$0.post].device.task(ofGroup: $0.group) }, start: Clock.sinceBoot,
      wallOffset: Clock.wallOffset)
    while !isStopping.withLock({ $0 }) {
      guard
        let turn = schedule.takeDue(
          now: Clock.sinceBoot - BusWorker.afterTick, wallOffset: Clock.wallOffset)
      else {
        waitUntil(schedule.nextDue.map { $0 + BusWorker.afterTick })
        continue
      }
      outlet.pulse.promise(within: limit)
      let task = tasks[turn.task]
      let isolatedCount = posts.reduce(0) { $0 + ($1.isIsolated ? 1 : 0) }
      let taken = posts[task.post].take(
        group: task.group, over: line, isolatedCount: isolatedCount)
      outlet.put(taken, isIsolated: posts[task.post].isIsolated, turnsMissed: turn.missed)
    }
  }

  /// No turn takes longer: all that a device is asked in vain, with the look-up of its host's name.
  private var turnMax: Duration {
    devices.reduce(.zero) { max($0, $1.longestTurn) } + Pulse.slack
  }

  private struct Task {
    let post: Int
    let group: Int
  }

  /// A turn comes so long after its tick: the schedule knows the wall clock to a millisecond, and a
  /// reading of 09:59:59.999 would be taken for one of the minute before.
  private static let afterTick: Duration = .milliseconds(2)

  /// So long at most is the schedule left alone, for the wall clock may be set meanwhile.
  private static let waitMax: Duration = .seconds(60)

  /// poll(2) may come late by some hundredths of what it waits for. So it waits for the greater part,
  /// again and again, and what is left is slept through by clock_nanosleep(2), which is exact; a bell
  /// that rings meanwhile is heard after that.
  private static let nap: Duration = .milliseconds(2)

  /// Waits for the next turn, or for most of the time until then; a bus without devices waits for the
  /// end.
  private func waitUntil(_ due: Duration?) {
    let rest = due.map { $0 - Clock.sinceBoot } ?? Poll.idle
    outlet.pulse.promise(within: max(min(rest, BusWorker.waitMax), .zero) + Pulse.slack)
    if rest <= BusWorker.nap {
      Clock.sleep(for: rest)
      return
    }
    let timeout = min(rest - max(rest / 8, BusWorker.nap), BusWorker.waitMax)
    do throws(Errno) {
      try Poll.wait(for: wakeup, timeout: timeout)
    } catch {
      // poll(2) fails for want of memory alone; without this the loop would spin meanwhile.
      Clock.sleep(for: .milliseconds(100))
    }
  }
}

extension BusDevice {
  /// When a group is due.
  fileprivate func task(ofGroup group: Int) -> Schedule.Task {
    Schedule.Task(interval: groups[group].interval, timing)
  }
}

extension Schedule.Task {
  /// What is due so often, as a configuration wants it.
  init(interval: Duration, _ timing: Sampling.Timing) {
    self.interval = interval
    grid =
      switch timing {
      case .wallClock(let offset): .wall(offset: offset)
      case .spread: .spread
      }
  }
}
