import MQTTClient
import TestSupport
import Testing

/// Gives the same bits always, so that every draw is at the same end of its range.
private struct Constant: RandomNumberGenerator {
  let bits: UInt64
  mutating func next() -> UInt64 { bits }
}

@Suite struct BackoffTests {
  @Test func `at the upper end each delay is three times the one before, up to the maximum`() {
    var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(60))
    var random = Constant(bits: .max)
    let delays = (0..<6).map { _ in backoff.nextDelay(using: &random) }
    #expect(delays == [3, 9, 27, 60, 60, 60].map { .seconds($0) })
  }

  @Test func `at the lower end each delay is the minimum`() {
    var backoff = Backoff(minimum: .milliseconds(250), maximum: .seconds(60))
    // Not zero bits, which the standard library draws again.
    var random = Constant(bits: 1 << 40)
    for _ in 0..<5 { #expect(backoff.nextDelay(using: &random) == .milliseconds(250)) }
  }

  @Test func `delays stay in their range and differ from one client to the next`() {
    var firsts: Set<Int64> = []
    var longest: Duration = .zero
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(60))
      var previous: Duration = .seconds(1)
      for attempt in 0..<20 {
        let delay = backoff.nextDelay(using: &random)
        #expect(delay >= .seconds(1) && delay <= .seconds(60) && delay <= previous * 3)
        if attempt == 0 { firsts.insert(delay.components.attoseconds) }
        longest = max(longest, delay)
        previous = delay
      }
    }
    #expect(firsts.count > 150)
    #expect(longest == .seconds(60))
  }

  @Test func `a reset begins at the minimum again`() {
    var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(60))
    var random = Constant(bits: .max)
    for _ in 0..<5 { _ = backoff.nextDelay(using: &random) }
    backoff.reset()
    #expect(backoff.nextDelay(using: &random) == .seconds(3))
  }

  @Test(
    arguments: [
      (.zero, .zero, .milliseconds(1)), (.seconds(-5), .seconds(-1), .milliseconds(1)),
      (.seconds(10), .seconds(1), .seconds(10)),
      (.seconds(1_000_000), .seconds(1_000_000_000_000), .seconds(86_400)),
    ] as [(Duration, Duration, Duration)])
  func `limits that cannot be meant are held to ones that can`(
    minimum: Duration, maximum: Duration, delay: Duration
  ) {
    var backoff = Backoff(minimum: minimum, maximum: maximum)
    var random = Constant(bits: .max)
    for _ in 0..<3 { #expect(backoff.nextDelay(using: &random) == delay) }
  }
}
