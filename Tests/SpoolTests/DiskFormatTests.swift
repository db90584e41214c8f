import Foundation
import System
import Testing

@testable import Spool

struct DiskFormatTests {
  /// The bytes in the block of docs/disk-format.md that begins with ```name.
  private func example(_ name: String) throws -> [UInt8] {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/disk-format.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    let block = try #require(text.components(separatedBy: "```\(name)\n").dropFirst().first)
    let lines = try #require(block.components(separatedBy: "```").first).split(separator: "\n")
    return lines.flatMap { line in
      line.dropFirst(4).prefix { $0 != "|" }.split(separator: " ").compactMap {
        UInt8($0, radix: 16)
      }
    }
  }

  private let stamp = Spool.Stamp(
    bootID: Spool.BootID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210),
    sinceBoot: .milliseconds(5_025), wall: 1_764_000_000_000, isSynchronized: true)

  @Test func `the page shows what the writer writes`() throws {
    let segment = try example("segment")
    let position = try example("position")
    #expect(segment.count == 256 + 48 + 40)
    #expect(position.count == 144)

    let directory = TemporaryDirectory()
    try directory.write(
      [UInt8](repeating: 0, count: 4_096)
        + PositionFile.encode(Position(identity: 0x6f1c_2a9e), generation: 1), "position")
    let spool = try directory.open()
    try spool.append(Array(#"{"v":230.2}"#.utf8), stamp: stamp)
    try spool.append(Array("{}".utf8), stamp: stamp)
    _ = spool.next(now: .zero)
    spool.acknowledge(1)
    spool.close()
    #expect(try directory.bytes("00000000000000000001.seg") == segment)
    let written = try directory.bytes("position")
    #expect(Array(written[..<96] + written[464..<512]) == position)
    #expect(written[96..<464].allSatisfy { $0 == 0 })
    let lock = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/lock"))
    #expect(lock == Data("\(getpid())\n".utf8))
  }

  @Test func `the page's example can be read`() throws {
    let directory = TemporaryDirectory()
    try directory.write(try example("segment"), "00000000000000000001.seg")
    let position = try example("position")
    try directory.write(
      Array(position[..<96]) + [UInt8](repeating: 0, count: 368) + Array(position[96...]),
      "position")
    let spool = try directory.open()
    #expect(spool.found.isClean)
    let record = try #require(spool.next(now: .zero))
    #expect(record.id.sequence == 2 && record.payload == Array("{}".utf8))
    #expect(record.stamp == stamp && record.isBacklog)
  }

  @Test func `a header that tells of thinning without a bound is damaged`() {
    var header = SegmentHeader(identity: 7, first: 3)
    header.own = Counts(.thinned, 1)
    #expect(SegmentHeader.read(header.encoded) == .damaged)
    header.bound = 5
    #expect(SegmentHeader.read(header.encoded) == .header(header))
  }

  @Test func `a record that tells what was passed over is as the page says`() throws {
    var counts = Counts(.acknowledged, 6)
    counts.memory = 1
    let told = PassedOver(3...9, counts)
    var bytes: [UInt8] = []
    told.encode(stamp: stamp, identity: 0x6f1c_2a9e, into: &bytes)
    #expect(bytes == (try example("passed-over")))
    #expect(bytes[32...].withUnsafeBytes { PassedOver($0, last: 9) } == told)
    #expect(bytes[32...].withUnsafeBytes { PassedOver($0, last: 10) } == nil)
  }

  @Test(
    arguments: [
      ("00000000000000000001.seg", 1), ("18446744073709551615.seg", UInt64.max),
      ("18446744073709551616.seg", nil), ("99999999999999999999.seg", nil),
      ("0000000000000000001.seg", nil), ("000000000000000000001.seg", nil),
      ("0000000000000000000a.seg", nil), ("00000000000000000001.bad", nil),
      ("00000000000000000001.seg.bad", nil), ("", nil), ("position", nil),
    ] as [(String, UInt64?)])
  func `a segment's name is 20 digits that fit into 64 bits`(name: String, first: UInt64?) {
    #expect(Directory.first(inName: name) == first)
    if let first { #expect(Directory.name(ofSegment: first) == name) }
  }
}
