import System
import TestSupport
import Testing

@testable import Spool

struct ConcurrencyTests {
  @Test(
    arguments: [
      (.eachRecord, .dropOldest, .oldestFirst),
      (.every(.milliseconds(2), records: 16), .thin, .oldestFirst),
      (.every(.milliseconds(2), records: 16), .dropOldest, .liveFirst(backlogShare: 20)),
      (.spill(after: .milliseconds(3)), .thin, .liveFirst(backlogShare: 50)),
    ] as [(Spool.Durability, Spool.WhenFull, Spool.DrainOrder)])
  func `a writing and a reading thread and a curious one get along`(
    durability: Spool.Durability, whenFull: Spool.WhenFull, drain: Spool.DrainOrder
  ) throws {
    let directory = TemporaryDirectory()
    let wakeup = try Wakeup()
    let spool = try directory.open(
      durability, bytesMax: 40_000, whenFull: whenFull, drain: drain, memoryBytesMax: 5_000,
      segmentBytes: 4_096, onAvailable: { wakeup.ring() })
    let count: UInt64 = 5_000
    let failures = Locked<[String]>([])

    let writer = try Thread("writer") {
      do throws(SpoolError) {
        for number in 1...count {
          _ = try spool.append(
            payload(number, count: Int(number % 100)), now: Clock.sinceBoot,
            stamp: .test(.milliseconds(Int64(number))))
          spool.work(now: Clock.sinceBoot)
          // So that the reader gets some of it.
          if number % 8 == 0 { Clock.sleep(for: .microseconds(200)) }
        }
        spool.synchronize(now: Clock.sinceBoot)
      } catch {
        let text = error.text
        failures.withLock { $0.append(text) }
      }
    }
    let delivered = Locked<UInt64>(0)
    let reader = try Thread("reader") {
      var random = SplitMix64(seed: 1)
      var open: [Spool.RecordID] = []
      while true {
        let hasWritten = writer.join(within: .zero)
        if let record = spool.next(now: Clock.sinceBoot) {
          let number = UInt64(record.stamp.sinceBoot.milliseconds)
          if record.payload != payload(number, count: Int(number % 100)) {
            failures.withLock { $0.append("payload \(number)") }
          }
          open.append(record.id)
        } else if open.isEmpty {
          if hasWritten { break }
          _ = try? Poll.wait(for: wakeup, timeout: .milliseconds(100))
        }
        if open.count > 20 || hasWritten || random.next() % 4 == 0, !open.isEmpty {
          let index = Int.random(in: 0..<open.count, using: &random)
          spool.acknowledge(open.remove(at: index), now: Clock.sinceBoot)
          delivered.withLock { $0 += 1 }
        }
        if random.next() % 500 == 0 {
          spool.rewind()
          open = []
        }
      }
    }
    while !reader.join(within: .milliseconds(1)) {
      if !spool.ledger.isBalanced { failures.withLock { $0.append("the ledger does not balance") } }
      if !failures.withLock({ $0.isEmpty }) { break }
    }
    #expect(writer.join(within: .seconds(60)))
    #expect(reader.join(within: .seconds(60)))
    #expect(failures.withLock { $0 } == [])
    let ledger = spool.ledger
    #expect(ledger.accepted == count && ledger.queued == 0 && ledger.dropped.damage == 0)
    #expect(ledger.acknowledged == delivered.withLock { $0 })
    #expect(spool.lane.segments == 1)
    spool.close()
  }
}
