import Testing

@testable import Spool

struct TokenBucketTests {
  @Test func `large messages are paid for afterwards`() {
    var bucket = TokenBucket(
      Spool.RateLimit(bytesPerSecond: 100, burst: .seconds(1)), now: .seconds(5))
    let isOpen = bucket.isOpen(now: .seconds(5))
    #expect(isOpen)
    bucket.take(bytes: 1_100)
    // 100 were there; 1,000 are owed, and one byte has to be there.
    let deadline = bucket.deadline(now: .seconds(15))
    #expect(deadline == .seconds(15) + .milliseconds(11))
    let isOpenThen = bucket.isOpen(now: .seconds(15.02))
    #expect(isOpenThen)
  }

  @Test func `no more is saved up than the burst, and time does not run back`() {
    var bucket = TokenBucket(
      Spool.RateLimit(messagesPerSecond: 2, burst: .seconds(3)), now: .zero)
    var count = 0
    while bucket.isOpen(now: .seconds(1_000)) {
      bucket.take(bytes: 1)
      count += 1
    }
    #expect(count == 6)
    let isOpenEarlier = bucket.isOpen(now: .zero)
    let deadline = bucket.deadline(now: .seconds(1_000))
    #expect(!isOpenEarlier && deadline == .seconds(1_000) + .milliseconds(501))
  }

  /// In any minute no more than the rate and a burst.
  @Test(arguments: [0.5, 3, 1_000] as [Double])
  func `the average holds in simulated time`(perSecond: Double) {
    var bucket = TokenBucket(
      Spool.RateLimit(messagesPerSecond: perSecond, burst: .seconds(1)), now: .zero)
    var now = Duration.zero
    var count = 0.0
    while now < .seconds(60) {
      if let deadline = bucket.deadline(now: now) {
        #expect(deadline > now)
        now = deadline
        continue
      }
      bucket.take(bytes: 0)
      count += 1
    }
    #expect(count <= 60 * perSecond + max(perSecond, 1) + 1)
    #expect(count >= 60 * perSecond * 0.7)
  }
}
