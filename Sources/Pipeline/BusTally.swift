internal import Status
internal import System
internal import Telemetry

/// What the thread of a bus has done since it started, and what it knows of its devices.
struct BusTally: Sendable {
  /// What is known of a device.
  struct Device: Sendable {
    /// By which its samples know it.
    let slot: Int
    let name: String
    var state = GatewayStatus.Device.State.unread
    /// Since boot, when a reading last had a value.
    var lastValue: Duration?
    var failures: UInt64 = 0
    var lastError: String?
  }

  /// The time that it took for its devices, waiting for their answers included.
  var busy: Duration = .zero
  /// Turns of the schedule that came too late to be taken.
  var turnsMissed: UInt64 = 0
  private(set) var samples: UInt64 = 0
  private(set) var retries: UInt64 = 0
  /// By reason.
  private(set) var errors: [GatewayStatus.Count] = []
  /// A moving mean.
  private(set) var latency: Duration?
  private(set) var devices: [Device]

  /// Nothing done yet for these devices.
  init(_ devices: [(slot: Int, name: String)]) {
    self.devices = devices.map { Device(slot: $0.slot, name: $0.name) }
  }

  /// Readings that the mean of the latency is of, about.
  private static let latencySpan = 16

  /// Counts a reading.
  /// - Parameters:
  ///   - errors: why requests failed.
  ///   - duration: how long it took; nil where the device was left alone.
  mutating func add(
    _ sample: Sample, errors: [MissingReason] = [], retries: Int = 0, isIsolated: Bool = false,
    took duration: Duration? = nil
  ) {
    samples += 1
    self.retries += UInt64(retries)
    for reason in errors { count(reason.name) }
    if let duration {
      busy += duration
      let last = latency ?? duration
      latency = last + (duration - last) / BusTally.latencySpan
    }
    guard let index = devices.firstIndex(where: { $0.slot == sample.device }) else { return }
    // A single value that is missing is the device's own word, e.g. of a register that it does not
    // have; a reading has failed where a request has, or where nothing came.
    var failure = errors.first
    if let missing = sample.reasonForNothing {
      failure = failure ?? missing
    } else {
      devices[index].lastValue = sample.sinceBoot
    }
    if let failure {
      devices[index].failures += 1
      devices[index].lastError = failure.name
    }
    devices[index].state = isIsolated ? .isolated : failure == nil ? .ok : .failing
  }

  private mutating func count(_ name: String) {
    if let index = errors.firstIndex(where: { $0.name == name }) {
      errors[index].count += 1
    } else {
      errors.append(GatewayStatus.Count(name, 1))
    }
  }
}

extension Sample {
  /// Why there is no value in it; nil where there is one.
  fileprivate var reasonForNothing: MissingReason? {
    var reason: MissingReason?
    for outcome in outcomes {
      guard case .missing(let missing) = outcome else { return nil }
      reason = reason ?? missing
    }
    return reason
  }
}
