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

  /// What ended a wait.
  public struct Awaited: Equatable, Sendable {
    /// What the descriptor is ready for; empty after the timeout.
    public let readiness: Readiness
    /// Whether the wakeup has rung; it is silenced then.
    public let rang: Bool
  }

  /// How long to wait where nothing is due and only a bell, a signal or a peer can end it. It could
  /// be for ever; an hour lets a loop look around now and then at no cost.
  public static let idle: Duration = .seconds(3_600)

  /// Waits until `descriptor` is ready for one of `interests`, `wakeup` rings, or `timeout` passes.
  /// The first two can have happened at once, and both are told.
  /// - Throws: `ENOMEM`, `EINVAL` (poll(2)).
  public static func wait(
    for descriptor: borrowing FileDescriptor, _ interests: Readiness, timeout: Duration,
    wakeup: Wakeup? = nil
  ) throws(Errno) -> Awaited {
    var requests = (
      pollfd(fd: descriptor.rawValue, events: interests.rawValue, revents: 0),
      // poll(2) passes over a negative descriptor.
      pollfd(fd: wakeup?.descriptor.rawValue ?? -1, events: Int16(POLLIN), revents: 0)
    )
    let deadline = Clock.sinceBoot + timeout
    while true {
      let remaining = max(deadline - Clock.sinceBoot, .zero).milliseconds
      let result = withUnsafeMutableBytes(of: &requests) { bytes in
        poll(
          bytes.baseAddress?.assumingMemoryBound(to: pollfd.self), 2,
          Int32(min(remaining, longest)))
      }
      if result < 0 {
        guard Errno.last.rawValue == EINTR else { throw Errno.last }
      } else if result > 0 || remaining <= longest {
        let rang = requests.1.revents != 0
        if rang { wakeup?.heard() }
        return Awaited(readiness: Readiness(rawValue: requests.0.revents), rang: rang)
      }
    }
  }

  /// Waits until `wakeup` rings; false where `timeout` has passed first.
  /// - Throws: `ENOMEM` (poll(2)).
  @discardableResult
  public static func wait(for wakeup: Wakeup, timeout: Duration) throws(Errno) -> Bool {
    let awaited = try wait(for: wakeup.descriptor, .readable, timeout: timeout)
    guard !awaited.readiness.isEmpty else { return false }
    return wakeup.heard()
  }

  /// poll(2) counts milliseconds in an `int`; a longer wait is made of several.
  private static let longest: Int64 = 24 * 3_600 * 1_000
}
