import Foundation
import System
import Testing

@testable import Spool

struct SpoolTests {
  let directory = TemporaryDirectory()

  @Test(arguments: [
    Spool.Durability.eachRecord, .every(.seconds(1), records: 5), .spill(after: .seconds(10)),
  ])
  func `records come out as they went in, over many segments`(
    durability: Spool.Durability
  ) throws {
    let spool = try directory.open(durability)
    for number in 1...200 as ClosedRange<UInt64> {
      let stamp = Spool.Stamp.test(.milliseconds(Int64(number)))
      let bytes = payload(number, count: Int(number))
      #expect(try spool.append(bytes, stamp: stamp) == number)
      let record = try #require(spool.next(now: .zero))
      #expect(record.id == Spool.RecordID(lane: 0, sequence: number))
      #expect(record.payload == bytes && record.stamp == stamp)
      spool.acknowledge(number)
    }
    #expect(spool.next(now: .zero) == nil)
    let ledger = spool.ledger
    #expect(ledger.accepted == 200 && ledger.acknowledged == 200)
    #expect(ledger.queued == 0 && ledger.dropped.total == 0)
  }

  @Test func `stamps come back from disk as they were`() throws {
    let stamps = [
      Spool.Stamp(
        bootID: Spool.BootID(high: 1, low: .max), sinceBoot: .milliseconds(1), wall: -1,
        isSynchronized: false),
      Spool.Stamp(
        bootID: Spool.BootID(high: 1, low: .max), sinceBoot: .seconds(86_400 * 3_650), wall: 0,
        isSynchronized: true),
      Spool.Stamp(
        bootID: Spool.BootID(high: 2, low: 3), sinceBoot: .zero, wall: .max, isSynchronized: true),
      .test(.seconds(5)),
    ]
    do {
      let spool = try directory.open()
      for stamp in stamps { try spool.append([1], stamp: stamp) }
    }
    #expect(try directory.open().drain().map(\.stamp) == stamps)
  }

  @Test func `payloads of every size near the borders come back`() throws {
    let spool = try directory.open()
    let sizes = Array(0...40) + [480, 735, 736, 737, 4_095, 4_096]
    for size in sizes {
      let sequence = try spool.append([UInt8](repeating: 0xA5, count: size))
      #expect(spool.next(now: .zero)?.payload.count == size)
      spool.acknowledge(sequence)
    }
  }

