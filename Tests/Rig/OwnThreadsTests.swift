import Foundation
import Glibc
import TestSupport
import Testing

/// The threads of the virtual Pi's tests.
@Suite(.ownThreads)
struct OwnThreadsTests {
  init() {
    #expect(OwnThreads.isHere)
  }

  @Test func `a test goes on while others leave no thread for it`() async throws {
    let end = Flag()
    // More than there are processors, and each stays until this test has gone on.
    let others = (0..<ProcessInfo.processInfo.activeProcessorCount + 2).map { _ in
      Task.detached {
        while !end.isSet { usleep(1_000) }
      }
    }
    for _ in 0..<10 {
      try await Task.sleep(for: .milliseconds(5))
      #expect(OwnThreads.isHere)
    }
    #expect(try await eventually { OwnThreads.isHere })
    end.set()
    for other in others { await other.value }
  }

  private final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = false

    var isSet: Bool { lock.withLock { value } }
    func set() { lock.withLock { value = true } }
  }
}
