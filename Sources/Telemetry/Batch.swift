/// Samples of one device that travel together, oldest first.
public struct Batch: Sendable {
  /// Index of the device in the configuration.
  public let device: Int
  /// Index of the stream that it is of.
  public let stream: Int
  /// The samples, at least one.
  public let samples: [Sample]
  /// Of an alarm's batch, which has one sample: what each of its channels has come to. Of any other
  /// none.
  public let alarms: [AlarmState]

  /// A batch of the device's samples.
  public init(device: Int, stream: Int = 0, samples: [Sample], alarms: [AlarmState] = []) {
    precondition(!samples.isEmpty, "a batch has something in it")
    precondition(
      alarms.isEmpty || (samples.count == 1 && alarms.count == samples[0].channels.count),
      "one state a channel")
    self.device = device
    self.stream = stream
    self.samples = samples
    self.alarms = alarms
  }
}

/// What an alarm has come to. The names go into the payload, so they are never changed.
public enum AlarmState: Equatable, Sendable {
  /// There is none.
  case normal
  /// The number is above its limit.
  case above
  /// The number is below its limit.
  case below
  /// The value is one of those that are an alarm.
  case active

  /// The name in payloads.
  public var name: String {
    switch self {
    case .normal: "normal"
    case .above: "above"
    case .below: "below"
    case .active: "active"
    }
  }
}
