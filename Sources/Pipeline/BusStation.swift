internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// A bus at work: its devices, its thread, and what is known of both.
final class BusStation {
  /// A device of a running gateway. Its slot is its own for as long as nothing about it changes,
  /// whatever becomes of others.
  struct Resident {
    let slot: Int
    let device: Device
  }

  /// What all stations have in common.
  struct Surroundings {
    let inbox: Inbox<Sample>
    let totals: Locked<Totals>
    /// What keeps the totals of pulse counters.
    let keeper: TotalsKeeper?
  }

  let bus: Bus
  let residents: [Resident]
  let outlet: BusOutlet
  /// Counts the load from one look to the next.
  var use: BusUse
  private let thread: Thread
  private let worker: Worker

  private enum Worker {
    case asking(BusWorker)
    case watching(GPIOWorker)
  }

  /// Starts a thread for the devices of a bus.
  /// - Parameter predecessors: the threads that had the same line before; theirs is the line until
  ///   they have ended, or `handoverMax` has passed.
  /// - Throws: where the system refuses another thread or event.
  init(
    _ bus: Bus, _ residents: [Resident], in surroundings: Surroundings,
    after predecessors: [BusStation] = []
  ) throws(Errno) {
    self.bus = bus
    self.residents = residents
    use = BusUse(now: Clock.sinceBoot)
    let names = residents.map { $0.device.name }
    let outlet = BusOutlet(
      residents.map { ($0.slot, $0.device.name) }, inbox: surroundings.inbox,
      totals: surroundings.totals)
    self.outlet = outlet
    let elders = predecessors.map { ($0.thread, $0.outlet) }
    let link = bus.link
    if case .gpio(let chip) = link {
      let worker = try GPIOWorker(
        devices: residents.map { GPIODevice(configuration: $0.device, index: $0.slot) },
        names: names, outlet: outlet, keeper: surroundings.keeper)
      self.worker = .watching(worker)
      // The kernel keeps 16 edges of a line, or a few hundred, and drops the others.
      thread = try Thread("bus-\(bus.name)", .urgent) {
        BusStation.await(elders, outlet)
        worker.run(on: chip)
        outlet.pulse.retire()
      }
    } else {
      let worker = try BusWorker(
        devices: residents.map { BusDevice($0.device, index: $0.slot) }, names: names,
        outlet: outlet)
      self.worker = .asking(worker)
      thread = try Thread("bus-\(bus.name)") {
        BusStation.await(elders, outlet)
        worker.run(on: link)
        outlet.pulse.retire()
      }
    }
  }

  /// A thread that hangs gives its line up only by being left behind.
  private static let handoverMax: Duration = .seconds(30)

  private static func await(_ elders: [(Thread, BusOutlet)], _ outlet: BusOutlet) {
    outlet.pulse.promise(within: handoverMax + Pulse.slack)
    let deadline = Clock.sinceBoot + handoverMax
    for (thread, elder) in elders {
      thread.join(within: max(deadline - Clock.sinceBoot, .zero))
      elder.close()
    }
  }

  /// Asks the thread to end after what it is doing.
  func requestStop() {
    switch worker {
    case .asking(let worker): worker.requestStop()
    case .watching(let worker): worker.requestStop()
    }
  }

  /// Waits for the thread's end; false where `timeout` has passed first.
  @discardableResult
  func join(within timeout: Duration) -> Bool { thread.join(within: max(timeout, .zero)) }
}
