internal import CLinux

/// Waiting for a descriptor to be ready (poll(2)).
public enum Poll {
  /// What a descriptor is ready for.
  public struct Readiness: OptionSet, Sendable {
    /// The bits of poll(2).
    public let rawValue: Int16

    /// Wraps bits of poll(2).
    public init(rawValue: Int16) {
      self.rawValue = rawValue
    }

    /// There are bytes to read, or the end of them.
    public static let readable = Readiness(rawValue: Int16(POLLIN))
    /// There is room to write.
    public static let writable = Readiness(rawValue: Int16(POLLOUT))
    /// The other end has closed, or the descriptor is broken; reading tells which.
    public static let failed = Readiness(rawValue: Int16(POLLERR | POLLHUP | POLLNVAL))
  }

  /// Waits until `descriptor` is ready for one of `interests`, `wakeup` rings, or `timeout` passes.
  ///
  /// The wakeup is silenced when it has ended the wait.
  /// - Returns: what the descriptor is ready for; empty after a wakeup or the timeout.
  /// - Throws: `ENOMEM`, `EINVAL` (poll(2)).
  public static func wait(
    for descriptor: borrowing FileDescriptor, _ interests: Readiness, timeout: Duration,
    wakeup: Wakeup? = nil
  ) throws(Errno) -> Readiness {
    let ready = try wait(
      for: [
        pollfd(fd: descriptor.rawValue, events: interests.rawValue, revents: 0),
        // poll(2) passes over a negative descriptor.
        pollfd(fd: wakeup?.descriptor.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
      ], timeout: timeout)
    if ready[1].revents != 0 { wakeup?.heard() }
    return Readiness(rawValue: ready[0].revents)
  }

  /// Waits until `wakeup` rings; false where `timeout` has passed first.
  @discardableResult
  public static func wait(for wakeup: Wakeup, timeout: Duration) throws(Errno) -> Bool {
    try !wait(for: wakeup.descriptor, .readable, timeout: timeout, wakeup: wakeup).isEmpty
  }

  private static func wait(
    for requests: [pollfd], timeout: Duration
  ) throws(Errno) -> [pollfd] {
    let deadline = Clock.sinceBoot + timeout
    var requests = requests
    while true {
      let remaining = max(deadline - Clock.sinceBoot, .zero).milliseconds
      let result = poll(&requests, nfds_t(requests.count), Int32(min(remaining, Poll.longest)))
      if result > 0 { return requests }
      if result == 0 && remaining <= Poll.longest { return requests }
      if result < 0 && Errno.last.rawValue != EINTR { throw Errno.last }
    }
  }

  /// poll(2) counts milliseconds in an `int`; a longer wait is made of several.
  private static let longest: Int64 = 24 * 3_600 * 1_000
}
