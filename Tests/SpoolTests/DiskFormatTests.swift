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

  @Test func `the page shows what the writer writes`() throws {
    let segment = try example("segment")
    let position = try example("position")
    #expect(segment.count == 80 + 40 + 32)
    #expect(position.count == 64)

    let directory = TemporaryDirectory()
    try directory.write(
      [UInt8](repeating: 0, count: 4_096)
        + PositionFile.encode(Position(identity: 0x6f1c_2a9e), generation: 1), "position")
    let spool = try directory.open()
    #expect(spool.identity == 0x6f1c_2a9e)
    _ = try spool.append(Array(#"{"v":230.2}"#.utf8), now: .zero)
    _ = try spool.append(Array("{}".utf8), now: .zero)
    _ = try spool.next()
    try spool.acknowledge(1, now: .zero)
    try spool.close()
    #expect(try directory.bytes("00000000000000000001.seg") == segment)
    #expect(try Array(directory.bytes("position")[..<64]) == position)
    #expect(try directory.bytes("lock") == Array("\(getpid())\n".utf8))
  }

  @Test func `the page's example can be read`() throws {
    let directory = TemporaryDirectory()
    try directory.write(try example("segment"), "00000000000000000001.seg")
    try directory.write(try example("position"), "position")
    let spool = try directory.open()
    #expect(spool.recovery.isClean)
    #expect(try spool.drain() == [Spool.Record(sequence: 2, payload: Array("{}".utf8))])
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
