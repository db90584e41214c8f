import Foundation
import System
import TestSupport
import Testing

@testable import Spool

struct DamageTests {
  let directory = TemporaryDirectory()
  /// A header and seven records.
  static let segmentBytes: Int64 = 256 + 7 * 64

  /// Three segments: 1 to 7, 8 to 14, 15 to 20 and room; the first four records are acknowledged.
  private func makeSpool() throws -> (names: [String], position: UInt64) {
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    for number in 1...20 as ClosedRange<UInt64> {
      try spool.append(payload(number))
    }
    for sequence in 1...4 as ClosedRange<UInt64> {
      _ = spool.next(now: .zero)
      spool.acknowledge(sequence, now: .seconds(10 * Int(sequence)))
    }
    #expect(directory.segments.count == 3)
    return (directory.segments, 4)
  }

  /// Opens a copy with one file changed, reads it to the end and checks what must always hold.
  /// - Returns: what was delivered.
  @discardableResult
  private func check(
    _ name: String, _ bytes: [UInt8], mayLose: ClosedRange<UInt64>, _ what: String
  ) throws -> [UInt64] {
    let copy = try directory.copy()
    try copy.write(bytes, name)
    var delivered: [UInt64] = []
    var next: UInt64 = 0
    do {
      let spool = try copy.open(segmentBytes: Self.segmentBytes)
      #expect(spool.lane.last >= 20 || !mayLose.isEmpty, "\(what)")
      let records = spool.drain()
      delivered = records.map(\.id.sequence)
      #expect(records.allSatisfy { $0.payload == payload($0.id.sequence) }, "\(what)")
      #expect(delivered == delivered.sorted(), "\(what)")
      let missing = Set(5...20).subtracting(delivered)
      #expect(missing.allSatisfy { mayLose.contains($0) }, "\(what): \(missing)")
      #expect(missing.isEmpty || spool.ledger.dropped.damage >= UInt64(missing.count), "\(what)")
      for record in records { spool.acknowledge(record.id.sequence, now: .zero) }
      let status = spool.ledger
      #expect(status.queued == 0, "\(what)")
      #expect(status.accepted == status.acknowledged + status.dropped.damage, "\(what)")
      // Goes on.
      next = try spool.append([1, 2, 3])
      #expect(spool.next(now: .zero)?.payload == [1, 2, 3], "\(what)")
    }
    let again = try copy.open(segmentBytes: Self.segmentBytes)
    #expect(again.drain().map(\.id.sequence) == [next], "\(what)")
    #expect(again.lane.last == next, "\(what)")
    return delivered
  }

  @Test func `a bit flip anywhere loses one record at most, and counts it`() throws {
    let (names, _) = try makeSpool()
    for name in names + ["position"] {
      let bytes = try directory.bytes(name)
      for index in bytes.indices {
        if name == "position" && index >= 512 && !(4_096..<4_608).contains(index) { continue }
        var changed = bytes
        changed[index] ^= 1 << UInt8(index % 8)
        let first = UInt64(name.prefix(20)) ?? 1
        let hit = index < 256 ? nil : UInt64(index - 256) / 64 + first
        let lost = hit.map { $0...$0 } ?? 21...21
        try check(name, changed, mayLose: lost, "bit flip at \(index) of \(name)")
      }
    }
  }

  @Test func `a record that may have been sent never shares its number with another`() throws {
    _ = try makeSpool()
    let name = "00000000000000000015.seg"
    let bytes = try directory.bytes(name)
    // The last record's header, payload: whatever is hit, 20 has been given.
    for index in 256 + 5 * 64..<256 + 6 * 64 - 6 {
      for bit in 0..<8 as Range<UInt8> {
        var changed = bytes
        changed[index] ^= 1 << bit
        let copy = try directory.copy()
        try copy.write(changed, name)
        let spool = try copy.open(segmentBytes: Self.segmentBytes)
        #expect(spool.lane.last + 1 > 20)
        // A length that has become smaller leaves room for another record behind it.
        let lost = spool.found.recordsLost
        #expect(lost == 1 || lost == 2 && index < 256 + 5 * 64 + 8)
        #expect(spool.drain().map(\.id.sequence) == Array(5...19))
        #expect(spool.ledger.accepted == 19 + lost)
        #expect(spool.ledger.dropped.damage == lost)
        withExtendedLifetime(copy) {}
      }
    }
  }

