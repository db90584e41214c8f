internal import Drivers

/// How long a host that could not be reached is left alone: longer after each failure.
///
/// Only a failed attempt to connect counts. What goes wrong on a connection may be the doing of one
/// unit behind a gateway, and must not keep the others from being asked.
struct ReconnectPause: Sendable {
  private let range: ClosedRange<Duration>
  private var length: Duration
  private var pending: (until: Duration, error: BusError)?

  /// A pause that begins with the lower bound and doubles up to the upper one.
  init(_ range: ClosedRange<Duration>) {
    self.range = range
    length = range.lowerBound
  }

  /// The error of the last attempt while the host is left alone; nil when it may be tried.
  func refusal(now: Duration) -> BusError? {
    guard let pending, now < pending.until else { return nil }
    return pending.error
  }

  /// An attempt has failed.
  mutating func failed(_ error: BusError, now: Duration) {
    pending = (now + length, error)
    length = min(length * 2, range.upperBound)
  }

  /// An attempt has succeeded.
  mutating func succeeded() {
    pending = nil
    length = range.lowerBound
  }
}
