import System
import Testing

struct LockedTests {
  @Test func `counts of several threads add up`() throws {
    let count = Locked(0)
    let threads = try (0..<4).map { index in
      try Thread("count-\(index)") {
        for _ in 0..<10_000 { count.withLock { $0 += 1 } }
      }
    }
    for thread in threads { #expect(thread.join(within: .seconds(30))) }
    #expect(count.withLock { $0 } == 40_000)
  }

  @Test func `a waiting thread sees the update it waits for`() throws {
    let value = Locked(0)
    let seen = Locked<Int?>(nil)
    let thread = try Thread("waiter") {
      let found = value.wait(for: .seconds(30)) { $0 >= 3 ? $0 : nil }
      seen.withLock { $0 = found }
    }
    for _ in 0..<3 { value.update { $0 += 1 } }
    #expect(thread.join(within: .seconds(30)))
    #expect(seen.withLock { $0 } == 3)
  }

  @Test func `a wait for what does not come ends`() {
    let before = Clock.sinceBoot
    let found = Locked(0).wait(for: .milliseconds(20)) { $0 > 0 ? true : nil }
    #expect(found == nil)
    #expect(Clock.sinceBoot - before >= .milliseconds(20))
  }

  @Test func `an error passes through with its type, and the lock is free again`() {
    let value = Locked(1)
    #expect(throws: Errno.timedOut) {
      try value.withLock { (_) throws(Errno) in throw .timedOut }
    }
    #expect(value.withLock { $0 } == 1)
  }

  @Test func `a thread that has not ended is not joined`() throws {
    let gate = Locked(false)
    let thread = try Thread("gate") { _ = gate.wait { $0 ? true : nil } }
    #expect(!thread.join(within: .milliseconds(10)))
    gate.update { $0 = true }
    #expect(thread.join(within: .seconds(30)))
  }
}
