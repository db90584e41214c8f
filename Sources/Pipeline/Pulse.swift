internal import System

/// A thread's promise to be heard of again, by which the main thread knows whether it hangs.
final class Pulse: Sendable {
  private let deadline: Locked<Duration>

  /// A thread that is to be heard of within `limit` for the first time.
  init(within limit: Duration) {
    deadline = Locked(Clock.sinceBoot + limit)
  }

  /// Promises the next sign of life within `limit`: what is begun now takes no longer.
  func promise(within limit: Duration) {
    let time = Clock.sinceBoot + limit
    deadline.withLock { $0 = time }
  }

  /// Ends the promises: the thread is about to end.
  func retire() {
    deadline.withLock { $0 = .seconds(Int64.max / 4) }
  }

  /// Whether the promise is broken.
  func isBroken(now: Duration) -> Bool { now > deadline.withLock { $0 } }

  /// Besides what a step may take by its own limits: for a machine that is swamped.
  static let slack: Duration = .seconds(30)
}
