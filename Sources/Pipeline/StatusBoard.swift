internal import Configuration
internal import Spool
internal import Status
internal import System
internal import Telemetry

/// Puts the gateway's status together, for whatever thread asks.
final class StatusBoard: Sendable {
  /// A bus that is looked at.
  private struct Watched {
    let name: String
    let outlet: BusOutlet
    var use: BusUse
    var load = 0
  }

  private struct State {
    var buses: [Watched] = []
    /// Name, slot and index of the bus, in the order of the configuration.
    var devices: [(name: String, slot: Int, bus: Int)] = []
    var measuredAt: Duration
    var status: GatewayStatus
  }

  private let spool: Spool
  private let inbox: Inbox<Sample>
  private let link: LinkBook
  private let time: TimeKeeper
  private let isClockTrusted: Bool
  private let startedAt: Duration
  private let state: Locked<State>

  /// The status of a gateway that has just started.
  init(
    gateway: String, version: String, start: GatewayStatus.StartReason, spool: Spool,
    inbox: Inbox<Sample>, link: LinkBook, time: TimeKeeper, isClockTrusted: Bool
  ) {
    self.spool = spool
    self.inbox = inbox
    self.link = link
    self.time = time
    self.isClockTrusted = isClockTrusted
    startedAt = Clock.sinceBoot
    state = Locked(
      State(
        measuredAt: startedAt,
        status: GatewayStatus(
          gateway: gateway, version: version, start: start, clock: .unsynchronized)))
  }

  /// The buses are these from now on.
  /// - Parameter order: the slots of all devices, in the order of the configuration.
  func show(_ stations: [BusStation], order: [Int]) {
    let now = Clock.sinceBoot
    state.withLock { state in
      state.buses = stations.map { station in
        let known = state.buses.first { $0.outlet === station.outlet }
        return known
          ?? Watched(name: station.bus.name, outlet: station.outlet, use: BusUse(now: now))
      }
      var devices: [(name: String, slot: Int, bus: Int)] = []
      for slot in order {
        for (bus, station) in stations.enumerated() {
          for resident in station.residents where resident.slot == slot {
            devices.append((resident.device.name, slot, bus))
          }
        }
      }
      state.devices = devices
    }
  }

  /// A new configuration was taken, or refused for a reason.
  func noteReload(_ error: String?) {
    state.withLock { state in
      if error == nil { state.status.reloads += 1 }
      state.status.reloadError = error
    }
  }

  /// The gateway is about to end.
  func noteStopping() {
    state.withLock { $0.status.state = .stopping }
  }

  /// The load of a bus is that of so long at least.
  private static let loadSpan: Duration = .seconds(10)

  /// The status at this moment.
  var status: GatewayStatus {
    let now = Clock.sinceBoot
    let moment = TimeKeeper.Moment.read()
    let clock: GatewayStatus.ClockState =
      isClockTrusted ? .trusted : time.isKnown(moment) ? .synchronized : .unsynchronized
    let lanes = spool.status.lanes
    let dropped = inbox.dropped
    return state.withLock { state in
      if now - state.measuredAt >= StatusBoard.loadSpan {
        state.measuredAt = now
        for index in state.buses.indices {
          let done = state.buses[index].outlet.done
          state.buses[index].load = state.buses[index].use.take(done, now: now).percent
        }
      }
      var status = state.status
      status.uptime = now - startedAt
      status.unixMilliseconds = moment.unixMilliseconds
      status.clock = clock
      status.link = link.link(now: now)
      status.lanes = lanes.map {
        GatewayStatus.Lane($0, now: moment, bootID: time.bootID, uptime: status.uptime)
      }
      let tallies = state.buses.map { $0.outlet.done }
      status.buses = zip(state.buses, tallies).map { watched, tally in
        var bus = GatewayStatus.Bus(name: watched.name)
        bus.isWorking = !watched.outlet.pulse.isBroken(now: now)
        bus.loadPercent = watched.load
        bus.samples = tally.samples
        bus.errors = tally.errors
        bus.retries = tally.retries
        bus.turnsMissed = tally.turnsMissed
        bus.latency = tally.latency
        return bus
      }
      status.devices = state.devices.map { entry in
        var device = GatewayStatus.Device(name: entry.name, bus: entry.bus)
        if let known = tallies[entry.bus].devices.first(where: { $0.slot == entry.slot }) {
          device.state = known.state
          device.readingAge = known.lastValue.map { now - $0 }
          device.failures = known.failures
          device.lastError = known.lastError
        }
        return device
      }
      status.process = .read(readingsDropped: dropped)
      return status
    }
  }
}

extension GatewayStatus.Lane {
  /// What the spool says of a lane.
  fileprivate init(
    _ lane: Spool.LaneStatus, now: TimeKeeper.Moment, bootID: Spool.BootID, uptime: Duration
  ) {
    self.init(name: lane.name)
    records = lane.ledger.queued
    bytesOnDisk = lane.bytesOnDisk
    bytesInMemory = Int64(lane.bytesInMemory)
    oldestAge = lane.oldest.flatMap { stamp in
      if stamp.bootID == bootID { return now.sinceBoot - stamp.sinceBoot }
      guard stamp.isSynchronized, now.isSynchronized else { return nil }
      return .milliseconds(max(now.unixMilliseconds - stamp.wall, 0))
    }
    accepted = lane.ledger.accepted
    acknowledged = lane.ledger.acknowledged
    let drops = lane.ledger.dropped
    dropped = [
      Dropped("full", drops.full), Dropped("age", drops.age), Dropped("memory", drops.memory),
      Dropped("damage", drops.damage), Dropped("undeliverable", drops.undeliverable),
      Dropped("thinned", drops.thinned), Dropped("purged", drops.purged),
    ]
    durable = lane.durable
    let seconds = max(UInt64(clamping: uptime.milliseconds / 1_000), 1)
    syncsPerDay = Self.perDay(lane.syncs, in: seconds)
    bytesWrittenPerDay = Self.perDay(lane.bytesWritten, in: seconds)
    trouble = lane.trouble?.text
  }

  private static func perDay(_ count: UInt64, in seconds: UInt64) -> UInt64 {
    UInt64(Double(count) * 86_400 / Double(seconds))
  }
}

extension GatewayStatus.Process {
  /// What the kernel says of this process.
  fileprivate static func read(readingsDropped: UInt64) -> GatewayStatus.Process {
    var process = GatewayStatus.Process()
    process.residentBytes = ProcessUse.residentBytes
    process.threads = ProcessUse.threads
    process.cpu = ProcessUse.cpu
    process.readingsDropped = readingsDropped
    return process
  }
}
