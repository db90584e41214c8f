internal import CLinux

/// A thread of the operating system that runs one closure to its end.
public final class Thread: Sendable {
  /// How soon it gets a processor that others want, too.
  public enum Urgency: Sendable {
    /// Like the process.
    case normal
    /// Before ordinary programs, where the system lets us: what it reads is lost when it comes late.
    case urgent
  }

  private let hasEnded: Locked<Bool>

  /// Starts `body` on a thread of its own.
  ///
  /// The thread blocks all signals, so that they reach the main thread's `Signals` alone.
  /// - Parameters:
  ///   - name: what `top -H` shows; the kernel keeps the first 15 bytes (prctl(2), PR_SET_NAME).
  ///   - urgency: how soon it gets a processor.
  ///   - body: runs once; the thread ends when it returns.
  /// - Throws: `EAGAIN` where the system has no room for another thread (pthread_create(3)).
  public init(
    _ name: String, _ urgency: Urgency = .normal, _ body: sending @escaping () -> Void
  ) throws(Errno) {
    let hasEnded = Locked(false)
    self.hasEnded = hasEnded
    let start = Start(name: name, urgency: urgency, body: body, hasEnded: hasEnded)

    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Thread.stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))

    let context = Unmanaged.passRetained(start)
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<Start>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard failure == 0 else {
      context.release()
      throw Errno(failure)
    }
  }

  /// Waits until the closure has returned; false where `timeout` has passed first.
  @discardableResult
  public func join(within timeout: Duration) -> Bool {
    hasEnded.wait(for: timeout) { $0 ? true : nil } ?? false
  }

  /// Name resolution is the deepest call made here; glibc's resolver wants well under 100 KiB.
  /// Only the pages that are touched cost memory.
  private static let stackSize = 256 * 1_024

  /// That of an urgent thread: it is run as soon as it is woken, whatever ordinary programs do, and
  /// still gives way to those of real time (sched(7)).
  private static let urgentNice: Int32 = -10

  private final class Start: @unchecked Sendable {
    let name: String
    let urgency: Urgency
    let body: () -> Void
    let hasEnded: Locked<Bool>

    init(
      name: String, urgency: Urgency, body: sending @escaping () -> Void, hasEnded: Locked<Bool>
    ) {
      self.name = name
      self.urgency = urgency
      self.body = body
      self.hasEnded = hasEnded
    }

    func run() {
      var everySignal = sigset_t()
      sigfillset(&everySignal)
      pthread_sigmask(SIG_BLOCK, &everySignal, nil)
      _ = name.withCString { clinux_set_thread_name($0) }
      // Who may not stays as urgent as the process is.
      if urgency == .urgent { _ = clinux_set_thread_nice(Thread.urgentNice) }
      body()
      hasEnded.update { $0 = true }
    }
  }
}
