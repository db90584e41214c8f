import Foundation
import System
import TestSupport
import Testing

@testable import Spool

struct VerificationTests {
  let directory = TemporaryDirectory()

  /// Records of 64 bytes with nothing to fill up, so that there is no byte that does not matter.
  private func content(_ number: UInt64) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: $0 * 31 + number * 7 + 1) }
  }

  private func makeSpool() throws -> [String] {
    let spool = try directory.open(segmentBytes: 256 + 7 * 64)
    for number in 1...20 as ClosedRange<UInt64> { try spool.append(content(number)) }
    for sequence in 1...4 as ClosedRange<UInt64> {
      _ = spool.next(now: .zero)
      spool.acknowledge(sequence, now: .seconds(10 * Int(sequence)))
    }
    spool.close()
    #expect(directory.segments.count == 3)
    return directory.segments
  }

  @Test func `a bit flip anywhere is found, at its place, and no wrong record is given`() throws {
    let names = try makeSpool()
    #expect(try directory.verify().found == [])
    for name in names {
      let bytes = try directory.bytes(name)
      for index in bytes.indices {
        var changed = bytes
        changed[index] ^= 1 << UInt8(index % 8)
        try directory.write(changed, name)
        let (findings, _) = try directory.verify()
        #expect(!findings.isEmpty, "\(name) at \(index)")
        let hit = findings.contains {
          $0.file == name && (index < 256 || $0.offset <= Int64(index))
            && (index < 256 || Int64(index) < $0.offset + $0.length)
        }
        #expect(hit, "\(name) at \(index): \(findings)")
        if index >= 256, name != names.last {
          let number = UInt64(index - 256) / 64 + (UInt64(name.prefix(20)) ?? 0)
          let isQueued = number > 4
          #expect(
            findings.first?.lost == (number...number) || !isQueued,
            "\(name) at \(index): \(findings)")
        }
        let items = try directory.walk(all: true)
        #expect(items.allSatisfy { $0.payload == content($0.sequence) })
        #expect(items.count >= 19)
      }
      try directory.write(bytes, name)
    }
  }

  @Test func `a damaged slot of the position is told, and two are a lost position`() throws {
    _ = try makeSpool()
    let whole = try directory.bytes("position")
    var bytes = whole
    bytes[100] ^= 1
    try directory.write(bytes, "position")
    #expect(try directory.verify().found.map(\.kind) == [.slot])
    bytes[4_196] ^= 1
    try directory.write(bytes, "position")
    #expect(try directory.verify().found.map(\.kind) == [.positionLost])
    try FileManager.default.removeItem(atPath: directory.filePath("position"))
    #expect(try directory.verify().found.map(\.kind) == [.positionLost])
  }

  @Test func `strangers, a torn end and a missing segment are told`() throws {
    let names = try makeSpool()
    try directory.write(Array("nothing of ours".utf8), "00000000000000000500.seg")
    #expect(try directory.verify().found.map(\.kind) == [.stranger])
    try FileManager.default.removeItem(atPath: directory.filePath("00000000000000000500.seg"))

    let last = try directory.bytes(names[2])
    try directory.write(last + [1, 2, 3, 4], names[2])
    let torn = try #require(try directory.verify().found.first)
    #expect(torn.kind == .tornEnd && torn.offset == Int64(last.count) && torn.length == 4)
    try directory.write(last, names[2])

    try FileManager.default.removeItem(atPath: directory.filePath(names[1]))
    let missing = try directory.verify().found
    #expect(missing.map(\.kind) == [.missing] && missing.first?.lost == 8...14)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `whatever bytes are there, a look ends and gives whole records`(seed: UInt64) throws {
    _ = try makeSpool()
    var random = SplitMix64(seed: seed)
    for name in directory.segments + ["position"] where Bool.random(using: &random) {
      var bytes = try directory.bytes(name)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        case 1:
          bytes += (0..<Int.random(in: 0...500, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
        case 2 where !bytes.isEmpty:
          let start = Int.random(in: 0..<bytes.count, using: &random)
          for index in start..<min(bytes.count, start + 90) {
            bytes[index] = UInt8.random(in: 0...255, using: &random)
          }
        default:
          // A piece of itself elsewhere.
          let piece = Array(bytes.prefix(300).suffix(64))
          bytes.insert(contentsOf: piece, at: bytes.count / 16 * 8)
        }
      }
      try directory.write(bytes, name)
    }
    let before = try directory.snapshot()
    _ = try directory.verify()
    let looked = try directory.inspect()
    #expect(looked.status.ledger.isBalanced || !looked.report.isClean)
    let items = try directory.walk(all: true)
    #expect(items.allSatisfy { $0.payload == content($0.sequence) })
    #expect(items.map(\.sequence) == items.map(\.sequence).sorted())
    #expect(try directory.snapshot() == before)
  }

  @Test func `a record that is half written at the first look is read at the second`() throws {
    let name = try #require(try makeSpool().first)
    let whole = try directory.bytes(name)
    var torn = whole
    torn.replaceSubrange(
      256 + 40..<torn.count, with: [UInt8](repeating: 0, count: whole.count - 296))
    try directory.write(torn, name)
    let path = directory.filePath(name)
    let reads = Locked(0)
    let file = try SpoolFile(path, .reading) { operation in
      guard case .read = operation else { return .proceed }
      let count = reads.withLock { count in
        count += 1
        return count
      }
      // Between the first look and the search behind it, the writer has got further.
      if count == 2, let handle = FileHandle(forWritingAtPath: path) {
        handle.write(Data(whole))
        try? handle.close()
      }
      return .proceed
    }
    guard case .header(let header) = SegmentHeader.read(whole) else {
      Issue.record("no header")
      return
    }
    let reader = SegmentReader(
      file, first: 1, identity: header.identity, bootID: header.stamp.bootID,
      limits: SpoolInspection.limits)
    for number in 1...7 as ClosedRange<UInt64> {
      let step = try reader.nextOfLive(limit: Int64(whole.count), below: 100)
      guard case .record(let found) = step else {
        Issue.record("\(number): \(step)")
        return
      }
      #expect(found.sequence == number && found.payload == content(number))
    }
  }

  @Test(arguments: [Spool.WhenFull.dropOldest, .thin])
  func `a spool at work is read without finding damage`(rule: Spool.WhenFull) throws {
    let spool = try directory.open(
      .every(.zero, records: 20), bytesMax: 40_000, whenFull: rule, segmentBytes: 4_096)
    let stop = Locked(false)
    let done = Locked(false)
    let content = content
    let thread = try System.Thread("writer") {
      var number: UInt64 = 0
      while !stop.withLock({ $0 }) {
        number += 1
        let now = Duration.milliseconds(Int64(number))
        // Nothing is refused here.
        _ = try? spool.append(content(number), now: now)
        if number % 3 != 0, let record = spool.next(now: now) {
          spool.acknowledge(record.id, now: now)
        }
        if number % 50 == 0 { spool.rewind() }
      }
      done.withLock { $0 = true }
    }
    let end = ContinuousClock.now + .seconds(20)
    var records = 0
    var looks = 0
    while looks < 15, ContinuousClock.now < end {
      guard !directory.segments.isEmpty else { continue }
      let (findings, _) = try directory.verify()
      #expect(findings == [])
      let looked = try directory.inspect()
      #expect(looked.report.isClean && looked.status.ledger.isBalanced)
      let items = try directory.walk(all: looks % 2 == 0)
      #expect(items.allSatisfy { $0.payload == content($0.sequence) })
      #expect(items.map(\.sequence) == items.map(\.sequence).sorted())
      records += items.count
      looks += 1
    }
    stop.withLock { $0 = true }
    thread.join(within: .seconds(10))
    #expect(done.withLock { $0 } && records > 0 && looks > 1)
  }
}
