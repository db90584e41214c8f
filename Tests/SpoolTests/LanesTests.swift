import Foundation
import System
import Testing

@testable import Spool

/// What is handed out first, and how fast.
struct LanesTests {
  let directory = TemporaryDirectory()

  private func open(
    drain: Spool.DrainOrder = .oldestFirst, rate: Spool.RateLimit? = nil,
    durability: Spool.Durability = .eachRecord, names: [String] = ["alarm", "telemetry"]
  ) throws -> Spool {
    let options = Spool.Options(
      lanes: names.map { Spool.LaneOptions(name: $0) }, durability: durability, drain: drain,
      rate: rate)
    return try Spool(directory: directory.path, options: options, now: .zero)
  }

  @Test func `the more urgent lane goes first`() throws {
    let spool = try open()
    for number in 1...3 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), lane: 1, stamp: .test(.zero), now: .zero)
    }
    #expect(spool.next(now: .zero)?.id == Spool.RecordID(lane: 1, sequence: 1))
    _ = try spool.append(payload(9), lane: 0, stamp: .test(.zero), now: .zero)
    #expect(spool.next(now: .zero)?.id == Spool.RecordID(lane: 0, sequence: 1))
    #expect(spool.next(now: .zero)?.id == Spool.RecordID(lane: 1, sequence: 2))
    #expect(spool.status.lanes.map(\.name) == ["alarm", "telemetry"])
    #expect(spool.status.lanes.map(\.ledger.accepted) == [1, 3])
  }

  @Test func `a lane is found by its name, and one that is not mentioned stays`() throws {
    do {
      let spool = try open()
      for lane in 0...1 {
        _ = try spool.append([UInt8(lane)], lane: lane, stamp: .test(.zero), now: .zero)
      }
      spool.close()
    }
    do {
      let spool = try open(names: ["telemetry", "events"])
      #expect(spool.next(now: .zero)?.payload == [1])
      #expect(spool.next(now: .zero) == nil)
      spool.close()
    }
    let spool = try open()
    #expect(spool.drain().map(\.payload) == [[0], [1]])
  }

  @Test(arguments: [1, 20, 50])
  func `live records go first, and the backlog has its share`(share: Int) throws {
    let spool = try open(drain: .liveFirst(backlogShare: share), names: ["telemetry"])
    for number in 1...300 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    spool.rewind()
    for number in 301...700 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    var order: [Spool.Record] = []
    while let record = spool.next(now: .zero) {
      order.append(record)
      spool.acknowledge(record.id, now: .zero)
    }
    #expect(Set(order.map(\.id.sequence)) == Set(1...700))
    for record in order { #expect(record.isBacklog == (record.id.sequence <= 300)) }
    // Each in its order.
    #expect(order.filter(\.isBacklog).map(\.id.sequence) == Array(1...300))
    #expect(order.filter { !$0.isBacklog }.map(\.id.sequence) == Array(301...700))
    // While there are both, each 100 have the share, and not much more.
    for start in stride(from: 0, to: 400, by: 100) {
      let backlog = order[start..<start + 100].count { $0.isBacklog }
      #expect(share - 1...share + 1 ~= backlog, "\(start)")
    }
    #expect(spool.ledger.queued == 0 && spool.lane.segments == 1)
  }

  @Test func `what was delivered ahead of the backlog stays so after a restart`() throws {
    do {
      let spool = try open(drain: .liveFirst(backlogShare: 1), names: ["telemetry"])
      for number in 1...100 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      spool.rewind()
      for number in 101...200 as ClosedRange<UInt64> {
        try spool.append(payload(number))
        guard let record = spool.next(now: .zero) else { continue }
        spool.acknowledge(record.id, now: .zero)
      }
      #expect(spool.ledger.acknowledged == 100)
      spool.close()
    }
    let spool = try open(drain: .liveFirst(backlogShare: 1), names: ["telemetry"])
    #expect(spool.ledger.acknowledged == 100 && spool.ledger.queued == 100)
    let records = spool.drain()
    #expect(records.map(\.id.sequence) == Array(2...100) + [200])
    #expect(records.allSatisfy { $0.isBacklog })
  }

  @Test func `segments of live records go although the backlog before them stays`() throws {
    let spool = try directory.open(drain: .liveFirst(backlogShare: 1))
    for number in 1...100 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    spool.rewind()
    let before = spool.lane.segments
    for number in 101...400 as ClosedRange<UInt64> {
      try spool.append(payload(number))
      guard let record = spool.next(now: .zero) else { continue }
      spool.acknowledge(record.id, now: .zero)
    }
    #expect(spool.lane.segments <= before + 2)
    let copy = try directory.copy()
    let killed = try copy.open()
    #expect(killed.ledger.dropped.damage == 0 && killed.ledger == spool.ledger)
    _ = killed.drain()
    #expect(killed.ledger.dropped.damage == 0)
  }

  @Test func `many connections in front of one backlog stay within bounds`() throws {
    let spool = try directory.open(drain: .liveFirst(backlogShare: 1))
    for number in 1...10 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    var number: UInt64 = 10
    for _ in 1...700 {
      spool.rewind()
      for _ in 1...3 {
        number += 1
        try spool.append(payload(number))
      }
      // The first two of each connection arrive, the third is under way when it breaks.
      for index in 1...3 {
        guard let record = spool.next(now: .zero) else { continue }
        if index < 3 { spool.acknowledge(record.id, now: .zero) }
      }
    }
    #expect(spool.ledger.isBalanced)
    let delivered = spool.ledger.acknowledged
    spool.rewind()
    var rest = 0
    while let record = spool.next(now: .zero) {
      spool.acknowledge(record.id, now: .zero)
      rest += 1
    }
    #expect(delivered + UInt64(rest) == number && spool.ledger.acknowledged == number)
    #expect(spool.lane.segments == 1)
  }

  @Test func `the rate is kept on average, and bursts are bounded`() throws {
    let rate = Spool.RateLimit(messagesPerSecond: 10, bytesPerSecond: 1_000, burst: .seconds(2))
    let spool = try open(rate: rate)
    for number in 1...400 as ClosedRange<UInt64> {
      _ = try spool.append(
        [UInt8](repeating: 1, count: 20), lane: Int(number % 2), stamp: .test(.zero), now: .zero)
    }
    #expect(spool.drain().count == 20)
    #expect(spool.readDeadline.map { $0 > .zero && $0 < .seconds(0.2) } == true)
    var now = Duration.zero
    var count = 0
    while now < .seconds(10) {
      guard let record = spool.next(now: now) else {
        now = try #require(spool.readDeadline)
        continue
      }
      spool.acknowledge(record.id, now: now)
      count += 1
    }
    #expect(98...101 ~= count)
    #expect(spool.next(now: .seconds(1_000)) != nil)
    #expect(spool.readDeadline == nil)
  }
}
