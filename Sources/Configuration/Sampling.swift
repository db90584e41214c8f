/// When a device is read, and how its readings become messages.
public struct Sampling: Equatable, Sendable {
  /// Where in time its turns are.
  public var timing = Timing.wallClock(offset: .zero)
  /// What closes a batch.
  public var batch = BatchLimits()
  /// What its messages are called.
  public var topic = TopicTemplate.usual
  /// How its messages are written.
  public var payload = Payload.json
  /// What is said of each point that is read, in the order of the device's `points`.
  public var points: [Point] = []

  /// What a configuration that says nothing has.
  public init() {}

  /// Where in time a device's turns are.
  public enum Timing: Equatable, Sendable {
    /// At the multiples of the interval by the wall clock, and so much later.
    case wallClock(offset: Duration)
    /// Anywhere; devices of a bus that have the same interval are spread evenly over it.
    case spread
  }

  /// What closes a batch, whichever is first.
  public struct BatchLimits: Equatable, Sendable {
    /// The time since its first reading; zero sends each reading by itself.
    public var time: Duration = .seconds(60)
    /// Readings in it.
    public var readings = BatchLimits.readingsMax
    /// Bytes that its message takes at most, unless a single reading takes more.
    public var bytes = BatchLimits.bytesMax

    /// The usual ones.
    public init() {}

    /// More readings in a batch cost memory: ten a second for 100 s reach it.
    public static let readingsMax = 1_000
    /// The time that one message holds a slow link: 10 s at 50 kbit/s.
    public static let bytesMax = 64 * 1_024
    /// A device of a few points has at least one reading in it.
    static let bytesMin = 1_024
  }

  /// How messages are written.
  public enum Payload: Equatable, Sendable {
    /// JSON by docs/payload.md.
    case json
    /// SenML in JSON (RFC 8428, 5).
    case senML
  }

  /// What is said of one point.
  public struct Point: Equatable, Sendable {
    /// The time from one reading to the next; nil where the device or its profile rules.
    public var every: Duration?
    /// Which of its values get into batches.
    public var report = Report.always
    /// A value that has not been reported for so long is repeated; nil for never.
    public var heartbeat: Duration?
    /// What is worked out of its values over a batch.
    public var aggregates: [Aggregate] = []
    /// Which of its values are an alarm; nil for none.
    public var alarm: Alarm?
    /// The part of the queue that its batches go through.
    public var lane = QueueLane.telemetry

    /// What a configuration that says nothing has.
    public init() {}
  }

  /// Which values of a point get into batches. Whether there is a value, and why not, always does
  /// when it changes.
  public enum Report: Equatable, Sendable {
    /// All.
    case always
    /// Those that differ from the last reported one.
    case onChange
    /// Those that differ by more.
    case deadband(Double)
    /// Those that differ by more than so many hundredths of the last reported one.
    case deadbandPercent(Double)
    /// None.
    case never
  }

  /// What is worked out of a point's values over a batch.
  public enum Aggregate: Equatable, Sendable, CaseIterable {
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

    /// What a configuration calls it.
    var word: String {
      switch self {
      case .last: "last"
      case .min: "min"
      case .max: "max"
      case .mean: "mean"
      case .timeWeightedMean: "time-weighted-mean"
      case .sum: "sum"
      case .count: "count"
      }
    }

    /// What readings have behind the point's name.
    public var suffix: String {
      self == .timeWeightedMean ? "_time_weighted_mean" : "_" + word
    }
  }

  /// Which values of a point are an alarm.
  public struct Alarm: Equatable, Sendable {
    /// Numbers above it.
    public var above: Double?
    /// Numbers below it.
    public var below: Double?
    /// How far back over the limit a number must come to end the alarm.
    public var hysteresis = 0.0
    /// Values that are one of these: a number, `true` or `false`, a text, the name of a flag.
    public var matches: [String] = []
    /// For how long values must be an alarm before it is one.
    public var delay = Duration.zero

    /// No values at all.
    public init() {}
  }

  /// The number of readings without a value, where an aggregate had some.
  public static let missingSuffix = "_missing"
}
