internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// What the thread of one bus does: takes its devices' readings when they are due, one at a time.
final class BusWorker: Sendable {
  private let devices: [ModbusDevice]
  private let names: [String]
  private let inbox: Inbox<Sample>
  private let totals: Locked<Totals>
  private let isStopping = Locked(false)
  private let wakeup: Wakeup

  /// A worker for the devices on one bus.
  /// - Parameters:
  ///   - devices: the devices on this bus.
  ///   - names: the names of all devices of the configuration, by their index there.
  ///   - inbox: takes the readings.
  ///   - totals: counts what was done.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(
    devices: [ModbusDevice], names: [String], inbox: Inbox<Sample>, totals: Locked<Totals>
  ) throws(Errno) {
    self.devices = devices
    self.names = names
    self.inbox = inbox
    self.totals = totals
    wakeup = try Wakeup()
  }

  /// Asks the thread to end after the request that is under way.
  func requestStop() {
    isStopping.withLock { $0 = true }
    wakeup.ring()
  }

  /// Works on the calling thread until it is asked to stop, over a line that it opens itself.
  func run(on link: Bus.Link) {
    switch link {
    case .modbusTCP(let host, let port):
      var master = ModbusTCPMaster(host: host, port: port)
      run(over: &master)
    }
  }

  /// Works on the calling thread until it is asked to stop.
  func run<Master: ModbusMaster & ~Copyable>(over master: inout Master) {
    var posts = devices.map { DevicePost($0, name: names[$0.index]) }
    let tasks = posts.indices.flatMap { post in
      posts[post].device.groups.indices.map { Task(post: post, group: $0) }
    }
    var schedule = Schedule(
      intervals: tasks.map { posts[$0.post].device.groups[$0.group].interval },
      start: Clock.sinceBoot)
    var missedBefore: UInt64 = 0
    while !isStopping.withLock({ $0 }) {
      guard let index = schedule.takeDue(now: Clock.sinceBoot) else {
        waitUntil(schedule.nextDue)
        continue
      }
      let missed = schedule.missed - missedBefore
      missedBefore = schedule.missed
      let task = tasks[index]
      let isolatedCount = posts.reduce(0) { $0 + ($1.isIsolated ? 1 : 0) }
      let result = posts[task.post].take(
        group: task.group, over: &master, isolatedCount: isolatedCount)
      count(result.sample, errors: result.errorCount, missed: missed)
      inbox.put(result.sample)
    }
  }

  private struct Task {
    let post: Int
    let group: Int
  }

  private func count(_ sample: Sample, errors: Int, missed: UInt64) {
    var missing: UInt64 = 0
    for case .missing in sample.outcomes { missing += 1 }
    totals.withLock { totals in
      totals.samples += 1
      totals.values += UInt64(sample.outcomes.count) - missing
      totals.missing += missing
      totals.busErrors += UInt64(errors)
      totals.turnsMissed += missed
    }
  }

  /// Waits for the next turn; a bus without devices waits for the end.
  private func waitUntil(_ due: Duration?) {
    let timeout = due.map { $0 - Clock.sinceBoot } ?? Poll.idle
    do throws(Errno) {
      try Poll.wait(for: wakeup, timeout: timeout)
    } catch {
      // poll(2) fails for want of memory alone; without this the loop would spin meanwhile.
      Clock.sleep(for: .milliseconds(100))
    }
  }
}
