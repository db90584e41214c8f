import TestSupport
import Testing

@testable import Telemetry

struct BatcherTests {
  private func numbers(_ batch: Batch?) -> [Int64]? {
    batch.map { $0.samples.map(\.unixMilliseconds) }
  }

  @Test func `a batch is due a period after its first sample, and not before`() {
    var batcher = Batcher(periods: [.seconds(60)])
    #expect(batcher.nextDeadline == nil)
    #expect(batcher.take(sample(1), now: .seconds(100)) == nil)
    #expect(batcher.nextDeadline == .seconds(160))
    #expect(batcher.take(sample(2), now: .seconds(159)) == nil)
    #expect(batcher.nextDeadline == .seconds(160))
    #expect(numbers(batcher.due(now: .seconds(160) - .nanoseconds(1))) == nil)
    #expect(numbers(batcher.due(now: .seconds(160))) == [1, 2])
    #expect(batcher.nextDeadline == nil)
    #expect(numbers(batcher.due(now: .seconds(1_000))) == nil)
  }

  @Test func `the period begins with the next sample, not where the last one ended`() {
    var batcher = Batcher(periods: [.seconds(10)])
    _ = batcher.take(sample(1), now: .seconds(0))
    _ = batcher.due(now: .seconds(10))
    _ = batcher.take(sample(2), now: .seconds(17))
    #expect(batcher.nextDeadline == .seconds(27))
  }

  @Test func `a sample that comes after the deadline closes the batch and begins the next`() {
    var batcher = Batcher(periods: [.seconds(10)])
    _ = batcher.take(sample(1), now: .seconds(0))
    #expect(numbers(batcher.take(sample(2), now: .seconds(10))) == [1])
    #expect(batcher.nextDeadline == .seconds(20))
    #expect(numbers(batcher.close(now: .zero)) == [2])
  }

  @Test func `a period of zero sends each sample by itself, at once`() {
    var batcher = Batcher(periods: [.zero, .seconds(10)])
    #expect(numbers(batcher.take(sample(7), now: .zero)) == [7])
    #expect(numbers(batcher.take(sample(8), now: .zero)) == [8])
    #expect(batcher.nextDeadline == nil)
  }

  @Test func `devices do not share batches, periods or deadlines`() {
    var batcher = Batcher(periods: [.seconds(30), .seconds(10), .seconds(20)])
    for device in 0..<3 {
      #expect(batcher.take(sample(of: device, Int64(device)), now: .zero) == nil)
    }
    #expect(batcher.nextDeadline == .seconds(10))
    let first = batcher.due(now: .seconds(20))
    #expect(first?.device == 1 && numbers(first) == [1])
    let second = batcher.due(now: .seconds(20))
    #expect(second?.device == 2 && numbers(second) == [2])
    #expect(batcher.due(now: .seconds(20)) == nil)
    #expect(batcher.nextDeadline == .seconds(30))
  }

  @Test func `closing gives what waits, due or not, and then nothing`() {
    var batcher = Batcher(periods: [.seconds(60), .seconds(60)])
    _ = batcher.take(sample(of: 1, 5), now: .zero)
    _ = batcher.take(sample(of: 0, 4), now: .zero)
    #expect(batcher.close(now: .zero)?.device == 0)
    #expect(batcher.close(now: .zero)?.device == 1)
    #expect(batcher.close(now: .zero) == nil)
    #expect(batcher.nextDeadline == nil)
  }

  @Test func `a batch closes with the sample that fills it`() {
    var batcher = Batcher(periods: [.seconds(86_400)])
    for number in 1..<Int64(Batcher.samplesMax) {
      #expect(batcher.take(sample(number), now: .zero) == nil)
    }
    let full = batcher.take(sample(-1), now: .zero)
    #expect(full?.samples.count == Batcher.samplesMax)
    #expect(full?.samples.last?.unixMilliseconds == -1)
    #expect(batcher.nextDeadline == nil)
  }

  @Test func `readings never take more bytes than the limit, and not much less`() {
    let channels = (0..<80).map { channel("reactive_power_l\($0)") }
    let big = sample(channels, channels.map { _ in .double(-12_345.678_901_234_567) })
    var batcher = Batcher(periods: [.seconds(86_400)])
    var sizes: [Int] = []
    for _ in 0..<200 {
      guard let batch = batcher.take(big, now: .zero) else { continue }
      sizes.append(
        PayloadEncoder.encode(
          batch, gateway: "barn", device: "meter", id: "0-0", clock: known
        ).text.count)
    }
    #expect(sizes.count > 3)
    for size in sizes {
      #expect(size <= Batcher.payloadMax + PayloadSize.envelope + 12)
      #expect(size > Batcher.payloadMax / 2)
    }
  }

  @Test func `a sample beyond the limit travels alone`() {
    let huge = sample(
      [channel(String(repeating: "x", count: Batcher.payloadMax))], [.integer(1)])
    var batcher = Batcher(periods: [.seconds(60)])
    #expect(batcher.take(sample(1), now: .zero) == nil)
    #expect(numbers(batcher.take(huge, now: .seconds(1))) == [1])
    #expect(numbers(batcher.take(sample(3), now: .seconds(2))) == [0])
    #expect(batcher.nextDeadline == .seconds(62))
  }

  @Test func `nothing is lost, doubled or reordered, whatever the times`() {
    var random = SplitMix64(seed: 5)
    var batcher = Batcher(periods: [.seconds(3), .zero, .seconds(1)])
    var now = Duration.zero
    var got: [[Int64]] = [[], [], []]
    func take(_ batch: Batch?) {
      guard let batch else { return }
      got[batch.device] += batch.samples.map(\.unixMilliseconds)
    }
    var sent: [[Int64]] = [[], [], []]
    for number in 0..<5_000 {
      now += .milliseconds(Int.random(in: 0...900, using: &random))
      while let batch = batcher.due(now: now) { take(batch) }
      let device = Int.random(in: 0..<3, using: &random)
      sent[device].append(Int64(number))
      take(batcher.take(sample(of: device, Int64(number)), now: now))
      if let deadline = batcher.nextDeadline { #expect(deadline > now) }
    }
    while let batch = batcher.close(now: .zero) { take(batch) }
    #expect(got == sent)
  }
}
