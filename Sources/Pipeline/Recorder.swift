internal import Configuration
internal import Spool
internal import System
internal import Telemetry

/// The thread between the inbox and the spool: gathers readings to batches, writes them as JSON or SenML and
/// has them on disk when the configuration says so.
struct Recorder: ~Copyable {
  private let gateway: String
  private let streams: Streams
  private let inbox: Inbox<Sample>
  private let spool: Spool
  private let totals: Locked<Totals>
  private var batcher: Batcher
  private var spoolFaults = LogLimiter()
  private let time: TimeKeeper
  /// Drawn at each start: with a count it names a batch for ever.
  private let runID: UInt64
  private var count: UInt64 = 0

  /// A recorder for the devices of a configuration.
  init(
    configuration: GatewayConfiguration, inbox: Inbox<Sample>, spool: Spool, time: TimeKeeper,
    totals: Locked<Totals>
  ) {
    gateway = configuration.gateway
    streams = Streams(configuration)
    batcher = Batcher(streams: streams.rules, channels: streams.channels)
    self.inbox = inbox
    self.spool = spool
    self.totals = totals
    self.time = time
    var random = Random()
    runID = random.next()
  }

  /// Works until the inbox is closed and empty; then what was gathered is on disk.
  mutating func run() {
    while let samples = inbox.take(waitingFor: untilNextDeadline) {
      for sample in samples {
        for batch in batcher.add(sample, now: Clock.sinceBoot) { record(batch) }
      }
      while let batch = batcher.due(now: Clock.sinceBoot) { record(batch) }
      spool.work(now: Clock.sinceBoot)
    }
    while let batch = batcher.close(now: Clock.sinceBoot) { record(batch) }
    spool.synchronize(now: Clock.sinceBoot)
  }

  private var untilNextDeadline: Duration {
    let deadlines = [batcher.nextDeadline, spool.writeDeadline].compactMap { $0 }
    guard let next = deadlines.min() else { return Poll.idle }
    return max(next - Clock.sinceBoot, .zero)
  }

  private mutating func record(_ batch: Batch) {
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
