import Foundation
import Testing

/// The reader of what dm-log-writes records, and the power cuts that are made of it. The bytes are
/// laid out by hand after drivers/md/dm-log-writes.c; that the kernel writes such is seen where its
/// logs are read (PowerCutTests).
struct WriteLogTests {
  private static func number(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private static func sector(_ numbers: [UInt64], text: String = "") -> [UInt8] {
    let bytes = numbers.flatMap(number) + Array(text.utf8)
    return bytes + [UInt8](repeating: 0, count: 512 - bytes.count)
  }

  private static func head(_ count: UInt64, magic: UInt64 = 0x6a73_6677_7368_72) -> [UInt8] {
    sector([magic, 1, count, 512])
  }

  private static func write(
    _ sectorNumber: UInt64, _ byte: UInt8, sectors: Int = 1, flags: UInt64 = 0
  ) -> [UInt8] {
    sector([sectorNumber, UInt64(sectors), flags, 0])
      + [UInt8](repeating: byte, count: 512 * sectors)
  }

  private static func mark(_ text: String) -> [UInt8] {
    sector([0, 0, 8, UInt64(text.utf8.count)], text: text)
  }

  private static let flush = sector([0, 0, 1, 0])

  /// Two writes, a flush, a write, a forced write, a mark, a discard and a write.
  private static let log = Data(
    head(8) + write(0, 1) + write(2, 2, sectors: 2) + flush + write(0, 3) + write(1, 4, flags: 2)
      + mark("durable=7") + sector([2, 1, 4, 0]) + write(3, 5))

  /// The first byte of each of the four sectors.
  private static func sectors(_ image: [UInt8]) -> [UInt8] {
    (0..<4).map { image[$0 * 512] }
  }

  @Test func `it tells writes, flushes and marks in order`() throws {
    let entries = try WriteLog(Self.log).entries
    #expect(entries.map(\.offset) == [0, 1_024, 0, 0, 512, 0, 1_024, 1_536])
    #expect(entries.map(\.data.count) == [512, 1_024, 0, 512, 512, 0, 0, 512])
    #expect(entries[2].flags == .flush)
    #expect(entries[4].flags == .durable)
    #expect(entries.compactMap(\.mark) == ["durable=7"])
  }

  @Test func `a cut of a disk without a cache has what was written before it`() throws {
    let blank = [UInt8](repeating: 0, count: 2_048)
    var disk = CutDisk(blank, try WriteLog(Self.log))
    let images = (0...8).map { Self.sectors(disk.image(at: PowerCut(entry: $0, cache: nil))) }
    #expect(
      images == [
        [0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 2, 2], [1, 0, 2, 2], [3, 0, 2, 2], [3, 4, 2, 2],
        [3, 4, 2, 2], [3, 4, 2, 2], [3, 4, 2, 5],
      ])
  }

  @Test func `a cache may lose what was not flushed, and nothing else`() throws {
    var seen: Set<[UInt8]> = []
    for seed in 0..<64 {
      var disk = CutDisk([UInt8](repeating: 0, count: 2_048), try WriteLog(Self.log))
      let image = Self.sectors(disk.image(at: PowerCut(entry: 8, cache: UInt64(seed))))
      #expect(image[1] == 4 && image[2] == 2)
      seen.insert(image)
    }
    #expect(seen == [[1, 4, 2, 2], [3, 4, 2, 2], [1, 4, 2, 5], [3, 4, 2, 5]])
  }

  @Test func `a log that is none, or ends too early, is refused`() throws {
    for length in stride(from: 0, to: Self.log.count, by: 64) {
      #expect(throws: WriteLog.Malformed.self, "\(length)") {
        try WriteLog(Self.log.prefix(length))
      }
    }
    #expect(throws: WriteLog.Malformed.self) { try WriteLog(Data(Self.head(0, magic: 1))) }
    #expect(throws: WriteLog.Malformed.self) {
      try WriteLog(Data(Self.head(1) + Self.sector([0, .max, 0, 0])))
    }
  }
}
