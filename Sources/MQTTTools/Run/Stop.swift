internal import System

/// Whether the user wants the tool to end, and the bells that tell its thread to look.
final class Stop: Sendable {
  /// Rings only when the user wants to end: it may end an attempt to connect.
  let wakeup: Wakeup
  /// Rings then, and for whatever else the thread is to look at.
  let bell: Wakeup
  private let requested = Locked(false)

  /// Makes one that nobody has asked for.
  init() throws(Errno) {
    wakeup = try Wakeup()
    bell = try Wakeup()
  }

  /// Whether the user has asked for the end.
  var isRequested: Bool { requested.withLock { $0 } }

  /// Asks for the end.
  func request() {
    requested.withLock { $0 = true }
    wakeup.ring()
    bell.ring()
  }

  /// Waits for `duration`; false where the end was asked for meanwhile.
  func pause(_ duration: Duration) throws(Errno) -> Bool {
    let deadline = Clock.sinceBoot + duration
    while !isRequested {
      let remaining = deadline - Clock.sinceBoot
      guard remaining > .zero else { return true }
      try Poll.wait(for: wakeup, timeout: remaining)
    }
    return false
  }
}

/// Runs a tool on a thread of its own, for the main thread waits for signals.
enum ToolThread {
  /// How long a tool may take to end in order when it is asked to; then it ends all the same. It is
  /// longer than a goodbye to the broker takes, and not too long for who presses Ctrl-C.
  private static let graceTime: Duration = .seconds(10)

  /// Runs `body` to its end, and tells what is wrong with the command line where it says so. SIGINT,
  /// SIGTERM and SIGHUP become a request to stop.
  /// - Parameter name: the command's, e.g. "godwit pub".
  static func run(
    _ name: String, _ body: sending @escaping (Stop) throws(UsageError) -> ExitStatus
  ) -> ExitStatus {
    do throws(Errno) {
      return try runThread(name, body)
    } catch {
      print(joined(name, ": ", error.text, "\n"), to: .standardError)
      return .failure
    }
  }

  private static func runThread(
    _ name: String, _ body: sending @escaping (Stop) throws(UsageError) -> ExitStatus
  ) throws(Errno) -> ExitStatus {
    let signals = try Signals()
    let stop = try Stop()
    let ended = try Wakeup()
    let result = Locked<ExitStatus?>(nil)
    _ = try Thread(name) {
      var status = ExitStatus.failure
      do throws(UsageError) {
        status = try body(stop)
      } catch {
        print(joined(name, ": ", error.text, "\n"), to: .standardError)
      }
      result.withLock { $0 = status }
      ended.ring()
    }
    while try signals.wait(within: Poll.idle, wakeup: ended) == nil {
      if let status = result.withLock({ $0 }) { return status }
    }
    stop.request()
    try Poll.wait(for: ended, timeout: graceTime)
    return result.withLock { $0 } ?? .failure
  }
}
