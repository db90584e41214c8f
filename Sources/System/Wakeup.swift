internal import CLinux

/// A bell that one thread rings and another, waiting in `Poll`, hears (eventfd(2)).
public final class Wakeup: Sendable {
  let descriptor: FileDescriptor

  /// Makes a bell that has not been rung.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init() throws(Errno) {
    descriptor = FileDescriptor(
      owning: try retryingOnInterrupt { eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)) })
  }

  /// Rings; the next wait that includes this bell ends at once.
  public func ring() {
    // It can only fail where it has been rung 2^64 - 2 times and not heard: then it rings anyway.
    _ = eventfd_write(descriptor.rawValue, 1)
  }

  /// Silences it; true where it had been rung since the last call.
  @discardableResult
  public func heard() -> Bool {
    var count: eventfd_t = 0
    return eventfd_read(descriptor.rawValue, &count) == 0
  }
}
