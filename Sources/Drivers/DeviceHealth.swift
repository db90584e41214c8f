public import Telemetry

/// Whether a device answers, and when it is asked again where it does not; pure, time is an argument.
///
/// A request that nobody answers holds up the line for its whole timeout. A device that was silent a
/// few times is therefore isolated: its readings are missing without a request, and it is probed
/// rarely enough that all isolated devices of a line together take a small share of it. What keeps
/// the line itself from being used, such as a port that is gone, says nothing of a device and is not
/// told here.
public struct DeviceHealth: Sendable {
  /// What is to be done when the device's turn comes.
  public enum Turn: Equatable, Sendable {
    /// It is read as usual.
    case ask
    /// It is asked without retries: whether it is there at all is in doubt.
    case probe
    /// It is left alone, and its values are missing for the reason of its silence.
    case leave(MissingReason)
  }

  /// Frames are lost now and then on a long line; three requests in a row without an answer are no
  /// accident. A device that has never answered is more likely not there, and one is enough.
  static let failuresMax = 3

  /// Isolated devices take a 32nd of their line's time, so that seven others on it keep 95 of 100
  /// readings even on a line that is busy all the time.
  static let lineShare: Int64 = 32

  /// A device that fails at once, such as a host that refuses, costs the line nothing; it is asked
  /// again within a second. One that takes minutes to fail is still asked once a minute.
  static let probePauses: ClosedRange<Duration> = .seconds(1)...(.seconds(60))

  /// Requests without an answer, since the last one that had one.
  private var failures = 0
  private var hasEverAnswered = false
  private var isolation: (reason: MissingReason, until: Duration)?

  /// A device of which nothing is known yet.
  public init() {}

  /// Whether it is isolated.
  public var isIsolated: Bool { isolation != nil }

  /// What to do with the device now.
  public func turn(now: Duration) -> Turn {
    if let isolation, now < isolation.until { return .leave(isolation.reason) }
    return hasEverAnswered && failures == 0 ? .ask : .probe
  }

  /// The device has answered, if only to refuse.
  /// - Returns: whether it was isolated until now.
  public mutating func answered() -> Bool {
    defer { isolation = nil }
    failures = 0
    hasEverAnswered = true
    return isIsolated
  }

  /// The device did not answer.
  /// - Parameters:
  ///   - requests: how many requests it left unanswered, with those that were made again.
  ///   - cost: how long the line was taken up by that.
  ///   - isolatedCount: how many devices of the line are isolated, without this one.
  /// - Returns: whether it is isolated from now on, and was not before.
  public mutating func silent(
    _ reason: MissingReason, requests: Int, now: Duration, cost: Duration, isolatedCount: Int
  ) -> Bool {
    let wasIsolated = isIsolated
    failures = min(failures + requests, DeviceHealth.failuresMax)
    guard failures == DeviceHealth.failuresMax || !hasEverAnswered else { return false }
    let pause = cost * Int(DeviceHealth.lineShare) * (isolatedCount + 1)
    let bounds = DeviceHealth.probePauses
    isolation = (reason, now + min(max(pause, bounds.lowerBound), bounds.upperBound))
    return !wasIsolated
  }
}
