/// What becomes of one channel's outcomes.
public struct ChannelRules: Sendable {
  /// Index of the stream that it is in.
  public var stream: Int
  /// Which outcomes get into batches.
  public var report = Report.always
  /// A value that has not been reported for so long is repeated; nil for never.
  public var heartbeat: Duration?
  /// What is worked out over a batch.
  public var aggregates: [Aggregate] = []
  /// Which values are an alarm; nil for none.
  public var alarm: AlarmRules?

  /// A channel all of whose outcomes get into the stream's batches.
  public init(stream: Int) {
    self.stream = stream
  }

  var isPlain: Bool { report == .always && aggregates.isEmpty && alarm == nil }
}

/// Which outcomes of a channel get into batches. A change from a value to none or back, or of the
/// reason why there is none, always does.
public enum Report: Equatable, Sendable {
  /// All.
  case always
  /// Those that differ from the last reported one.
  case onChange
  /// Numbers that differ by more; other values as with `onChange`.
  case deadband(Double)
  /// Numbers that differ by more than so many hundredths of the last reported one.
  case deadbandPercent(Double)
  /// No values.
  case never
}

/// What is worked out of a channel's values over a batch.
public struct Aggregate: Equatable, Sendable {
  /// The kinds of it.
  public enum Kind: Sendable {
    /// The last value.
    case last
    /// The least.
    case min
    /// The greatest.
    case max
    /// Their mean, each counted once.
    case mean
    /// Their mean, each counted by the time for which it was the last.
    case timeWeightedMean
    /// Their sum.
    case sum
    /// How many there were.
    case count
  }

  /// What it is.
  public let kind: Kind
  /// What readings have behind the channel's name.
  public let suffix: String

  /// An aggregate from its parts.
  public init(_ kind: Kind, suffix: String) {
    self.kind = kind
    self.suffix = suffix
  }
}

/// Which values of a channel are an alarm.
public struct AlarmRules: Sendable {
  /// Numbers above it.
  public var above: Double?
  /// Numbers below it.
  public var below: Double?
  /// How far back over the limit a number must come to end the alarm.
  public var hysteresis = 0.0
  /// Whole numbers, `true`, `false`, texts, and names of flags.
  public var matches: [String] = []
  /// For how long values must be an alarm before it is one.
  public var delay = Duration.zero

  /// No values at all.
  public init() {}
}

/// What closes the batches of a stream: messages of one device that go the same way.
public struct StreamRules: Sendable {
  /// Index of the device in the configuration.
  public var device: Int
  /// How long samples wait for others; zero sends each by itself.
  public var time: Duration
  /// A batch with so many samples is closed.
  public var samplesMax = Batcher.samplesMax
  /// A batch that might take more bytes than this when it is written is closed before it does.
  public var payloadMax = Batcher.payloadMax
  /// How it is written.
  public var format = BatchFormat.json
  /// Bytes that every message has besides its readings.
  public var overhead = 0

  /// The bytes that every message has besides its readings, at most, in either format.
  /// - Parameter names: the bytes that the names of the gateway and of the device take.
  public static func overhead(names: Int) -> Int { PayloadSize.overhead(names: names) }

  /// A stream whose batches time alone closes.
  public init(device: Int, time: Duration) {
    self.device = device
    self.time = time
  }
}

extension Duration {
  /// Whether so long has passed from `start` to `now`. Samples do not come on the dot, so a
  /// twentieth less is enough.
  func hasPassed(from start: Duration, to now: Duration) -> Bool { now - start >= self - self / 20 }
}
