internal import CLinux

/// Descriptors that are waited for together (epoll(7)).
public struct WatchSet: ~Copyable, Sendable {
  private let epoll: FileDescriptor
  private let wakeup: Wakeup

  /// What stands for the wakeup among the marks.
  private static let wakeupMark = UInt32.max

  /// A set of none but a wakeup.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init(wakeup: Wakeup) throws(Errno) {
    self.wakeup = wakeup
    let set = FileDescriptor(
      owning: try retryingOnInterrupt { epoll_create1(Int32(EPOLL_CLOEXEC)) })
    let bell = wakeup.descriptor.rawValue
    _ = try retryingOnInterrupt { clinux_watch(set.rawValue, bell, WatchSet.wakeupMark) }
    epoll = set
  }

  /// As many are told at a time; the others at the next.
  public static let readyMax = 16

  /// Watches a descriptor until it closes.
  /// - Parameter mark: less than UInt32.max; what `wait` tells when there is something to read, or it has failed.
  public func add(_ descriptor: Int32, mark: UInt32) throws(Errno) {
    _ = try retryingOnInterrupt { clinux_watch(epoll.rawValue, descriptor, mark) }
  }

  /// Waits until one is ready, the wakeup rings or `timeout` passes, but for a day at most.
  /// - Returns: the marks of those that are ready, at most `readyMax`; after a wakeup, which is silenced
  ///   then, there may be none.
  public func wait(timeout: Duration) throws(Errno) -> [UInt32] {
    let milliseconds = Int32(min(max(timeout, .zero).milliseconds, WatchSet.longest))
    var marks = [UInt32](repeating: 0, count: WatchSet.readyMax)
    let count = try marks.withUnsafeMutableBufferPointer { (marks) throws(Errno) in
      try retryingOnInterrupt {
        clinux_ready(epoll.rawValue, marks.baseAddress, milliseconds)
      }
    }
    marks.removeLast(marks.count - Int(count))
    if let place = marks.firstIndex(of: WatchSet.wakeupMark) {
      marks.remove(at: place)
      wakeup.heard()
    }
    return marks
  }

  /// epoll_wait(2) counts milliseconds in an `int`.
  private static let longest: Int64 = 24 * 3_600 * 1_000
}
