internal import CLinux

/// The signals that ask the program to stop in good order, read by the main thread (signalfd(2)):
/// SIGTERM, SIGINT, and SIGHUP, which comes when a terminal closes.
public struct StopSignals: ~Copyable {
  private let descriptor: FileDescriptor

  /// Takes the signals away from their default actions. Call it before any thread is started, for
  /// threads inherit what is blocked. SIGPIPE is blocked too, so that writing to a closed socket is
  /// an error like any other.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init() throws(Errno) {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
    descriptor = FileDescriptor(
      owning: try retryingOnInterrupt { signalfd(-1, &set, Int32(SFD_CLOEXEC)) })
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for one of them; false where `timeout` has passed first, or `wakeup` has rung.
  /// - Throws: `ENOMEM` (poll(2)).
  public func wait(within timeout: Duration, wakeup: Wakeup? = nil) throws(Errno) -> Bool {
    try Poll.wait(for: descriptor, .readable, timeout: timeout, wakeup: wakeup)
      .readiness.contains(.readable)
  }
}