  @Test func `a payload over the limit is refused, and the next one is not`() throws {
    let options = Spool.Options(lanes: [Spool.LaneOptions(name: "a")], durability: .eachRecord)
    let spool = try Spool(directory: directory.path, options: options, now: .zero)
    let limit = options.recordBytesMax
    #expect(throws: SpoolError.payloadTooLarge(bytes: limit + 1, limit: limit)) {
      try spool.append([UInt8](repeating: 1, count: limit + 1))
    }
    let largest = [UInt8](repeating: 1, count: limit)
    #expect(try spool.append(largest) == 1)
    spool.rewind()
    #expect(spool.next(now: .zero)?.payload == largest)
  }

  @Test func `segments are named for their first sequence and deleted whole`() throws {
    let spool = try directory.open()
    for number in 1...100 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(directory.segments.first == "00000000000000000001.seg")
    let firsts = directory.segments.compactMap { UInt64($0.prefix(20)) }
    #expect(firsts.count > 5)
    #expect(spool.lane.segments == firsts.count)
    let second = firsts[1]
    for record in spool.drain() where record.id.sequence < second - 1 {
      spool.acknowledge(record.id.sequence)
    }
    #expect(directory.segments.count == firsts.count)
    spool.acknowledge(second - 1)
    #expect(directory.segments.count == firsts.count - 1)
    for sequence in second...100 { spool.acknowledge(sequence) }
    #expect(directory.segments.count == 1)
  }

  @Test func `an emptied spool does not grow`() throws {
    let spool = try directory.open()
    for number in 1...1_000 as ClosedRange<UInt64> {
      try spool.append(payload(number))
      _ = spool.next(now: .zero)
      spool.acknowledge(number)
      #expect(spool.lane.segments <= 2)
    }
    #expect(spool.lane.bytesOnDisk <= 2 * 1_024)
  }

  @Test func `acknowledgements may come in any order`() throws {
    let spool = try directory.open()
    for number in 1...50 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().count == 50)
    for sequence in stride(from: UInt64(50), through: 2, by: -1) { spool.acknowledge(sequence) }
    #expect(spool.ledger.acknowledged == 49)
    #expect(spool.ledger.queued == 1)
    spool.rewind()
    #expect(spool.drain().map(\.id.sequence) == [1])
    spool.acknowledge(1)
    #expect(spool.ledger.queued == 0)
    #expect(directory.segments.count == 1)
  }

  @Test func `a rewind hands out again what is not acknowledged, and only that`() throws {
    let spool = try directory.open()
    for number in 1...30 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    for _ in 1...20 { _ = spool.next(now: .zero) }
    for sequence in [1, 2, 3, 7, 11] as [UInt64] { spool.acknowledge(sequence) }
    spool.rewind()
    // One that was on its way before arrives late.
    spool.acknowledge(13)
    let expected = (4...30 as ClosedRange<UInt64>).filter { ![7, 11, 13].contains($0) }
    #expect(spool.drain().map(\.id.sequence) == expected)
  }

  @Test func `an acknowledgement of what was not handed out changes nothing`() throws {
    let spool = try directory.open()
    try spool.append(payload(1))
    spool.acknowledge(1)
    spool.acknowledge(7)
    spool.acknowledge(Spool.RecordID(lane: 3, sequence: 1), now: .zero)
    #expect(spool.ledger.queued == 1)
    _ = spool.next(now: .zero)
    spool.acknowledge(1)
    // The same message delivered twice is acknowledged twice.
    spool.acknowledge(1)
    #expect(spool.ledger.acknowledged == 1)
  }

  @Test func `what can never be delivered is discarded and counted`() throws {
    let spool = try directory.open()
    for number in 1...3 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().count == 3)
    spool.discard(Spool.RecordID(lane: 0, sequence: 2), now: .zero)
    spool.acknowledge(2)
    #expect(spool.ledger.dropped.undeliverable == 1)
    #expect(spool.ledger.acknowledged == 0)
    #expect(spool.ledger.isBalanced)
    spool.rewind()
    #expect(spool.drain().map(\.id.sequence) == [1, 3])
  }

  @Test func `no more are on their way than the window holds`() throws {
    let spool = try directory.open()
    for number in 1...266 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().count == 256)
    spool.acknowledge(2)
    #expect(spool.next(now: .zero)?.id.sequence == 257)
    #expect(spool.next(now: .zero) == nil)
    spool.acknowledge(1)
    #expect(spool.drain().count == 1)
    spool.rewind()
    #expect(spool.drain().count == 256)
  }

  @Test func `a closed spool refuses work, and gives back the room set aside`() throws {
    let spool = try directory.open(.every(.seconds(1), records: 100))
    try spool.append(payload(1))
    #expect(try directory.bytes("00000000000000000001.seg").count == 1_024)
    spool.close()
    spool.close()
    #expect(throws: SpoolError.closed) { try spool.append(payload(2)) }
    #expect(spool.next(now: .zero) == nil)
    // A header of 256, a record of 32 and its payload of 29, in multiples of 8.
    #expect(try directory.bytes("00000000000000000001.seg").count == 256 + 64)
    #expect(spool.lane.bytesOnDisk == 256 + 64)
    #expect(spool.lane.durable == 1)
  }

  @Test func `the reader is called when there is something that was not there`() throws {
    let rings = Locked(0)
    let spool = try directory.open(onAvailable: { rings.withLock { $0 += 1 } })
    try spool.append(payload(1))
    try spool.append(payload(2))
    #expect(rings.withLock { $0 } == 1)
    #expect(spool.drain().count == 2)
    try spool.append(payload(3))
    #expect(rings.withLock { $0 } == 2)
  }

  @Test func `a second opener is refused and told who has it`() throws {
    let spool = try directory.open()
    let pid = ProcessInfo.processInfo.processIdentifier
    let refusal = SpoolError.inUse(directory: directory.path, holder: pid)
    #expect(throws: refusal) { try directory.open() }
    #expect(refusal.text == "\(directory.path) is in use by process \(pid)")
    _ = spool.status
  }

  @Test func `a process that has the lock keeps others out until it ends`() throws {
    let lock = "\(directory.path)/lock"
    try Data().write(to: URL(fileURLWithPath: lock))
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = [lock, "sh", "-c", "echo $PPID > $0; echo; read x", lock]
    let (input, output) = (Pipe(), Pipe())
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    _ = output.fileHandleForReading.readData(ofLength: 1)
    #expect(throws: SpoolError.inUse(directory: directory.path, holder: holder.processIdentifier)) {
      try directory.open()
    }
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    #expect(try directory.open().ledger.accepted == 0)
  }

  @Test(arguments: [
    [], ["a", "a"], ["A"], [""], ["a/b"], [".."], [String(repeating: "a", count: 33)],
  ])
  func `lanes have names that make good directories`(names: [String]) throws {
    let options = Spool.Options(lanes: names.map { Spool.LaneOptions(name: $0) })
    #expect(options.fault != nil)
    #expect(throws: SpoolError.self) {
      try Spool(directory: directory.path, options: options, now: .zero)
    }
  }

  @Test func `files are for the group to read, and for nobody else`() throws {
    let spool = try directory.open()
    try spool.append([1])
    for name in directory.names {
      let attributes = try FileManager.default.attributesOfItem(atPath: directory.filePath(name))
      let mode = try #require(attributes[.posixPermissions] as? Int)
      #expect(mode & 0o137 == 0, "\(name)")
    }
  }
}

@Test(arguments: [
  (SpoolError.inUse(directory: "/q", holder: nil), "/q is in use by another process"),
  (.payloadTooLarge(bytes: 2, limit: 1), "a payload of 2 bytes is over the limit of 1"),
  (.full, "the queue is full"),
  (.closed, "the spool is closed"),
  (.system(.write, path: "/q/x", .noSpace), "cannot write /q/x: No space left on device"),
  (
    .system(.synchronize, path: "/q/x", .inputOutput),
    "cannot make durable /q/x: Input/output error"
  ),
])
func `an error says what happened to which file`(error: SpoolError, text: String) {
  #expect(error.text == text)
}
