internal import Configuration
internal import Spool
internal import System
internal import Telemetry

/// The thread between the inbox and the spool: gathers readings to batches, writes them as JSON or SenML and
/// has them on disk when the configuration says so.
struct Recorder: ~Copyable {
  private let gateway: String
  private let inbox: Inbox<Sample>
  private let roster: Roster
  private let spool: Spool
  private let totals: Locked<Totals>
  private let pulse: Pulse
  private var desks: [Desk] = []
  private var spoolFaults = LogLimiter()
  private let time: TimeKeeper
  /// Drawn at each start: with a count it names a batch for ever.
  private let runID: UInt64
  private var count: UInt64 = 0

  /// What belongs to one device.
  private struct Desk {
    let slot: Int
    let streams: Streams
    var batcher: Batcher
  }

  /// A recorder for the devices of a roster.
  init(
    gateway: String, inbox: Inbox<Sample>, roster: Roster, spool: Spool, time: TimeKeeper,
    totals: Locked<Totals>, pulse: Pulse
  ) {
    self.gateway = gateway
    self.inbox = inbox
    self.roster = roster
    self.spool = spool
    self.totals = totals
    self.time = time
    self.pulse = pulse
    var random = Random()
    runID = random.next()
  }

  /// A memory card may be busy with itself for seconds, and what one look at the inbox brings may be
  /// some hundred records.
  static let stepMax: Duration = .seconds(120)

  /// Works until the inbox is closed and empty; then what was gathered is on disk.
  mutating func run() {
    while true {
      // Whoever had left before has nothing in the inbox after this look at it.
      let left = roster.takeLeft()
      let timeout = untilNextDeadline
      pulse.promise(within: timeout + Recorder.stepMax)
      guard let samples = inbox.take(waitingFor: timeout) else { break }
      takeJoined()
      for sample in samples { take(sample) }
      for index in desks.indices {
        while let batch = desks[index].batcher.due(now: Clock.sinceBoot) {
          record(batch, at: index)
        }
      }
      for slot in left { dismiss(slot) }
      spool.work(now: Clock.sinceBoot)
    }
    takeJoined()
    for index in desks.indices { close(index) }
    spool.synchronize(now: Clock.sinceBoot)
    pulse.retire()
  }

  private mutating func takeJoined() {
    for resident in roster.takeJoined() {
      let streams = Streams([resident.device], gateway: gateway)
      desks.append(
        Desk(
          slot: resident.slot, streams: streams,
          batcher: Batcher(streams: streams.rules, channels: streams.channels)))
    }
  }

  private mutating func take(_ sample: Sample) {
    // The last reading of a device that is no longer configured may come late.
    guard let index = desks.firstIndex(where: { $0.slot == sample.device }) else { return }
    var sample = sample
    // A desk has one device.
    sample.device = 0
    for batch in desks[index].batcher.add(sample, now: Clock.sinceBoot) {
      record(batch, at: index)
    }
  }

  private mutating func dismiss(_ slot: Int) {
    guard let index = desks.firstIndex(where: { $0.slot == slot }) else { return }
    close(index)
    desks.remove(at: index)
  }

  private mutating func close(_ index: Int) {
    while let batch = desks[index].batcher.close(now: Clock.sinceBoot) {
      record(batch, at: index)
    }
  }

  private var untilNextDeadline: Duration {
    var next = spool.writeDeadline
    for desk in desks {
      if let deadline = desk.batcher.nextDeadline { next = min(next ?? deadline, deadline) }
    }
    guard let next else { return Poll.idle }
    return max(next - Clock.sinceBoot, .zero)
  }

  private mutating func record(_ batch: Batch, at desk: Int) {
    let streams = desks[desk].streams
    let way = streams.ways[batch.stream]
    let now = TimeKeeper.Moment.read()
    let isKnown = time.isKnown(now)
    let id = BatchID.text(run: runID, count: count + 1)
    let clock: BatchClock =
      isKnown ? .known(bootMilliseconds: now.bootMilliseconds) : .unknown
    let payload =
      switch streams.rules[batch.stream].format {
      case .json:
        PayloadEncoder.encode(batch, gateway: gateway, device: way.device, id: id, clock: clock)
      case .senML:
        SenMLEncoder.encode(batch, gateway: gateway, device: way.device, id: id, clock: clock)
      }
    let record = Envelope(topic: way.topic, payload: payload).encoded
    let stamp = Spool.Stamp(
      bootID: time.bootID, sinceBoot: now.sinceBoot, wall: now.unixMilliseconds,
      isSynchronized: isKnown)
    let lane = (batch.alarms.isEmpty ? way.lane : .alarm).index
    do throws(SpoolError) {
      _ = try spool.append(record, lane: lane, stamp: stamp, now: now.sinceBoot)
      count += 1
      totals.withLock { $0.accepted += 1 }
    } catch {
      totals.withLock { $0.refused += 1 }
      warn(error, doing: "append")
    }
    if let trouble = spool.status.lanes[lane].trouble { warn(trouble, doing: "store") }
  }

  private mutating func warn(_ error: SpoolError, doing operation: StaticString) {
    guard let untold = spoolFaults.tell(error.text, now: Clock.sinceBoot) else { return }
    Log.error(
      "the queue failed",
      ["operation": "\(operation)", "reason": error.text, "repeated": "\(untold)"])
  }
}

/// The name of a batch for ever, by which a consumer drops duplicates.
enum BatchID {
  /// The run's random number in 16 hexadecimal digits, a dash, and the batch's number in it.
  static func text(run: UInt64, count: UInt64) -> String {
    Hexadecimal.text(run) + "-\(count)"
  }
}
