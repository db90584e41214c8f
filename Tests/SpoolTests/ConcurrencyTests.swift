import System
import TestSupport
import Testing

@testable import Spool

struct ConcurrencyTests {
  @Test(arguments: [Spool.Durability.eachRecord, .every(.milliseconds(2))])
  func `a writing and a reading thread and a curious one get along`(
    durability: Spool.Durability
  ) throws {
    let directory = TemporaryDirectory()
    let wakeup = try Wakeup()
    var limits = Limits.small
    limits.segmentBytes = 4_096
    let spool = try directory.open(durability, limits: limits, onDurable: { wakeup.ring() })
    let count: UInt64 = 3_000
    let failures = Locked<[String]>([])

    let writer = try Thread("writer") {
      do throws(SpoolError) {
        for number in 1...count {
          _ = try spool.append(payload(number, count: Int(number % 100)), now: Clock.sinceBoot)
          try spool.synchronizeIfDue(now: Clock.sinceBoot)
        }
        try spool.synchronize()
      } catch {
        let text = error.text
        failures.withLock { $0.append(text) }
      }
    }
    let reader = try Thread("reader") {
      var random = SplitMix64(seed: 1)
      var open: [UInt64] = []
      var acknowledged: UInt64 = 0
      do throws(SpoolError) {
        while acknowledged < count {
          let durable = spool.durable
          if let record = try spool.next() {
            if record.payload != payload(record.sequence, count: Int(record.sequence % 100)) {
              failures.withLock { $0.append("payload \(record.sequence)") }
            }
            if record.sequence > spool.durable {
              failures.withLock { $0.append("not durable \(record.sequence)") }
            }
            open.append(record.sequence)
          } else if open.isEmpty, durable == spool.durable {
            _ = try? Poll.wait(for: wakeup, timeout: .milliseconds(100))
          }
          if open.count > 20 || acknowledged + 50 > count, !open.isEmpty {
            let index = Int.random(in: 0..<open.count, using: &random)
            try spool.acknowledge(open.remove(at: index), now: Clock.sinceBoot)
            acknowledged += 1
          }
          if random.next() % 500 == 0 {
            spool.rewind()
            open = []
          }
        }
      } catch {
        let text = error.text
        failures.withLock { $0.append(text) }
      }
    }
    while !reader.join(within: .milliseconds(1)) {
      let status = spool.status
      if status.accepted != status.acknowledged + status.queued + status.lost {
        failures.withLock { $0.append("the ledger does not balance") }
      }
      if !failures.withLock({ $0.isEmpty }) { break }
    }
    #expect(writer.join(within: .seconds(60)))
    #expect(reader.join(within: .seconds(60)))
    #expect(failures.withLock { $0 } == [])
    #expect(spool.status.queued == 0)
    #expect(spool.status.segments == 1)
    try spool.close()
  }
}
