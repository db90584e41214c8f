import Foundation
import System
import TestSupport
import Testing

@testable import Spool

/// Damaged segments are kept for people, but not without end; and whatever byte is damaged, nothing
/// wrong is delivered and all that is lost is counted.
struct SetAsideTests {
  let directory = TemporaryDirectory()
  /// A header and seven records.
  static let segmentBytes: Int64 = 256 + 7 * 64

  private func fill(_ count: UInt64) throws {
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    for number in 1...count { try spool.append(payload(number)) }
    spool.close()
  }

  private func damage(_ name: String, at offset: Int) throws {
    var bytes = try directory.bytes(name)
    bytes[offset] ^= 0x20
    try directory.write(bytes, name)
  }

  @Test func `a segment that is damaged in the middle is kept when its records are delivered`()
    throws
  {
    try fill(20)
    let name = Directory.name(ofSegment: 8)
    try damage(name, at: 256 + 64 + 40)
    let damaged = try directory.bytes(name)
    let spool = try directory.open(segmentBytes: Self.segmentBytes)
    let records = spool.drain()
    #expect(records.map(\.id.sequence) == Array(1...8) + Array(10...20))
    for record in records { spool.acknowledge(record.id.sequence) }
    #expect(directory.segments == [Directory.name(ofSegment: 15)])
    #expect(try directory.bytes(name + ".bad") == damaged)
    #expect(spool.lane.setAside == 1 && spool.lane.bytesDamaged == 64)
    #expect(spool.ledger.dropped.damage == 1 && spool.ledger.isBalanced)
  }

  @Test func `an empty file with a very high number does not use up the numbers`() throws {
    try fill(3)
    try directory.write([], Directory.name(ofSegment: RecordHeader.sequenceMax))
    do {
      let spool = try directory.open()
      #expect(spool.found.setAside == 1)
      #expect(try spool.append(payload(4)) < 100)
    }
    let spool = try directory.open()
    #expect(spool.found.isClean)
    #expect(spool.drain().map(\.payload) == (1...4).map { payload($0) })
  }

  @Test func `a damaged segment that is dropped for room is kept, too`() throws {
    try fill(20)
    try damage(Directory.name(ofSegment: 1), at: 256 + 64 + 40)
    let spool = try directory.open(bytesMax: 3_000, segmentBytes: Self.segmentBytes)
    for number in 21...40 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    #expect(directory.names.contains(Directory.name(ofSegment: 1) + ".bad"))
    #expect(spool.lane.setAside == 1 && spool.ledger.dropped.damage == 1)
  }

  @Test func `a device that breaks all segments is not filled with them`() throws {
    try fill(7 * 40)
    for name in directory.segments { try damage(name, at: 256 + 3 * 64 + 40) }
    let spool = try directory.open(window: 1_000)
    for record in spool.drain() { spool.acknowledge(record.id.sequence) }
    let bad = directory.names.filter { $0.hasSuffix(".bad") }
    let bytes = try bad.reduce(0) { $0 + (try directory.bytes($1).count) }
    let limit = Limits(bytes: 1 << 30, payloadBytes: 4_096).badBytes
    #expect(bad.count == 39 || bytes <= limit && bytes > limit - 1_024)
    #expect(spool.ledger.dropped.damage == 40 && spool.ledger.isBalanced)
    // With a limit of four of these segments, four are kept.
    let small = TemporaryDirectory()
    do {
      let spool = try small.open(segmentBytes: Self.segmentBytes)
      for number in 1...70 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    }
    for name in small.segments.dropLast() {
      var bytes = try small.bytes(name)
      bytes[256 + 3 * 64 + 40] ^= 1
      try small.write(bytes, name)
    }
    let again = try small.open(segmentBytes: Self.segmentBytes, badBytes: 4 * Self.segmentBytes)
    for record in again.drain() { again.acknowledge(record.id.sequence) }
    #expect(small.names.count { $0.hasSuffix(".bad") } == 4)
    #expect(again.lane.setAside == 4 && again.ledger.dropped.damage == 9)
  }

  /// Each byte of each file, changed in one bit, to 0x00 and to 0xff, and each file cut at each length:
  /// the spool opens and goes on, and the books balance.
  @Test(arguments: 0..<4)
  func `no byte of any file is trusted`(part: Int) throws {
    do {
      let spool = try directory.open(segmentBytes: Self.segmentBytes)
      for number in 1...20 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      for sequence in 1...4 as ClosedRange<UInt64> {
        _ = spool.next(now: .zero)
        spool.acknowledge(sequence, now: .seconds(10 * Int(sequence)))
      }
    }
    var random = SplitMix64(seed: UInt64(part))
    let lane = "spool/\(TemporaryDirectory.lane)"
    var files = Survivors(directories: ["spool", lane])
    for name in directory.names {
      files.files.append(("\(lane)/\(name)", try directory.bytes(name)))
    }
    let name = (directory.segments + ["position"])[part]
    let bytes = try directory.bytes(name)
    for index in bytes.indices {
      if part == 3, index >= 512, !(4_090..<4_620).contains(index) { continue }
      var variants = [Array(bytes[..<index])]
      for byte in [bytes[index] ^ 1 << UInt8(random.next() % 8), 0, 0xff] where byte != bytes[index]
      {
        variants.append(bytes)
        variants[variants.count - 1][index] = byte
      }
      for (number, variant) in variants.enumerated() {
        let what = "\(name), byte \(index), \(number == 0 ? "cut" : "\(variant[index])")"
        var changed = files
        let place = try #require(files.files.firstIndex { $0.path == "\(lane)/\(name)" })
        changed.files[place].content = variant
        try check(changed, mayRepeat: part == 3, what)
      }
    }
  }

  private func check(
    _ files: Survivors, mayRepeat: Bool, _ what: String
  ) throws {
    try files.materialize(in: directory.path)
    defer { Survivors.remove("\(directory.path)/spool") }
    let spool = try directory.open(segmentBytes: Self.segmentBytes, in: "spool")
    let records = spool.drain()
    let sequences = records.map(\.id.sequence)
    guard records.allSatisfy({ $0.payload == payload($0.id.sequence) }),
      zip(sequences, sequences.dropFirst()).allSatisfy({ $0 < $1 }),
      mayRepeat || sequences.allSatisfy({ $0 > 4 })
    else { throw Broken(text: "\(what): delivered \(sequences)") }
    let missing = UInt64(Set(5...20).subtracting(sequences).count)
    // What was cut off cannot all be known: only up to where it was called durable.
    let ledger = spool.ledger
    guard ledger.isBalanced, ledger.queued == UInt64(records.count),
      ledger.dropped.damage >= missing || spool.lane.last < 20
    else { throw Broken(text: "\(what): \(ledger), \(missing) missing") }
    let next = try spool.append([9])
    guard spool.next(now: .zero)?.payload == [9], next > (sequences.last ?? 0) else {
      throw Broken(text: "\(what): does not go on")
    }
    for record in records { spool.acknowledge(record.id.sequence) }
    spool.acknowledge(next)
    guard spool.ledger.isBalanced, spool.ledger.queued == 0 else {
      throw Broken(text: "\(what): \(spool.ledger)")
    }
  }
}
