internal import Configuration
internal import Spool
internal import System
internal import Telemetry

/// The thread between the inbox and the spool: gathers readings to batches, writes them as JSON and
/// has them on disk when the configuration says so.
struct Recorder: ~Copyable {
  private let gateway: String
  private let devices: [String]
  private let inbox: Inbox<Sample>
  private let spool: Spool
  private let totals: Locked<Totals>
  private var batcher: Batcher
  private var spoolFaults = LogLimiter()

  /// A recorder for the devices of a configuration.
  init(
    configuration: GatewayConfiguration, inbox: Inbox<Sample>, spool: Spool,
    totals: Locked<Totals>
  ) {
    gateway = configuration.gateway
    devices = configuration.devices.map { $0.name }
    batcher = Batcher(periods: configuration.devices.map { $0.batch })
    self.inbox = inbox
    self.spool = spool
    self.totals = totals
  }

  /// Works until the inbox is closed and empty; then what was gathered is on disk.
  mutating func run() {
    while let samples = inbox.take(waitingFor: untilNextDeadline) {
      for sample in samples {
        if let batch = batcher.add(sample, now: Clock.sinceBoot) { record(batch) }
      }
      while let batch = batcher.due(now: Clock.sinceBoot) { record(batch) }
      synchronize(onlyIfDue: true)
    }
    while let batch = batcher.close() { record(batch) }
    synchronize(onlyIfDue: false)
  }

  private var untilNextDeadline: Duration {
    let deadlines = [batcher.nextDeadline, spool.syncDeadline].compactMap { $0 }
    guard let next = deadlines.min() else { return Poll.idle }
    return max(next - Clock.sinceBoot, .zero)
  }

  private mutating func record(_ batch: Batch) {
    let device = devices[batch.device]
    let payload = PayloadEncoder.encode(
      batch, gateway: gateway, device: device,
      id: BatchID.text(spool: spool.identity, sequence: spool.nextSequence),
      clock: .known(bootMilliseconds: Clock.unixMilliseconds - Clock.sinceBoot.milliseconds))
    let record = Envelope.encode(topic: "godwit/\(gateway)/\(device)", payload: payload.text)
    do throws(SpoolError) {
      _ = try spool.append(record, now: Clock.sinceBoot)
      totals.withLock { $0.accepted += 1 }
    } catch {
      totals.withLock { $0.refused += 1 }
      warn(error, doing: "append")
    }
  }

  private mutating func synchronize(onlyIfDue: Bool) {
    do throws(SpoolError) {
      if onlyIfDue {
        try spool.synchronizeIfDue(now: Clock.sinceBoot)
      } else {
        try spool.synchronize()
      }
    } catch {
      warn(error, doing: "synchronize")
    }
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
  /// The spool's identity in 8 hexadecimal digits, a dash, and the record's sequence.
  static func text(spool: UInt32, sequence: UInt64) -> String {
    let digits = String(spool, radix: 16)
    return String(repeating: "0", count: 8 - digits.utf8.count) + digits + "-\(sequence)"
  }
}
