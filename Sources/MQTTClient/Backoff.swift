internal import System

/// How long to wait before the next attempt to connect: longer after each failure, and never the
/// same for two clients, so that a broker that comes back is not met by all of them at once.
///
/// This is decorrelated jitter: each delay is drawn between the minimum and three times the one
/// before it, and cut at the maximum (M. Brooker, "Exponential Backoff And Jitter", AWS
/// Architecture Blog, 2015).
///
/// ```swift
/// var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(60))
/// var random = Random()
/// let delay = backoff.nextDelay(using: &random)
/// ```
public struct Backoff: Sendable {
  private let minimum: Int64
  private let maximum: Int64
  private var previous: Int64

  /// The longest delay there is. Who waits for a day has given up.
  public static let delayMax: Duration = .seconds(24 * 3_600)

  /// Delays from `minimum` to `maximum`, in whole milliseconds. They are held to 1 ms up to
  /// `delayMax`, and the maximum to no less than the minimum.
  public init(minimum: Duration, maximum: Duration) {
    self.minimum = min(max(minimum, .milliseconds(1)), Backoff.delayMax).milliseconds
    self.maximum = max(min(maximum, Backoff.delayMax).milliseconds, self.minimum)
    previous = self.minimum
  }

  /// The delay before the next attempt.
  public mutating func nextDelay(using random: inout some RandomNumberGenerator) -> Duration {
    previous = min(.random(in: minimum...previous * 3, using: &random), maximum)
    return .milliseconds(previous)
  }

  /// Begins at the minimum again.
  ///
  /// To be called when the link has proved itself, by an acknowledgement or some minutes of life. A
  /// connection that was accepted proves nothing: brokers accept clients and throw them out at once,
  /// and a delay that begins again each time hammers them.
  public mutating func reset() {
    previous = minimum
  }
}
