import Foundation
import Glibc
import Testing

/// Runs a test on threads that only such tests have.
///
/// Other tests of the same process may work for minutes without a pause, and there are but as many
/// threads for all as the machine has processors. A virtual Pi does not stand still meanwhile.
struct OwnThreads: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(ThreadGroup.shared) { try await function() }
  }

  /// Whether the calling thread is one of them.
  static var isHere: Bool { ThreadGroup.shared.hasThisThread }
}

extension Trait where Self == OwnThreads {
  static var ownThreads: Self { OwnThreads() }
}

/// A few threads that take turns at what there is to do.
private final class ThreadGroup: TaskExecutor, @unchecked Sendable {
  static let shared = ThreadGroup()

  /// Two virtual Pis are on at a time, and the tests that wait for their turn look now and then.
  private static let threadCount = 4

  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var threads: Set<pthread_t> = []

  private init() {
    for _ in 0..<ThreadGroup.threadCount {
      Thread { self.work() }.start()
    }
  }

  var hasThisThread: Bool { condition.withLock { threads.contains(pthread_self()) } }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  private func work() -> Never {
    condition.withLock { _ = threads.insert(pthread_self()) }
    while true {
      condition.lock()
      while jobs.isEmpty { condition.wait() }
      let job = jobs.removeFirst()
      condition.unlock()
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }
}
