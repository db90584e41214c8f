import Testing

@testable import Pipeline

struct LogLimiterTests {
  @Test func `a lasting fault is told once a minute with the number of its repetitions`() {
    var limiter = LogLimiter()
    let told = (0..<180).map { limiter.tell("timeout", now: .seconds($0)) }
    #expect(told[0] == 0)
    #expect(told[60] == 59)
    #expect(told[120] == 59)
    #expect(told.compactMap { $0 }.count == 3)
  }

  @Test func `another fault is told at once`() {
    var limiter = LogLimiter()
    #expect(limiter.tell("timeout", now: .zero) == 0)
    #expect(limiter.tell("refused", now: .zero) == 0)
    #expect(limiter.tell("refused", now: .seconds(1)) == nil)
  }

  @Test func `a recovery is told where a fault had been, and the next fault again`() {
    var limiter = LogLimiter()
    let before = limiter.recover()
    #expect(!before)
    _ = limiter.tell("timeout", now: .zero)
    let after = limiter.recover()
    #expect(after)
    #expect(limiter.tell("timeout", now: .seconds(1)) == 0)
  }
}
