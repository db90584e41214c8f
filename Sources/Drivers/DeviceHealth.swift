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
  /// accident.
  static let failuresMax = 3

  /// A device that has never answered is more likely not there. It has a second chance, for the first
  /// frame on a line that was just opened is often spoilt.
  static let strangerFailuresMax = 2

  /// The second chance is this part of the timeout: most devices need far less.
  static let strangerPatience = 4

  /// Silence takes a 32nd of its line's time, so that seven other devices on it keep 95 of 100
  /// readings even on a line that is busy all the time.
  static let lineShare: Int64 = 32

  /// A device that fails at once, such as a host that refuses, costs the line nothing; it is asked
  /// again within a second. One that takes minutes to fail is still asked once a minute.
  static let probePauses: ClosedRange<Duration> = .seconds(1)...(.seconds(60))

  /// A device that has just left its whole timeout unused is given this many times the time that
  /// its readings have taken so far, and not less than `patienceMin`.
  static let patienceFactor = 2

  /// Networks and adapters have their hesitations, whatever the device does.
  static let patienceMin: Duration = .milliseconds(100)

  /// One probe in so many waits for the whole timeout: the device may have become slower. On a line
  /// with a timeout of 1 s that is one in a minute and a half.
  static let wholeProbes = 16

  /// A device that was not given its whole timeout may still answer, and on a line of RTU frames
  /// nobody could tell to which request; it is not asked for so many timeouts.
  static let lateTimeouts = 2

  /// Requests without an answer, since the last one that had one.
  private var failures = 0
  private var hasEverAnswered = false
  /// Nothing is asked until then.
  private var rest: (reason: MissingReason, until: Duration)?
  /// Probes without an answer.
  private var probes = 0
  /// What silence has cost the line, for which no pause has made up yet.
  private var owed: Duration = .zero
  /// How long the slowest of the last readings has taken.
  private var readingTime: Duration?

  /// Whether it is isolated.
  public private(set) var isIsolated = false

  /// A device of which nothing is known yet.
  public init() {}

  /// What to do with the device now.
  public func turn(now: Duration) -> Turn {
    if let rest, now < rest.until { return .leave(rest.reason) }
    return hasEverAnswered && failures == 0 ? .ask : .probe
  }

  /// How long an answer is waited for in a probe, and when a request is made again that had no
  /// answer: a device that is there will answer as fast as it did before.
  /// - Parameter timeout: the time that it is given otherwise.
  public func patience(_ timeout: Duration) -> Duration {
    guard let readingTime else {
      let isSecondChance = failures == DeviceHealth.strangerFailuresMax - 1
      return isSecondChance
        ? min(max(timeout / DeviceHealth.strangerPatience, DeviceHealth.patienceMin), timeout)
        : timeout
    }
    if (probes + 1) % DeviceHealth.wholeProbes == 0 { return timeout }
    let patience = max(readingTime * DeviceHealth.patienceFactor, DeviceHealth.patienceMin)
    return min(patience, timeout)
  }

  /// The device has answered, if only to refuse.
  /// - Parameter time: how long the reading has taken; nil where not all of it came, and at once.
  /// - Returns: whether it was isolated until now.
  public mutating func answered(within time: Duration?) -> Bool {
    defer {
      isIsolated = false
      rest = nil
    }
    (failures, probes, owed) = (0, 0, .zero)
    hasEverAnswered = true
    // A slow reading counts for some time.
    if let time { readingTime = max(time, (readingTime ?? .zero) * 15 / 16) }
    return isIsolated
  }

  /// The device did not answer.
  /// - Parameters:
  ///   - requests: how many requests it left unanswered, with those that were made again.
  ///   - timeout: the time that it is given as long as it answers.
  ///   - cost: how long the line was taken up by that.
  ///   - isolatedCount: how many devices of the line are isolated, without this one.
  /// - Returns: whether it is isolated from now on, and was not before.
  public mutating func silent(
    _ reason: MissingReason, requests: Int, timeout: Duration, now: Duration, cost: Duration,
    isolatedCount: Int
  ) -> Bool {
    let wasIsolated = isIsolated
    var pause =
      patience(timeout) < timeout ? timeout * DeviceHealth.lateTimeouts : Duration.zero
    let enough =
      hasEverAnswered ? DeviceHealth.failuresMax : DeviceHealth.strangerFailuresMax
    failures = min(failures + requests, enough)
    owed += cost
    if failures < enough {
      if !hasEverAnswered { pause = timeout * DeviceHealth.lateTimeouts }
    } else {
      isIsolated = true
      if wasIsolated { probes += 1 }
      let share = owed * Int(DeviceHealth.lineShare) * (isolatedCount + 1)
      let bounds = DeviceHealth.probePauses
      pause = max(pause, min(max(share, bounds.lowerBound), bounds.upperBound))
      owed = .zero
    }
    rest = (reason, now + pause)
    return isIsolated && !wasIsolated
  }
}
