/// One reading of a device: what came of its channels that were due together.
public struct Sample: Sendable {
  /// Index of the device in the configuration.
  public var device: Int
  /// When it was taken, by the wall clock: milliseconds since 1970-01-01T00:00:00 UTC.
  public let unixMilliseconds: Int64
  /// When it was taken, since boot.
  public let sinceBoot: Duration
  /// The channels that were due; one array, shared by all samples of these channels.
  public let channels: [Channel]
  /// What came of each channel, in the same order.
  public let outcomes: [Outcome]

  /// What is to be known of each value besides, in the same order; empty where there is nothing.
  public let doubts: [Doubt?]

  /// A reading from its parts; there is one outcome a channel.
  public init(
    device: Int, unixMilliseconds: Int64, sinceBoot: Duration, channels: [Channel],
    outcomes: [Outcome], doubts: [Doubt?] = []
  ) {
    precondition(channels.count == outcomes.count, "one outcome a channel")
    precondition(doubts.isEmpty || doubts.count == channels.count, "one doubt a channel, or none")
    self.device = device
    self.unixMilliseconds = unixMilliseconds
    self.sinceBoot = sinceBoot
    self.channels = channels
    self.outcomes = outcomes
    self.doubts = doubts
  }
}
