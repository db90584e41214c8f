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
    let tasks = devices.indices.flatMap { device in
      devices[device].groups.indices.map { Task(device: device, group: $0) }
    }
    var faults = devices.map { _ in LogLimiter() }
    var schedule = Schedule(
      tasks.map { devices[$0.device].task(ofGroup: $0.group) }, start: Clock.sinceBoot,
      wallOffset: Clock.wallOffset)
    while !isStopping.withLock({ $0 }) {
      guard let turn = schedule.takeDue(now: Clock.sinceBoot, wallOffset: Clock.wallOffset) else {
        waitUntil(schedule.nextDue)
        continue
      }
      let task = tasks[turn.task]
      take(task, over: &master, faults: &faults[task.device], missed: turn.missed)
    }
  }

  private struct Task {
    let device: Int
    let group: Int
  }

  private func take<Master: ModbusMaster & ~Copyable>(
    _ task: Task, over master: inout Master, faults: inout LogLimiter, missed: UInt64
  ) {
    let device = devices[task.device]
    let (sample, errors) = device.sample(
      group: task.group, over: &master, unixMilliseconds: Clock.unixMilliseconds,
      sinceBoot: Clock.sinceBoot, pause: Clock.sleep(for:))
    var missing: UInt64 = 0
    for case .missing in sample.outcomes { missing += 1 }
    totals.withLock { totals in
      totals.samples += 1
      totals.values += UInt64(sample.outcomes.count) - missing
      totals.missing += missing
      totals.busErrors += UInt64(errors.count)
      totals.turnsMissed += missed
    }
    inbox.put(sample)
    tell(errors.first, of: names[device.index], faults: &faults)
  }

  private func tell(_ error: BusError?, of device: String, faults: inout LogLimiter) {
    guard let error else {
      if faults.recover() { Log.notice("device answers again", ["device": device]) }
      return
    }
    var reason = error.reason.name
    if case .system(let number) = error { reason += ": \(Errno(number).text)" }
    guard let repeated = faults.tell(reason, now: Clock.sinceBoot) else { return }
    Log.warning(
      "reading failed", ["device": device, "reason": reason, "repeated": "\(repeated)"])
  }

  /// So long at most is the schedule left alone, for the wall clock may be set meanwhile.
  private static let waitMax: Duration = .seconds(60)

  /// Waits for the next turn; a bus without devices waits for the end.
  private func waitUntil(_ due: Duration?) {
    let timeout = due.map { min($0 - Clock.sinceBoot, BusWorker.waitMax) } ?? Poll.idle
    do throws(Errno) {
      try Poll.wait(for: wakeup, timeout: timeout)
    } catch {
      // poll(2) fails for want of memory alone; without this the loop would spin meanwhile.
      Clock.sleep(for: .milliseconds(100))
    }
  }
}

extension ModbusDevice {
  /// When a group is due.
  fileprivate func task(ofGroup group: Int) -> Schedule.Task {
    let grid: Schedule.Grid =
      switch timing {
      case .wallClock(let offset): .wall(offset: offset)
      case .spread: .spread
      }
    return Schedule.Task(interval: groups[group].interval, grid: grid)
  }
}
