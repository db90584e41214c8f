import Foundation
import TestSupport

/// Lets only so many virtual Pis run at a time: each is a computer's work, and tests start all at once.
final class Gate: @unchecked Sendable {
  static let pis = Gate(limit: max(2, ProcessInfo.processInfo.activeProcessorCount))

  private let lock = NSLock()
  private var free: Int

  private init(limit: Int) {
    free = limit
  }

  private func take() -> Bool {
    lock.withLock {
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  /// Waits until there is room; whoever enters calls `leave` at the end.
  func enter() async throws {
    // Others have their time limits, so this has an end.
    while !take() { try await Task.sleep(for: .milliseconds(50)) }
  }

  func leave() {
    lock.withLock { free += 1 }
  }
}
