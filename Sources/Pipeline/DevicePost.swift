internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// A device in the care of its bus's thread: how it does, and what the log has been told of it.
struct DevicePost {
  private(set) var device: BusDevice
  private let name: String
  private var health = DeviceHealth()
  private var faults = LogLimiter()
  /// The points whose refusal has been logged.
  private var told: Set<String> = []
  private var learntAt: Duration?

  /// A refusal may have been of a device that was just starting; an hour costs little and is soon
  /// enough to hear of registers that have come with an option.
  private static let refusalMemory: Duration = .seconds(3_600)

  /// What came of a turn.
  struct Taken {
    let sample: Sample
    /// Why requests failed.
    var errors: [MissingReason] = []
    /// Requests that were made again.
    var retries = 0
    /// How long it took; nil where the device was left alone.
    var duration: Duration?
  }

  init(_ device: BusDevice, name: String) {
    self.device = device
    self.name = name
  }

  /// Whether the device is left alone most of the time, because it does not answer.
  var isIsolated: Bool { health.isIsolated }

  /// Takes the sample of a group, or finds that the device is to be left alone.
  /// - Parameter isolatedCount: how many devices of the line are isolated, with this one.
  mutating func take(
    group: Int, over line: BusLine, isolatedCount: Int
  ) -> Taken {
    let start = Clock.sinceBoot
    let mayRetry: Bool
    switch health.turn(now: start) {
    case .ask: mayRetry = true
    case .probe: mayRetry = false
    case .leave(let reason):
      return Taken(
        sample: device.missingSample(
          group: group, reason, unixMilliseconds: Clock.unixMilliseconds, sinceBoot: start))
    }
    if let learntAt, start - learntAt >= DevicePost.refusalMemory { forgetRefusals() }
    let reading = device.sample(
      group: group, over: line, mayRetry: mayRetry, patience: health.patience(device.timeout),
      unixMilliseconds: Clock.unixMilliseconds, sinceBoot: start, pause: Clock.sleep(for:))
    note(reading, from: start, others: isolatedCount - (isIsolated ? 1 : 0))
    return Taken(
      sample: reading.sample, errors: reading.errors.map { $0.reason }, retries: reading.retries,
      duration: Clock.sinceBoot - start)
  }

  private mutating func note(
    _ reading: DeviceReading, from start: Duration, others: Int
  ) {
    let now = Clock.sinceBoot
    tell(reading.errors.first, now: now)
    for refusal in reading.refusals {
      if learntAt == nil { learntAt = now }
      tell(refusal)
    }
    if reading.hasAnswered {
      if health.answered(within: reading.errors.isEmpty ? now - start : nil) {
        Log.notice("device is back", ["device": name])
        forgetRefusals()
      }
    } else if let error = reading.errors.last, !error.concernsLine,
      health.silent(
        error.reason, requests: reading.retries + 1, timeout: device.timeout, now: now,
        cost: now - start, isolatedCount: others)
    {
      Log.warning("device is isolated", ["device": name, "reason": error.reason.name])
    }
  }

  private mutating func forgetRefusals() {
    learntAt = nil
    device.forgetRefusals()
  }

  private mutating func tell(_ refusal: ModbusDevice.Refusal) {
    guard told.insert(refusal.point).inserted else { return }
    Log.warning(
      "the device does not have a point",
      [
        "device": name, "point": refusal.point, "table": refusal.table.word,
        "address": "\(Int(refusal.address))", "reason": refusal.reason.name,
      ])
  }

  private mutating func tell(_ error: BusError?, now: Duration) {
    guard let error else {
      if faults.recover() { Log.notice("device answers again", ["device": name]) }
      return
    }
    var reason = error.reason.name
    if case .system(let number) = error { reason += ": \(Errno(number).text)" }
    if case .sysfs(let error) = error { reason += ": \(error.text)" }
    guard let repeated = faults.tell(reason, now: now) else { return }
    Log.warning("reading failed", ["device": name, "reason": reason, "repeated": "\(repeated)"])
  }
}
