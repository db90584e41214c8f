public import Configuration
internal import Drivers
internal import Spool
public import Status
internal import System
internal import Telemetry

/// The whole pipeline of one configuration, from its start to its end; the main thread's own.
public final class Gateway {
  /// Why a gateway cannot start.
  public struct StartError: Error, Equatable, Sendable {
    /// The reason in one line.
    public let text: String
  }

  /// What it does at present.
  public internal(set) var configuration: GatewayConfiguration
  let spool: Spool
  let inbox: Inbox<Sample>
  let roster = Roster()
  let totals = Locked(Totals())
  let time: TimeKeeper
  /// Rung when the queue has more to give.
  let bell: Wakeup
  let book = LinkBook(now: Clock.sinceBoot)
  let board: StatusBoard
  private let mark: StartMark
  private let recorderThread: Thread
  private let recorderPulse = Pulse(within: Recorder.stepMax)
  var uplink: UplinkRun
  var keeper: KeeperRun?
  var stations: [BusStation] = []
  /// Threads that hung and were left behind, so far.
  var leftBehind = 0
  private var nextSlot = 0

  /// The thread between the queue and the broker.
  struct UplinkRun {
    let uplink: Uplink
    let thread: Thread
    let pulse: Pulse
  }

  /// The thread that keeps the totals of pulse counters.
  struct KeeperRun {
    let keeper: TotalsKeeper
    let thread: Thread
  }

  /// Readings that may wait for the recorder. Eight devices read once a second fill it in a minute
  /// of a disk that does not answer; with 80 channels each they take some 700 KB.
  private static let inboxCapacity = 512

  /// Opens the queue and starts all threads; neither broker nor devices need to be there.
  /// - Throws: where the queue cannot be opened, or the system refuses a thread.
  public init(_ configuration: GatewayConfiguration, version: String) throws(StartError) {
    self.configuration = configuration
    let directory = configuration.queue.path
    let bell = try Gateway.starting { () throws(Errno) in try Wakeup() }
    let spool = try Gateway.open(configuration.queue, ringing: bell)
    let time = TimeKeeper(
      directory: directory, bootID: Spool.BootID(Boot.id), isTrusted: configuration.isClockTrusted)
    let inbox = Inbox<Sample>(capacity: Gateway.inboxCapacity)
    self.bell = bell
    self.spool = spool
    self.time = time
    self.inbox = inbox
    mark = StartMark(directory: directory)
    board = StatusBoard(
      gateway: configuration.gateway, version: version, start: mark.begin(), spool: spool,
      inbox: inbox, link: book, time: time, isClockTrusted: configuration.isClockTrusted)

    uplink = try Gateway.uplink(
      configuration.broker, spool: spool, time: time, bell: bell, totals: totals, book: book)
    let (roster, totals, pulse) = (roster, totals, recorderPulse)
    let gateway = configuration.gateway
    recorderThread = try Gateway.starting { () throws(Errno) in
      try Thread("recorder") {
        var recorder = Recorder(
          gateway: gateway, inbox: inbox, roster: roster, spool: spool, time: time,
          totals: totals, pulse: pulse)
        recorder.run()
      }
    }
    try staff(configuration)
  }

  /// Logs a line for each bus with how busy it was since the last report, and one with what was done
  /// so far and what waits.
  public func report() {
    for station in stations {
      let (percent, missed) = station.use.take(station.outlet.done, now: Clock.sinceBoot)
      Log.info(
        "bus",
        ["bus": station.bus.name, "busy_percent": "\(percent)", "turns_missed": "\(missed)"])
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

  /// How it does at this moment.
  public var status: GatewayStatus { board.status }

  /// The stage that hangs, if one does that cannot be helped; a bus that hangs is given a new thread
  /// first.
  public func hangingStage() -> String? {
    let now = Clock.sinceBoot
    if recorderPulse.isBroken(now: now) { return "recorder" }
    if uplink.pulse.isBroken(now: now) { return "uplink" }
    for index in stations.indices where stations[index].outlet.pulse.isBroken(now: now) {
      if !replace(index) { return "bus \(stations[index].bus.name)" }
    }
    return nil
  }

  /// Stops in good order within 5 s: takes the readings under way, puts what was gathered on disk,
  /// delivers what the broker takes in time. The rest goes out after the next start.
  ///
  /// A thread that does not end in its share of the time is left behind, for the process ends: it
  /// hangs in a call that nothing interrupts, a look-up of a name or a device that is silent, and
  /// what it would bring is a reading at most. To be called once.
  /// - Returns: whether another gateway may take its place in this process: nothing was left behind.
  @discardableResult
  public func stop() -> Bool {
    let start = Clock.sinceBoot
    board.noteStopping()
    for station in stations { station.requestStop() }
    var haveEnded = leftBehind == 0
    for station in stations {
      if !station.join(within: start + .milliseconds(1_500) - Clock.sinceBoot) {
        haveEnded = false
      }
      station.outlet.close()
    }
    // What was counted is put on disk while the recorder ends.
    keeper?.keeper.requestStop()
    inbox.close()
    if !recorderThread.join(within: .seconds(1)) { haveEnded = false }
    if let keeper {
      let rest = start + .milliseconds(2_800) - Clock.sinceBoot
      if !keeper.thread.join(within: max(rest, .zero)) { haveEnded = false }
    }
    uplink.uplink.requestStop(deadline: Clock.sinceBoot + .seconds(1))
    let rest = start + .milliseconds(4_500) - Clock.sinceBoot
    if uplink.thread.join(within: max(rest, .zero)) {
      spool.close()
      mark.end()
    } else {
      haveEnded = false
    }
    report()
    return haveEnded
  }

  /// A slot that no device has had.
  func takeSlot() -> Int {
    defer { nextSlot += 1 }
    return nextSlot
  }

  static func uplink(
    _ broker: Broker, spool: Spool, time: TimeKeeper, bell: Wakeup, totals: Locked<Totals>,
    book: LinkBook
  ) throws(StartError) -> UplinkRun {
    let pulse = Pulse(within: Uplink.connectMax)
    return try starting { () throws(Errno) in
      let uplink = try Uplink(
        broker: broker, spool: spool, time: time, bell: bell, totals: totals, book: book,
        pulse: pulse)
      return UplinkRun(uplink: uplink, thread: try Thread("uplink") { uplink.run() }, pulse: pulse)
    }
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

  static func starting<Part>(
    _ make: () throws(Errno) -> Part
  ) throws(StartError) -> Part {
    do throws(Errno) {
      return try make()
    } catch {
      throw StartError(text: "the system refuses another thread or event: \(error.text)")
    }
  }
}
