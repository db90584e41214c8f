public import Configuration
internal import Drivers
internal import Spool
internal import System
internal import Telemetry

/// The whole pipeline of one configuration, from its start to its end.
public final class Gateway {
  /// Why a gateway cannot start.
  public struct StartError: Error, Equatable, Sendable {
    /// The reason in one line.
    public let text: String
  }

  private let spool: Spool
  private let inbox: Inbox<Sample>
  private let totals: Locked<Totals>
  private let uplink: Uplink
  private let uplinkThread: Thread
  private let recorderThread: Thread
  private let workers: [BusWorker]
  private let gpioWorkers: [GPIOWorker]
  private let keeper: TotalsKeeper?
  private let keeperThread: Thread?
  /// One a worker.
  private var uses: [(bus: String, use: BusUse)]
  private let busThreads: [Thread]

  /// Readings that may wait for the recorder. Eight devices read once a second fill it in a minute
  /// of a disk that does not answer; with 80 channels each they take some 700 KB.
  private static let inboxCapacity = 512

  /// Opens the queue and starts all threads; neither broker nor devices need to be there.
  /// - Throws: where the queue cannot be opened, or the system refuses a thread.
  public init(_ configuration: GatewayConfiguration) throws(StartError) {
    let bell = try Gateway.starting { () throws(Errno) in try Wakeup() }
    let spool = try Gateway.open(configuration.queue, ringing: bell)
    let time = TimeKeeper(
      directory: configuration.queue.path, bootID: Spool.BootID(Boot.id),
      isTrusted: configuration.isClockTrusted)
    let inbox = Inbox<Sample>(capacity: Gateway.inboxCapacity)
    let totals = Locked(Totals())
    self.spool = spool
    self.inbox = inbox
    self.totals = totals

    let uplink = try Gateway.starting { () throws(Errno) in
      try Uplink(
        broker: configuration.broker, spool: spool, time: time, bell: bell, totals: totals)
    }
    self.uplink = uplink
    uplinkThread = try Gateway.starting { () throws(Errno) in
      try Thread("uplink") { uplink.run() }
    }
    recorderThread = try Gateway.starting { () throws(Errno) in
      try Thread("recorder") {
        var recorder = Recorder(
          configuration: configuration, inbox: inbox, spool: spool, time: time, totals: totals)
        recorder.run()
      }
    }

    let keeper = try Gateway.keeper(configuration)
    self.keeper = keeper
    keeperThread = try keeper.map { (keeper) throws(StartError) in
      try Gateway.starting { () throws(Errno) in try Thread("totals") { keeper.run() } }
    }

    let names = configuration.devices.map { $0.name }
    var workers: [BusWorker] = []
    var gpioWorkers: [GPIOWorker] = []
    var uses: [(bus: String, use: BusUse)] = []
    var busThreads: [Thread] = []
    for (index, bus) in configuration.buses.enumerated() {
      if case .gpio(let chip) = bus.link {
        let devices = configuration.devices.enumerated()
          .filter { $0.element.bus == index }
          .map { GPIODevice(configuration: $0.element, index: $0.offset) }
        if devices.isEmpty { continue }
        let worker = try Gateway.starting { () throws(Errno) in
          try GPIOWorker(
            devices: devices, names: names, inbox: inbox, totals: totals, keeper: keeper)
        }
        gpioWorkers.append(worker)
        busThreads.append(
          try Gateway.starting { () throws(Errno) in
            try Thread("bus-\(bus.name)") { worker.run(on: chip) }
          })
        continue
      }
      let devices = configuration.devices.enumerated()
        .filter { $0.element.bus == index }
        .map { BusDevice($0.element, index: $0.offset) }
      if devices.isEmpty { continue }
      let worker = try Gateway.starting { () throws(Errno) in
        try BusWorker(
          devices: devices, names: names, inbox: inbox, totals: totals)
      }
      workers.append(worker)
      uses.append((bus.name, BusUse(now: Clock.sinceBoot)))
      busThreads.append(
        try Gateway.starting { () throws(Errno) in
          try Thread("bus-\(bus.name)") { worker.run(on: bus.link) }
        })
    }
    self.workers = workers
    self.gpioWorkers = gpioWorkers
    self.uses = uses
    self.busThreads = busThreads
  }