  @Test func `the last segment may be cut anywhere`() throws {
    _ = try makeSpool()
    let name = "00000000000000000015.seg"
    let bytes = try directory.bytes(name)
    for count in 0..<bytes.count {
      let copy = try directory.copy()
      try copy.write(Array(bytes[..<count]), name)
      let whole = max(0, min(6, (count - 256) / 64))
      let spool = try copy.open(segmentBytes: Self.segmentBytes)
      let records = spool.drain()
      // Padding that is cut off belongs to the record; without it the record is not whole.
      #expect(records.map(\.id.sequence) == Array(5...14 + UInt64(whole)))
      #expect(records.allSatisfy { $0.payload == payload($0.id.sequence) })
      #expect(spool.lane.last + 1 > 14 + UInt64(whole))
      try spool.append([9])
      #expect(spool.next(now: .zero)?.payload == [9])
      withExtendedLifetime(copy) {}
    }
  }

  @Test func `a torn write at the end is cut, and no later record suffers`() throws {
    _ = try makeSpool()
    let name = "00000000000000000015.seg"
    let bytes = try directory.bytes(name)
    let torn = record(
      payload(21), 21,
      identity: bytes.withUnsafeBytes { $0.littleEndian(UInt32.self, at: 12) })
    let end = 256 + 6 * 64
    for count in 1..<62 {
      var changed = bytes
      changed.replaceSubrange(end..<end + count, with: torn[..<count])
      let copy = try directory.copy()
      try copy.write(changed, name)
      let spool = try copy.open(segmentBytes: Self.segmentBytes)
      #expect(spool.drain().map(\.id.sequence) == Array(5...20))
      #expect(spool.lane.last + 1 > 21)
      #expect(spool.found.recordsLost == 1)
      #expect(try copy.bytes(name).count == end)
      #expect(spool.ledger.accepted == 21)
      withExtendedLifetime(copy) {}
    }
  }

  @Test func `zeros where records were are passed over`() throws {
    _ = try makeSpool()
    // Records 9 to 11 in the middle segment, 16 and 17 in the last.
    for (name, first, count) in [
      ("00000000000000000008.seg", 1, 3), ("00000000000000000015.seg", 1, 2),
    ] {
      var bytes = try directory.bytes(name)
      let range = 256 + first * 64..<256 + (first + count) * 64
      bytes.replaceSubrange(range, with: [UInt8](repeating: 0, count: range.count))
      let start = try #require(UInt64(name.prefix(20)))
      let lost = start + UInt64(first)...start + UInt64(first + count) - 1
      let delivered = try check(name, bytes, mayLose: lost, name)
      #expect(Set(5...20).subtracting(delivered) == Set(lost))
    }
  }

