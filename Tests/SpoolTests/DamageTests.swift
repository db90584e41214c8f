import Foundation
import System
import TestSupport
import Testing

@testable import Spool

struct DamageTests {
  let directory = TemporaryDirectory()

  /// Three segments: 1 to 7, 8 to 14, 15 to 20 and room; the first four records are acknowledged.
  private func makeSpool() throws -> (names: [String], position: UInt64) {
    let spool = try directory.open()
    for number in 1...20 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    for sequence in 1...4 as ClosedRange<UInt64> {
      _ = try spool.next()
      try spool.acknowledge(sequence, now: .seconds(10 * Int(sequence)))
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
    let identity = try copy.bytes("00000000000000000001.seg")[12..<16]
    var delivered: [UInt64] = []
    var next: UInt64 = 0
    do {
      let spool = try copy.open()
      #expect(spool.nextSequence > 20 || !mayLose.isEmpty, "\(what)")
      let records = try spool.drain()
      delivered = records.map(\.sequence)
      #expect(records.allSatisfy { $0.payload == payload($0.sequence) }, "\(what)")
      #expect(delivered == delivered.sorted(), "\(what)")
      let missing = Set(5...20).subtracting(delivered)
      #expect(missing.allSatisfy { mayLose.contains($0) }, "\(what): \(missing)")
      #expect(missing.isEmpty || spool.status.lost >= UInt64(missing.count), "\(what)")
      for record in records { try spool.acknowledge(record.sequence, now: .zero) }
      let status = spool.status
      #expect(status.queued == 0, "\(what)")
      #expect(status.accepted == status.acknowledged + status.lost, "\(what)")
      // Goes on.
      next = try spool.append([1, 2, 3], now: .zero)
      #expect(try spool.next() == Spool.Record(sequence: next, payload: [1, 2, 3]), "\(what)")
    }
    let again = try copy.open()
    #expect(try again.drain().map(\.sequence) == [next], "\(what)")
    #expect(again.nextSequence == next + 1, "\(what)")
    _ = identity
    return delivered
  }

  @Test func `a bit flip anywhere loses one record at most, and counts it`() throws {
    let (names, _) = try makeSpool()
    for name in names + ["position"] {
      let bytes = try directory.bytes(name)
      for index in bytes.indices {
        if name == "position" && index >= 64 && !(4_096..<4_160).contains(index) { continue }
        var changed = bytes
        changed[index] ^= 1 << UInt8(index % 8)
        let first = UInt64(name.prefix(20)) ?? 1
        let hit = index < 80 ? nil : UInt64(index - 80) / 56 + first
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
    for index in 80 + 5 * 56..<80 + 6 * 56 - 6 {
      for bit in 0..<8 as Range<UInt8> {
        var changed = bytes
        changed[index] ^= 1 << bit
        let copy = try directory.copy()
        try copy.write(changed, name)
        let spool = try copy.open()
        #expect(spool.nextSequence > 20)
        // A length that has become smaller leaves room for another record behind it.
        let lost = spool.recovery.recordsLost
        #expect(lost == 1 || lost == 2 && index < 80 + 5 * 56 + 8)
        #expect(try spool.drain().map(\.sequence) == Array(5...19))
        #expect(spool.status.accepted == 19 + lost)
        #expect(spool.status.lost == lost)
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
      let whole = max(0, min(6, (count - 80) / 56))
      let spool = try copy.open()
      let records = try spool.drain()
      // Padding that is cut off belongs to the record; without it the record is not whole.
      #expect(records.map(\.sequence) == Array(5...14 + UInt64(whole)))
      #expect(records.allSatisfy { $0.payload == payload($0.sequence) })
      #expect(spool.nextSequence > 14 + UInt64(whole))
      let next = try spool.append([9], now: .zero)
      #expect(try spool.next() == Spool.Record(sequence: next, payload: [9]))
      withExtendedLifetime(copy) {}
    }
  }

  @Test func `a torn write at the end is cut, and no later record suffers`() throws {
    _ = try makeSpool()
    let name = "00000000000000000015.seg"
    let bytes = try directory.bytes(name)
    let torn = RecordHeader.encode(
      payload(21), sequence: 21,
      identity: bytes.withUnsafeBytes { $0.littleEndian(UInt32.self, at: 12) })
    let end = 80 + 6 * 56
    for count in 1..<53 {
      var changed = bytes
      changed.replaceSubrange(end..<end + count, with: torn[..<count])
      let copy = try directory.copy()
      try copy.write(changed, name)
      let spool = try copy.open()
      #expect(try spool.drain().map(\.sequence) == Array(5...20))
      #expect(spool.nextSequence > 21)
      #expect(spool.recovery.recordsLost == 1)
      #expect(try copy.bytes(name).count == end)
      #expect(spool.status.accepted == 21)
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
      let range = 80 + first * 56..<80 + (first + count) * 56
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
    let spool = try directory.open()
    #expect(spool.recovery.setAside == 3)
    #expect(
      spool.recovery.setAsideNames == [
        "00000000000000000021.seg", "00000000000000000022.seg", "18446744073709551615.seg",
      ])
    #expect(!spool.recovery.isClean)
    #expect(try directory.bytes("00000000000000000022.seg.bad") == [1, 2, 3])
    #expect(
      try directory.bytes("00000000000000000022.seg.2.bad") == Array("not a segment at all".utf8))
    #expect(try directory.bytes("notes.txt") == [5])
    #expect(!directory.names.contains("unfinished"))
    #expect(try spool.drain().map(\.sequence) == Array(5...20))
    // The second of them may have been a segment with records from 22 on.
    #expect(spool.nextSequence >= 23)
  }

  @Test func `segments of another spool or another version are not read`() throws {
    _ = try makeSpool()
    let other = TemporaryDirectory()
    do {
      let spool = try other.open()
      for _ in 1...30 as ClosedRange<UInt64> { _ = try spool.append([66], now: .zero) }
      withExtendedLifetime(spool) {}
    }
    let foreign = try other.bytes(try #require(other.segments.last))
    let name = try #require(other.segments.last)
    #expect(!directory.names.contains(name))
    try directory.write(foreign, name)
    // A later version, with a checksum that is right.
    var header = try directory.bytes("00000000000000000015.seg")
    header.store(2 as UInt16, at: 8)
    header.store(header[..<76].withUnsafeBytes { CRC32C.checksum($0) }, at: 76)
    try directory.write(header, "00000000000000000015.seg")
    let spool = try directory.open()
    #expect(spool.recovery.setAside == 2)
    #expect(try spool.drain().map(\.sequence) == Array(5...14))
  }

  @Test func `a missing position file means duplicates from the oldest segment on`() throws {
    _ = try makeSpool()
    let identity = try directory.open().identity
    try FileManager.default.removeItem(atPath: directory.path + "/position")
    let spool = try directory.open()
    #expect(spool.recovery.isPositionLost)
    #expect(spool.identity == identity)
    #expect(try spool.drain().map(\.sequence) == Array(1...20))
  }

  @Test func `without any segment sequences go on from the position`() throws {
    let (names, position) = try makeSpool()
    for name in names { try FileManager.default.removeItem(atPath: "\(directory.path)/\(name)") }
    let spool = try directory.open()
    #expect(spool.nextSequence == position + 1)
    #expect(try spool.next() == nil)
  }

  @Test func `segments deleted while it runs are lost, and the rest is delivered`() throws {
    _ = try makeSpool()
    let spool = try directory.open()
    try FileManager.default.removeItem(atPath: directory.path + "/00000000000000000008.seg")
    #expect(try spool.drain().map(\.sequence) == [5, 6, 7] + Array(15...20))
    #expect(spool.status.lost == 7)
  }

  @Test func `what is damaged after it was handed out is not waited for`() throws {
    let spool = try directory.open()
    for number in 1...20 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(try spool.drain().count == 20)
    try spool.acknowledge(3, now: .zero)
    var bytes = try directory.bytes("00000000000000000001.seg")
    bytes[80 + 56 + 30] ^= 0x10
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.path + "/00000000000000000001.seg"))
    handle.write(Data(bytes))
    try handle.close()
    spool.rewind()
    let records = try spool.drain()
    #expect(records.map(\.sequence) == [1] + Array(4...20))
    for record in records { try spool.acknowledge(record.sequence, now: .zero) }
    let status = spool.status
    #expect(status.lost == 1)
    #expect(status.acknowledged == 19)
    #expect(status.queued == 0)
  }

  /// Headers that contradict each other, with checksums that are right: nothing of it may crash.
  @Test func `hostile files with right checksums do no harm`() throws {
    let top = RecordHeader.sequenceMax
    for (position, lost, skipped) in [(top, 0, 0), (top, top, 0), (5, 2, 3), (0, 0, 0)]
      as [(UInt64, UInt64, UInt64)]
    {
      for (first, headerSkipped, sequence) in [
        (1, 0, 1), (top, top - 1, top), (9, 8, 9), (9, 8, 12), (9, 8, .max), (top, 0, top),
      ] as [(UInt64, UInt64, UInt64)] {
        let hostile = TemporaryDirectory()
        try hostile.write(
          PositionFile.encode(
            Position(identity: 7, sequence: position, lost: lost, skipped: skipped),
            generation: top), "position")
        try hostile.write(
          SegmentHeader(identity: 7, first: first, skipped: headerSkipped).encoded
            + RecordHeader.encode([1], sequence: sequence, identity: 7)
            + RecordHeader.encode([2], sequence: sequence &+ 1, identity: 7),
          Directory.name(ofSegment: first))
        let spool = try hostile.open()
        for record in try spool.drain() { try spool.acknowledge(record.sequence, now: .zero) }
        _ = spool.status
        let next = try spool.append([3], now: .zero)
        #expect(try spool.next()?.sequence == next)
        withExtendedLifetime(hostile) {}
      }
    }
  }

  @Test(arguments: [(1 << 20, false), (64 << 20, true)] as [(Int64, Bool)])
  func `a search among headers that only look right has an end`(
    searchBytes: Int64, isFound: Bool
  ) throws {
    var limits = Limits()
    limits.searchBytes = searchBytes
    // A hundred headers that each claim 200 KiB, and a record behind them.
    var fake = [UInt8](repeating: 0, count: 24)
    fake.store(200 * 1_024 as UInt32, at: 4)
    fake.store(1 as UInt64, at: 8)
    fake[16] = RecordHeader.dataKind
    var bytes = SegmentHeader(identity: 7, first: 1, skipped: 0).encoded
    for _ in 0..<100 { bytes += fake }
    bytes += [UInt8](repeating: 0, count: 256 * 1_024)
    bytes += RecordHeader.encode([1], sequence: 101, identity: 7)
    try directory.write(bytes, Directory.name(ofSegment: 1))
    try directory.write(PositionFile.encode(Position(identity: 7), generation: 1), "position")
    let spool = try directory.open(limits: limits)
    #expect(try spool.drain().map(\.sequence) == (isFound ? [101] : []))
    #expect(spool.recovery.bytesLost >= 100 * 24)
    #expect(spool.nextSequence > 101)
    let next = try spool.append([3], now: .zero)
    #expect(try spool.next()?.sequence == next)
  }

  @Test func `a full window with a hole in it lets nothing more out, and then goes on`() throws {
    var limits = Limits.small
    limits.window = 4
    let spool = try directory.open(limits: limits)
    for number in 1...7 as ClosedRange<UInt64> {
      _ = try spool.append(payload(number), now: .zero)
    }
    #expect(try spool.drain().map(\.sequence) == [1, 2, 3, 4])
    let handle = try #require(
      FileHandle(forUpdatingAtPath: directory.path + "/00000000000000000001.seg"))
    try handle.seek(toOffset: 80 + 3 * 56)
    handle.write(Data(count: 56))
    try handle.close()
    spool.rewind()
    // Where record 4 was, the next one found is one for which there is no room.
    #expect(try spool.drain().map(\.sequence) == [1, 2, 3])
    for sequence in 1...3 as ClosedRange<UInt64> { try spool.acknowledge(sequence, now: .zero) }
    #expect(try spool.drain().map(\.sequence) == [5, 6, 7])
    #expect(spool.status.lost == 1)
  }
}
