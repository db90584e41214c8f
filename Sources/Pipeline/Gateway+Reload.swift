public import Configuration
internal import Spool
internal import System

extension Gateway {
  /// Takes a new configuration. What is the same in it goes on without a gap.
  ///
  /// A bus of which anything has changed has its thread replaced; those of its devices that are the
  /// same keep what they have gathered. Another broker gets another link.
  /// - Returns: false where so much has changed that another gateway has to take this one's place: its
  ///   name, its queue or its clock. Then nothing was done.
  /// - Throws: where the system refuses a thread; what could be started runs.
  public func reload(_ new: GatewayConfiguration) throws(StartError) -> Bool {
    let old = configuration
    guard
      new.gateway == old.gateway && new.queue == old.queue
        && new.isClockTrusted == old.isClockTrusted
    else { return false }
    configuration = new
    if new.broker != old.broker { try replaceUplink(new.broker) }
    try staff(new)
    return true
  }

  /// Keeps for the status that a configuration was taken, or refused for a reason.
  public func noteReload(_ error: String?) {
    board.noteReload(error)
  }

  /// Gives each bus of a configuration its thread, and ends those that are no more.
  func staff(_ configuration: GatewayConfiguration) throws(StartError) {
    try startKeeper(configuration)
    let known = stations.flatMap { station in
      station.residents.map { (bus: station.bus.name, resident: $0) }
    }
    var order: [Int] = []
    var joined: [BusStation.Resident] = []
    let residents = configuration.devices.map { device in
      let bus = configuration.buses[device.bus].name
      let same = known.first { known in
        known.bus == bus && known.resident.device.name == device.name
          && known.resident.device.fingerprint == device.fingerprint
      }
      let resident =
        BusStation.Resident(slot: same?.resident.slot ?? takeSlot(), device: device)
      if same == nil { joined.append(resident) }
      order.append(resident.slot)
      return resident
    }
    let wanted = configuration.buses.indices.map { index in
      (bus: configuration.buses[index], residents: residents.filter { $0.device.bus == index })
    }.filter { !$0.residents.isEmpty }
    let leaving = stations.filter { station in
      !wanted.contains { station.does($0.bus, $0.residents) }
    }
    for station in leaving { station.requestStop() }
    roster.join(joined)
    var staffed: [BusStation] = []
    for (bus, residents) in wanted {
      if let station = stations.first(where: { $0.does(bus, residents) }) {
        staffed.append(station)
        continue
      }
      let predecessors = leaving.filter { $0.bus.name == bus.name || $0.bus.link == bus.link }
      let surroundings = BusStation.Surroundings(
        inbox: inbox, totals: totals, keeper: keeper?.keeper)
      staffed.append(
        try Gateway.starting { () throws(Errno) in
          try BusStation(bus, residents, in: surroundings, after: predecessors)
        })
    }
    roster.leave(
      known.map { $0.resident.slot }.filter { slot in !order.contains(slot) })
    stations = staffed
    board.show(stations, order: order)
    inbox.poke()
  }

  /// Threads that may be left behind before the process has to be started again. Each takes the memory
  /// of its stack, and whatever it has open.
  private static let leftBehindMax = 3

  /// Gives a bus whose thread hangs another thread.
  /// - Returns: whether that could be done.
  func replace(_ index: Int) -> Bool {
    let station = stations[index]
    guard leftBehind < Gateway.leftBehindMax else { return false }
    Log.error(
      "a bus hangs, and gets another thread",
      ["bus": station.bus.name, "left_behind": "\(leftBehind)"])
    leftBehind += 1
    station.outlet.close()
    station.requestStop()
    do throws(Errno) {
      stations[index] = try BusStation(
        station.bus, station.residents,
        in: BusStation.Surroundings(inbox: inbox, totals: totals, keeper: keeper?.keeper))
    } catch {
      Log.error("there is no other thread", ["reason": error.text])
      return false
    }
    board.show(stations, order: configurationOrder)
    return true
  }

  /// The slots of all devices in the order of the configuration.
  private var configurationOrder: [Int] {
    configuration.devices.compactMap { device in
      stations.lazy.flatMap { $0.residents }.first { $0.device.name == device.name }?.slot
    }
  }

  /// What a broker that was taken out of the configuration has to take what is in flight.
  private static let farewell: Duration = .seconds(2)

  private func replaceUplink(_ broker: Broker) throws(StartError) {
    uplink.uplink.requestStop(deadline: Clock.sinceBoot + Gateway.farewell)
    // It hangs in the look-up of a name at most, and does nothing more to the queue after that.
    uplink.thread.join(within: Gateway.farewell + .seconds(1))
    uplink = try Gateway.uplink(
      broker, spool: spool, time: time, bell: bell, totals: totals, book: book)
  }

  /// Starts what keeps the totals of pulse counters, where one is to be kept.
  private func startKeeper(_ configuration: GatewayConfiguration) throws(StartError) {
    guard keeper == nil, configuration.devices.contains(where: { $0.keepsTotals }) else { return }
    let directory = configuration.queue.path
    keeper = try Gateway.starting { () throws(Errno) in
      let keeper = try TotalsKeeper(directory: directory)
      return KeeperRun(keeper: keeper, thread: try Thread("totals") { keeper.run() })
    }
  }
}

extension Device {
  /// Whether it counts pulses whose total outlives the process.
  fileprivate var keepsTotals: Bool {
    guard case .gpio(let profile) = profile.body else { return false }
    return profile.points.contains { $0.saveEvery != nil }
  }
}

extension BusStation {
  /// Whether it does just that.
  fileprivate func does(_ bus: Bus, _ residents: [Resident]) -> Bool {
    self.bus == bus && self.residents.map { $0.slot } == residents.map { $0.slot }
  }
}