  @Test func `random garbage over any part is survived`() throws {
    let (names, _) = try makeSpool()
    var random = SplitMix64(seed: 4)
    for _ in 0..<500 {
      let name = try #require((names + ["position"]).randomElement(using: &random))
      var bytes = try directory.bytes(name)
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let count = Int.random(in: 1...min(300, bytes.count - start), using: &random)
      for index in start..<start + count {
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      try check(name, bytes, mayLose: 5...20, "\(count) bytes at \(start) of \(name)")
    }
  }

  @Test func `files that are no segments are set aside, others are left alone`() throws {
    _ = try makeSpool()
    try directory.write([], "00000000000000000021.seg")
    try directory.write(Array("not a segment at all".utf8), "00000000000000000022.seg")
    try directory.write([1, 2, 3], "00000000000000000022.seg.bad")
    try directory.write([UInt8](repeating: 0, count: 1_000), "18446744073709551615.seg")
    try directory.write([4], "99999999999999999999.seg")
    try directory.write([5], "notes.txt")
    try directory.write([6], "unfinished")
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    #expect(spool.found.setAside == 3)
    #expect(
      spool.found.setAsideNames == [
        "00000000000000000021.seg", "00000000000000000022.seg", "18446744073709551615.seg",
      ])
    #expect(!spool.found.isClean)
    #expect(try directory.bytes("00000000000000000022.seg.bad") == [1, 2, 3])
    #expect(
      try directory.bytes("00000000000000000022.seg.2.bad") == Array("not a segment at all".utf8))
    #expect(try directory.bytes("notes.txt") == [5])
    #expect(!directory.names.contains("unfinished"))
    #expect(spool.drain().map(\.id.sequence) == Array(5...20))
    // The second of them may have been a segment with records from 22 on.
    #expect(spool.lane.last >= 22)
  }

  @Test func `segments of another spool or another version are not read`() throws {
    _ = try makeSpool()
    let other = TemporaryDirectory()
    do {
      let spool = try other.open(segmentBytes: Self.segmentBytes)
      for _ in 1...30 as ClosedRange<UInt64> { try spool.append([66]) }
      withExtendedLifetime(spool) {}
    }
    let foreign = try other.bytes(try #require(other.segments.last))
    let name = try #require(other.segments.last)
    #expect(!directory.names.contains(name))
    try directory.write(foreign, name)
    // A later version, with a checksum that is right.
    var header = try directory.bytes("00000000000000000015.seg")
    header.store(2 as UInt16, at: 8)
    header.store(header[..<252].withUnsafeBytes { CRC32C.checksum($0) }, at: 252)
    try directory.write(header, "00000000000000000015.seg")
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    #expect(spool.found.setAside == 2)
    #expect(spool.drain().map(\.id.sequence) == Array(5...14))
  }

  @Test func `a missing position file means duplicates from the oldest segment on`() throws {
    _ = try makeSpool()
    try FileManager.default.removeItem(atPath: directory.filePath("position"))
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    #expect(spool.found.isPositionLost)
    #expect(spool.drain().map(\.id.sequence) == Array(1...20))
  }

  @Test func `without any segment sequences go on from where the position says`() throws {
    let (names, position) = try makeSpool()
    for name in names { try FileManager.default.removeItem(atPath: directory.filePath(name)) }
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    // It says how far records were durable, too.
    #expect(spool.lane.last > position)
    #expect(spool.next(now: .zero) == nil)
    #expect(spool.ledger.dropped.damage == spool.lane.last - position)
    #expect(spool.ledger.isBalanced && spool.ledger.accepted == spool.lane.last)
  }

  @Test func `segments deleted while it runs are lost, and the rest is delivered`() throws {
    _ = try makeSpool()
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    try FileManager.default.removeItem(atPath: directory.filePath("00000000000000000008.seg"))
    #expect(spool.drain().map(\.id.sequence) == [5, 6, 7] + Array(15...20))
    #expect(spool.ledger.dropped.damage == 7)
  }

  @Test func `what is damaged after it was handed out is not waited for`() throws {
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    for number in 1...20 as ClosedRange<UInt64> {
      try spool.append(payload(number))
    }
    #expect(spool.drain().count == 20)
    spool.acknowledge(3, now: .zero)
    var bytes = try directory.bytes("00000000000000000001.seg")
    bytes[256 + 64 + 30] ^= 0x10
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.filePath("00000000000000000001.seg")))
    handle.write(Data(bytes))
    try handle.close()
    spool.rewind()
    let records = spool.drain()
    #expect(records.map(\.id.sequence) == [1] + Array(4...20))
    for record in records { spool.acknowledge(record.id.sequence, now: .zero) }
    let status = spool.ledger
    #expect(status.dropped.damage == 1)
    #expect(status.acknowledged == 19)
    #expect(status.queued == 0)
  }

  private func record(_ payload: [UInt8], _ sequence: UInt64, identity: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    RecordHeader.encode(
      payload, sequence: sequence, stamp: .test(.zero), identity: identity, into: &bytes)
    return bytes
  }

  /// Headers that contradict each other, with checksums that are right: nothing of it may crash.
  @Test func `hostile files with right checksums do no harm`() throws {
    let top = RecordHeader.sequenceMax
    let positions: [(UInt64, [ClosedRange<UInt64>], Counts)] = [
      (top, [], Counts(.acknowledged, top)), (top, [], Counts(.damage, top)),
      (5, [], Counts(.skipped, 5)), (0, [], Counts()),
      (5, [7...7, 9...top], Counts(.thinned, top - 2)), (5, [top...top], Counts(.memory, 6)),
    ]
    for (position, islands, counts) in positions {
      for (first, before, sequence) in [
        (1, 0, 1), (top, top - 1, top), (9, 8, 9), (9, 8, 12), (9, 8, .max), (top, 0, top),
      ] as [(UInt64, UInt64, UInt64)] {
        for bound in [0, first + 1, top] as [UInt64] {
          let hostile = TemporaryDirectory()
          try hostile.write(
            PositionFile.encode(
              Position(identity: 7, sequence: position, islands: islands, counts: counts),
              generation: top), "position")
          var header = SegmentHeader(identity: 7, first: first)
          header.before = Counts(.memory, before)
          header.bound = bound
          if bound > first { header.own = Counts(.thinned, bound - first) }
          var told: [UInt8] = []
          PassedOver(1...top - 1, Counts(.full, top - 1)).encode(
            stamp: .test(.zero), identity: 7, into: &told)
          let records =
            record([1], sequence, identity: 7) + told
            + record([2], sequence &+ 1, identity: 7)
          try hostile.write(header.encoded + records, Directory.name(ofSegment: first))
          header.first = 3
          header.bound = 0
          header.own = Counts()
          header.before = Counts()
          try hostile.write(header.encoded + records, Directory.name(ofSegment: 3))
          let spool = try hostile.open(segmentBytes: Self.segmentBytes)
          for record in spool.drain() { spool.acknowledge(record.id.sequence) }
          _ = spool.status
          let next = try spool.append([3])
          #expect(spool.next(now: .zero)?.id.sequence == next)
          withExtendedLifetime(hostile) {}
        }
      }
    }
  }

  @Test(arguments: [(1 << 20, false), (64 << 20, true)] as [(Int64, Bool)])
  func `a search among headers that only look right has an end`(
    searchBytes: Int64, isFound: Bool
  ) throws {
    // A hundred headers that each claim 200 KiB, and a record behind them.
    var fake = [UInt8](repeating: 0, count: 32)
    fake.store(200 * 1_024 as UInt32, at: 4)
    fake.store(1 as UInt64, at: 8)
    fake[16] = RecordHeader.dataKind
    var bytes = SegmentHeader(identity: 7, first: 1).encoded
    for _ in 0..<100 { bytes += fake }
    bytes += [UInt8](repeating: 0, count: 256 * 1_024)
    bytes += record([1], 101, identity: 7)
    try directory.write(bytes, Directory.name(ofSegment: 1))
    try directory.write(PositionFile.encode(Position(identity: 7), generation: 1), "position")
    let spool = try directory.open(searchBytes: searchBytes)
    #expect(spool.drain().map(\.id.sequence) == (isFound ? [101] : []))
    #expect(spool.found.bytesLost >= 100 * 32)
    #expect(spool.lane.last + 1 > 101)
    let next = try spool.append([3])
    #expect(spool.next(now: .zero)?.id.sequence == next)
  }

  @Test func `what was handed out and is gone leaves the window`() throws {
    let spool = try directory.open(segmentBytes: Self.segmentBytes, window: 4)
    for number in 1...7 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(spool.drain().map(\.id.sequence) == [1, 2, 3, 4])
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.filePath("00000000000000000001.seg")))
    try handle.seek(toOffset: 256 + 3 * 64)
    handle.write(Data(count: 64))
    try handle.close()
    spool.rewind()
    #expect(spool.drain().map(\.id.sequence) == [1, 2, 3, 5])
    for sequence in 1...3 as ClosedRange<UInt64> { spool.acknowledge(sequence) }
    #expect(spool.drain().map(\.id.sequence) == [6, 7])
    #expect(spool.ledger.dropped.damage == 1)
  }
}
