import Foundation
import System
import Testing

@testable import Spool

struct SpoolTests {
  let directory = TemporaryDirectory()

  @Test func `records come out as they went in, over many segments`() throws {
    let spool = try directory.open()
    for number in 1...200 as ClosedRange<UInt64> {
      #expect(spool.nextSequence == number)
      #expect(try spool.append(payload(number, count: Int(number)), now: .zero) == number)
      let record = try #require(try spool.next())
      #expect(
        record == Spool.Record(sequence: number, payload: payload(number, count: Int(number))))
      try spool.acknowledge(number, now: .zero)
    }
    #expect(try spool.next() == nil)
    let status = spool.status
    #expect(status.accepted == 200 && status.acknowledged == 200)
    #expect(status.queued == 0 && status.lost == 0)
  }

  @Test func `payloads of every size near the borders come back`() throws {
    let spool = try directory.open()
    let sizes = Array(0...40) + [480, 511, 512, 513, 4_095, 4_096]
    for size in sizes {
      let sequence = try spool.append([UInt8](repeating: 0xA5, count: size), now: .zero)
      #expect(try spool.next()?.payload.count == size)
      try spool.acknowledge(sequence, now: .zero)
    }
  }

  @Test func `a payload over the limit is refused, and the next one is not`() throws {
    let spool = try Spool(directory: directory.path, durability: .eachRecord)
    let limit = Spool.payloadBytesMax
    #expect(throws: SpoolError.payloadTooLarge(bytes: limit + 1, limit: limit)) {
      try spool.append([UInt8](repeating: 1, count: limit + 1), now: .zero)
    }
    let largest = [UInt8](repeating: 1, count: limit)
    #expect(try spool.append(largest, now: .zero) == 1)
    #expect(try spool.next()?.payload == largest)
  }

  @Test func `segments are named for their first sequence and deleted whole`() throws {
    let spool = try directory.open()
    for number in 1...100 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(directory.segments.first == "00000000000000000001.seg")
    let firsts = directory.segments.compactMap { UInt64($0.prefix(20)) }
    #expect(firsts.count > 5)
    #expect(spool.status.segments == firsts.count)
    let second = firsts[1]
    for record in try spool.drain() where record.sequence < second - 1 {
      try spool.acknowledge(record.sequence, now: .zero)
    }
    #expect(directory.segments.count == firsts.count)
    try spool.acknowledge(second - 1, now: .zero)
    #expect(directory.segments.count == firsts.count - 1)
    for sequence in second...100 { try spool.acknowledge(sequence, now: .zero) }
    #expect(directory.segments.count == 1)
  }

  @Test func `an emptied spool does not grow`() throws {
    let spool = try directory.open()
    for number in 1...1_000 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
      _ = try spool.next()
      try spool.acknowledge(number, now: .zero)
      #expect(spool.status.segments <= 2)
    }
    #expect(spool.status.bytesOnDisk <= 2 * 512)
  }

  @Test func `a spool with all its segments in use is full, and goes on when one is free`() throws {
    var limits = Limits.small
    limits.segments = 3
    let spool = try directory.open(limits: limits)
    var accepted: UInt64 = 0
    #expect(throws: SpoolError.full(segments: 3)) {
      while true { accepted = try spool.append(payload(7), now: .zero) }
    }
    #expect(spool.status.accepted == accepted)
    for record in try spool.drain() { try spool.acknowledge(record.sequence, now: .zero) }
    #expect(try spool.append(payload(8), now: .zero) == accepted + 1)
    #expect(try spool.next() == Spool.Record(sequence: accepted + 1, payload: payload(8)))
  }

  @Test func `acknowledgements may come in any order`() throws {
    let spool = try directory.open()
    for number in 1...50 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(try spool.drain().count == 50)
    for sequence in stride(from: UInt64(50), through: 2, by: -1) {
      try spool.acknowledge(sequence, now: .zero)
    }
    #expect(spool.status.acknowledged == 49)
    #expect(spool.status.queued == 1)
    spool.rewind()
    #expect(try spool.drain().map(\.sequence) == [1])
    try spool.acknowledge(1, now: .zero)
    #expect(spool.status.queued == 0)
    #expect(directory.segments.count == 1)
  }

  @Test func `a rewind hands out again what is not acknowledged, and only that`() throws {
    let spool = try directory.open()
    for number in 1...30 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    for _ in 1...20 { _ = try spool.next() }
    for sequence in [1, 2, 3, 7, 11] as [UInt64] { try spool.acknowledge(sequence, now: .zero) }
    spool.rewind()
    let expected = (4...30 as ClosedRange<UInt64>).filter { $0 != 7 && $0 != 11 }
    #expect(try spool.drain().map(\.sequence) == expected)
  }

  @Test func `an acknowledgement of what was not handed out is an error`() throws {
    let spool = try directory.open()
    _ = try spool.append(payload(1), now: .zero)
    #expect(throws: SpoolError.notHandedOut(sequence: 1)) {
      try spool.acknowledge(1, now: .zero)
    }
    _ = try spool.next()
    try spool.acknowledge(1, now: .zero)
    // The same message delivered twice is acknowledged twice.
    try spool.acknowledge(1, now: .zero)
    #expect(spool.status.acknowledged == 1)
  }

  @Test func `no more are handed out than the window holds`() throws {
    let spool = try directory.open()
    let limit = Limits.small.window
    for number in 1...UInt64(limit + 10) { _ = try spool.append(payload(number), now: .zero) }
    #expect(try spool.drain().count == limit)
    try spool.acknowledge(2, now: .zero)
    #expect(try spool.next() == nil)
    try spool.acknowledge(1, now: .zero)
    #expect(try spool.drain().count == 2)
    spool.rewind()
    #expect(try spool.drain().count == limit)
  }

  @Test func `the identity stays, and is another in another spool`() throws {
    let identity = try directory.open().identity
    #expect(try directory.open().identity == identity)
    #expect(try TemporaryDirectory().open().identity != identity)
  }

  @Test func `a directory is made, its parents are not`() throws {
    let spool = try Spool(directory: directory.path + "/queue", durability: .eachRecord)
    #expect(
      spool.recovery
        == {
          var report = RecoveryReport(); report.segments = 1; return report
        }())
    let missing = directory.path + "/no/queue"
    #expect(throws: SpoolError.system(.makeDirectory, path: missing, .noSuchFile)) {
      try Spool(directory: missing, durability: .eachRecord)
    }
    try directory.write([1], "file")
    #expect(throws: SpoolError.system(.makeDirectory, path: directory.path + "/file", .fileExists))
    {
      try Spool(directory: directory.path + "/file", durability: .eachRecord)
    }
  }

  @Test func `a closed spool refuses work, and gives back the room set aside`() throws {
    let spool = try directory.open(.every(.seconds(1)))
    _ = try spool.append(payload(1), now: .zero)
    #expect(try directory.bytes("00000000000000000001.seg").count == 512)
    try spool.close()
    try spool.close()
    #expect(throws: SpoolError.closed) { try spool.append(payload(2), now: .zero) }
    #expect(throws: SpoolError.closed) { try spool.next() }
    // A header of 80, a record of 24 and its payload of 29, in multiples of 8.
    #expect(try directory.bytes("00000000000000000001.seg").count == 80 + 56)
    #expect(spool.status.bytesOnDisk == 80 + 56)
    #expect(spool.durable == 1)
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
    try directory.write([], "lock")
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = ["\(directory.path)/lock", "sh", "-c", "echo $PPID > $0; echo; read x"]
    holder.arguments?.append("\(directory.path)/lock")
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
    #expect(try directory.open().status.accepted == 0)
  }
}

@Test(arguments: [
  (SpoolError.inUse(directory: "/q", holder: nil), "/q is in use by another process"),
  (.payloadTooLarge(bytes: 2, limit: 1), "a payload of 2 bytes is over the limit of 1"),
  (.full(segments: 3), "the spool is full: all of its 3 segments are needed"),
  (.notHandedOut(sequence: 9), "record 9 was acknowledged but not handed out"),
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
