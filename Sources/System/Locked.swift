internal import CLinux

/// A value that several threads share, reachable only while its lock is held.
///
/// Embedded Swift has no `Mutex`; this one is over pthread_mutex_t, with a condition so that a
/// thread can wait for a change of the value.
public final class Locked<Value>: @unchecked Sendable {
  // Both C objects must not move once initialized, so they live on the heap.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  /// Takes `value` into custody.
  public init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    let failures = [
      pthread_mutex_init(mutex, nil),
      pthread_condattr_init(&attributes),
      // Waits must not end early or late when the wall clock is set.
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC),
      pthread_cond_init(condition, &attributes),
      pthread_condattr_destroy(&attributes),
    ]
    precondition(failures.allSatisfy { $0 == 0 }, "the C library refused a lock")
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` alone with the value. Not to be nested, and not to block inside.
  public func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Runs `body` alone with the value and wakes every thread that waits for a change of it.
  public func update<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Waits until `body` returns a value or `timeout` has passed.
  ///
  /// `body` runs with the lock held: at once, after every `update`, and a last time at the end.
  /// Without a timeout it waits for ever.
  @discardableResult
  public func wait<Result>(
    for timeout: Duration? = nil, until body: (inout Value) -> Result?
  ) -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard let timeout else {
      while true {
        if let result = body(&value) { return result }
        pthread_cond_wait(condition, mutex)
      }
    }
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let deadline = Duration.seconds(Int64(now.tv_sec)) + .nanoseconds(Int64(now.tv_nsec)) + timeout
    var deadlineTime = timespec(deadline)
    while true {
      if let result = body(&value) { return result }
      if pthread_cond_timedwait(condition, mutex, &deadlineTime) == ETIMEDOUT {
        return body(&value)
      }
    }
  }
}
