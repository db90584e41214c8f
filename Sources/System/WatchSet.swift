internal import CLinux

/// Descriptors that are waited for together (epoll(7)).
public struct WatchSet: ~Copyable, Sendable {
  private let epoll: FileDescriptor

  /// A set of none.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init() throws(Errno) {
    epoll = FileDescriptor(owning: try retryingOnInterrupt { epoll_create1(Int32(EPOLL_CLOEXEC)) })
  }

  /// As many are told at a time; the others at the next.
  public static let readyMax = 16

  /// Watches a descriptor until it closes.
  /// - Parameter mark: what `wait` tells when there is something to read, or it has failed.
  public func add(_ descriptor: Int32, mark: UInt32) throws(Errno) {
    _ = try retryingOnInterrupt { clinux_watch(epoll.rawValue, descriptor, mark) }
  }

  /// Waits until one is ready, `wakeup` rings or `timeout` passes.
  /// - Returns: the marks of those that are ready, at most `readyMax`.
  /// - Throws: `ENOMEM` (poll(2)).
  public func wait(timeout: Duration, wakeup: Wakeup) throws(Errno) -> [UInt32] {
    let awaited = try Poll.wait(for: epoll, .readable, timeout: timeout, wakeup: wakeup)
    guard !awaited.readiness.isEmpty else { return [] }
    var marks = [UInt32](repeating: 0, count: WatchSet.readyMax)
    let count = try marks.withUnsafeMutableBufferPointer { (marks) throws(Errno) in
      try retryingOnInterrupt { clinux_ready(epoll.rawValue, marks.baseAddress) }
    }
    marks.removeLast(marks.count - Int(count))
    return marks
  }
}
