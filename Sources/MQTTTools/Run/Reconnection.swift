internal import MQTTClient
internal import System

/// The pauses between attempts to connect again.
struct Reconnection {
  private var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(30))
  private var random = Random()

  /// The connection has proved itself.
  mutating func reset() {
    backoff.reset()
  }

  /// Tells why there is no connection and waits, at most until `deadline`; false where the user wants
  /// to end instead.
  @discardableResult
  mutating func pause(
    after error: ClientError, _ reporter: Reporter, _ stop: Stop, until deadline: Duration? = nil
  ) throws(Errno) -> Bool {
    let delay = backoff.nextDelay(using: &random)
    reporter.tell("\(error.text); the next attempt is in \(delay.milliseconds) ms")
    guard let deadline else { return try stop.pause(delay) }
    return try stop.pause(min(delay, max(deadline - Clock.sinceBoot, .zero)))
  }
}
