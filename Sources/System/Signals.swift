internal import CLinux

/// The signals that steer the program, read by the main thread (signalfd(2)) in place of their default
/// actions.
public struct Signals: ~Copyable {
  /// What is asked for.
  public enum Request: Equatable, Sendable {
    /// To end in good order: SIGTERM, SIGINT.
    case stop
    /// To read the configuration again: SIGHUP.
    case reload
    /// To log more: SIGUSR1.
    case logMore
    /// To log less: SIGUSR2.
    case logLess

    fileprivate init(number: UInt32) {
      switch Int32(number) {
      case SIGHUP: self = .reload
      case SIGUSR1: self = .logMore
      case SIGUSR2: self = .logLess
      default: self = .stop
      }
    }
  }

  private let descriptor: FileDescriptor
  private let isService: Bool

  /// Takes the signals away from their default actions. Call it before any thread is started, for
  /// threads inherit what is blocked. SIGPIPE is blocked too, so that writing to a closed socket is
  /// an error like any other.
  /// - Parameter isService: the program can reload. One that cannot takes SIGHUP, which comes when a
  ///   terminal closes, for a request to stop, and leaves the signals of the log alone.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init(isService: Bool = false) throws(Errno) {
    self.isService = isService
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] + (isService ? [SIGUSR1, SIGUSR2] : []) {
      sigaddset(&set, number)
    }
    descriptor = FileDescriptor(
      owning: try retryingOnInterrupt { signalfd(-1, &set, Int32(SFD_CLOEXEC)) })
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for one of them; nil where `timeout` has passed first, or `wakeup` has rung.
  /// - Throws: `ENOMEM` (poll(2)).
  public func wait(within timeout: Duration, wakeup: Wakeup? = nil) throws(Errno) -> Request? {
    let isThere = try Poll.wait(
      for: descriptor, .readable, timeout: timeout, wakeup: wakeup
    ).readiness.contains(.readable)
    guard isThere else { return nil }
    var information = [UInt8](repeating: 0, count: MemoryLayout<signalfd_siginfo>.size)
    _ = try information.withUnsafeMutableBufferPointer { (bytes) throws(Errno) in
      try descriptor.read(into: UnsafeMutableRawBufferPointer(bytes))
    }
    // The number of the signal is its first field (signalfd(2)).
    let number = information.withUnsafeBufferPointer {
      UnsafeRawBufferPointer($0).loadUnaligned(as: UInt32.self)
    }
    let request = Request(number: number)
    return request == .reload && !isService ? .stop : request
  }
}
