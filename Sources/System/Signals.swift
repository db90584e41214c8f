internal import CLinux

/// The signals that ask the program for something, read one at a time by the main thread
/// (signalfd(2)).
public struct Signals: ~Copyable {
  /// A signal, by what it asks for.
  public enum Signal: Equatable, Sendable {
    /// SIGTERM or SIGINT: stop in good order.
    case stop
    /// SIGHUP: read the configuration again.
    case reload
  }

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

  /// Waits for the next signal; nil where `timeout` has passed, or `wakeup` has rung, first.
  public func next(within timeout: Duration, wakeup: Wakeup? = nil) throws(Errno) -> Signal? {
    let ready = try Poll.wait(for: descriptor, .readable, timeout: timeout, wakeup: wakeup)
    guard ready.contains(.readable) else { return nil }
    var information = signalfd_siginfo()
    let count = try withUnsafeMutableBytes(of: &information) { (bytes) throws(Errno) in
      try descriptor.read(into: bytes)
    }
    guard count == MemoryLayout<signalfd_siginfo>.size else { return nil }
    return Int32(information.ssi_signo) == SIGHUP ? .reload : .stop
  }
}