  /// Logs a line for each bus with how busy it was since the last report, and one with what was done
  /// so far and what waits.
  public func report() {
    for index in workers.indices {
      let (percent, missed) = uses[index].use.take(
        workers[index].workDone, now: Clock.sinceBoot)
      Log.info(
        "bus",
        [
          "bus": uses[index].bus, "busy_percent": "\(percent)", "turns_missed": "\(missed)",
        ])
    }
    let totals = totals.withLock { $0 }
    let lanes = spool.status.lanes
    Log.info(
      "report",
      [
        "samples": "\(totals.samples)", "values": "\(totals.values)",
        "missing": "\(totals.missing)", "bus_errors": "\(totals.busErrors)",
        "bus_retries": "\(totals.busRetries)", "turns_missed": "\(totals.turnsMissed)",
        "edges_lost": "\(totals.edgesLost)",
        "inbox_dropped": "\(inbox.dropped)",
        "accepted": "\(totals.accepted)", "refused": "\(totals.refused)",
        "acknowledged": "\(totals.acknowledged)", "discarded": "\(totals.discarded)",
        "queued": "\(lanes.reduce(0) { $0 + $1.ledger.queued })",
        "lost": "\(lanes.reduce(0) { $0 + $1.ledger.dropped.total })",
        "sequence": "\(lanes[QueueLane.telemetry.index].last)",
        "durable": "\(lanes[QueueLane.telemetry.index].durable)",
        "connections": "\(totals.connections)",
      ])
  }

  /// Stops in good order within 5 s: takes the readings under way, puts what was gathered on disk,
  /// delivers what the broker takes in time. The rest goes out after the next start.
  ///
  /// A thread that does not end in its share of the time is left behind, for the process ends: it
  /// hangs in a call that nothing interrupts, a look-up of a name or a device that is silent, and
  /// what it would bring is a reading at most. To be called once.
  public func stop() {
    let start = Clock.sinceBoot
    for worker in workers { worker.requestStop() }
    for worker in gpioWorkers { worker.requestStop() }
    for thread in busThreads { thread.join(within: start + .milliseconds(1_500) - Clock.sinceBoot) }
    // What was counted is put on disk while the recorder ends.
    keeper?.requestStop()
    inbox.close()
    recorderThread.join(within: .seconds(1))
    keeperThread?.join(within: start + .milliseconds(2_800) - Clock.sinceBoot)
    uplink.requestStop(deadline: Clock.sinceBoot + .seconds(1))
    let hasEnded = uplinkThread.join(within: start + .milliseconds(4_500) - Clock.sinceBoot)
    if hasEnded { spool.close() }
    report()
  }

  private static func open(
    _ queue: Queue, ringing bell: Wakeup
  ) throws(StartError) -> Spool {
    do throws(SpoolError) {
      let spool = try Spool(
        directory: queue.path, options: Spool.Options(queue), now: Clock.sinceBoot
      ) {
        bell.ring()
      }
      for recovery in spool.recovery { if let recovery { tell(recovery) } }
      return spool
    } catch {
      throw StartError(text: error.text)
    }
  }

  /// What keeps the totals of pulse counters; nil where none is to be kept.
  private static func keeper(
    _ configuration: GatewayConfiguration
  ) throws(StartError) -> TotalsKeeper? {
    for device in configuration.devices {
      guard case .gpio(let profile) = device.profile.body,
        profile.points.contains(where: { $0.saveEvery != nil })
      else { continue }
      return try starting { () throws(Errno) in
        try TotalsKeeper(directory: configuration.queue.path)
      }
    }
    return nil
  }

  private static func tell(_ recovery: RecoveryReport) {
    if recovery.isClean { return }
    Log.warning(
      "the queue was damaged",
      [
        "records_lost": "\(recovery.recordsLost)", "bytes_lost": "\(recovery.bytesLost)",
        "damaged_headers": "\(recovery.damagedHeaders)", "set_aside": "\(recovery.setAside)",
        "names": recovery.setAsideNames.joined(separator: " "),
        "position_lost": recovery.isPositionLost ? "yes" : "no",
      ])
  }

  private static func starting<Part>(
    _ make: () throws(Errno) -> Part
  ) throws(StartError) -> Part {
    do throws(Errno) {
      return try make()
    } catch {
      throw StartError(text: "the system refuses another thread or event: \(error.text)")
    }
  }
}
