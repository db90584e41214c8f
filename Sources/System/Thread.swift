internal import CLinux

/// A thread of the operating system that runs one closure to its end.
public final class Thread: Sendable {
  private let hasEnded: Locked<Bool>

  /// Starts `body` on a thread of its own.
  ///
  /// The thread blocks all signals, so that they reach the main thread's `Signals` alone.
  /// - Parameters:
  ///   - name: what `top -H` shows; the kernel keeps the first 15 bytes (prctl(2), PR_SET_NAME).
  ///   - body: runs once; the thread ends when it returns.
  /// - Throws: `EAGAIN` where the system has no room for another thread (pthread_create(3)).
  public init(_ name: String, _ body: sending @escaping () -> Void) throws(Errno) {
    let hasEnded = Locked(false)
    self.hasEnded = hasEnded
    let start = Start(name: name, body: body, hasEnded: hasEnded)

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

  private final class Start: @unchecked Sendable {
    let name: String
    let body: () -> Void
    let hasEnded: Locked<Bool>

    init(name: String, body: sending @escaping () -> Void, hasEnded: Locked<Bool>) {
      self.name = name
      self.body = body
      self.hasEnded = hasEnded
    }

    func run() {
      var everySignal = sigset_t()
      sigfillset(&everySignal)
      pthread_sigmask(SIG_BLOCK, &everySignal, nil)
      _ = name.withCString { clinux_set_thread_name($0) }
      body()
      hasEnded.update { $0 = true }
    }
  }
}
