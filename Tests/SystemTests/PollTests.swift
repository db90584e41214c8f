import Testing

@testable import System

struct PollTests {
  @Test func `a bell that has rung is heard once`() throws {
    let wakeup = try Wakeup()
    wakeup.ring()
    wakeup.ring()
    #expect(try Poll.wait(for: wakeup, timeout: .seconds(30)))
    #expect(!wakeup.heard())
    #expect(try !Poll.wait(for: wakeup, timeout: .milliseconds(1)))
  }

  @Test func `another thread's ring ends the wait`() throws {
    let wakeup = try Wakeup()
    let thread = try Thread("ringer") { wakeup.ring() }
    #expect(try Poll.wait(for: wakeup, timeout: .seconds(30)))
    #expect(thread.join(within: .seconds(30)))
  }

  @Test func `waiting takes the timeout, and no less`() throws {
    let wakeup = try Wakeup()
    let before = Clock.sinceBoot
    #expect(try !Poll.wait(for: wakeup, timeout: .milliseconds(15)))
    #expect(Clock.sinceBoot - before >= .milliseconds(15))
  }

  @Test func `a file is ready at once, whatever the bell does`() throws {
    let file = try FileDescriptor(opening: "/dev/zero", .readOnly)
    let ready = try Poll.wait(for: file, .readable, timeout: .seconds(30), wakeup: try Wakeup())
    #expect(ready == Poll.Awaited(readiness: .readable, rang: false))
  }

  @Test func `a bell and a file that are both ready are both told, and the bell is silenced`()
    throws
  {
    let file = try FileDescriptor(opening: "/dev/zero", .readOnly)
    let wakeup = try Wakeup()
    wakeup.ring()
    let first = try Poll.wait(for: file, .readable, timeout: .seconds(30), wakeup: wakeup)
    #expect(first == Poll.Awaited(readiness: .readable, rang: true))
    let second = try Poll.wait(for: file, .readable, timeout: .seconds(30), wakeup: wakeup)
    #expect(second == Poll.Awaited(readiness: .readable, rang: false))
  }
}
