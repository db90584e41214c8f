import Foundation
import Testing

@testable import Spool

/// The seeds of the fuzz target `recovery` are directories of real spools.
struct RecoveryCorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fuzz/corpus/recovery")

  /// As Fuzz/recovery reads it: which file, two bytes of length, the file.
  private static func seed(_ directory: TemporaryDirectory) throws -> [UInt8] {
    var seed: [UInt8] = []
    for name in directory.names {
      var bytes = try directory.bytes(name)
      while bytes.count > 256, bytes.last == 0 { bytes.removeLast() }
      let kind = name == "position" ? 0 : 4 + UInt8(Directory.first(inName: name) ?? 1)
      seed += [kind | 0x80, UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8)] + bytes
    }
    return seed
  }

  private static func make(_ name: String) throws -> [UInt8] {
    let directory = TemporaryDirectory()
    switch name {
    case "thinned":
      let spool = try directory.open(bytesMax: 4_500, whenFull: .thin, segmentBytes: 700)
      for number in 1...50 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      spool.close()
    case "passed-over":
      let spool = try directory.open(.spill(after: .seconds(1)))
      for number in 1...12 as ClosedRange<UInt64> {
        try spool.append(payload(number, count: Int(number)))
        if number % 4 == 0, let record = spool.next(now: .zero) {
          spool.acknowledge(record.id, now: .zero)
        }
      }
      spool.close()
    default:
      let spool = try directory.open(segmentBytes: 700)
      for number in 1...15 as ClosedRange<UInt64> { try spool.append(payload(number)) }
      for record in spool.drain().dropFirst(3).prefix(5) {
        spool.acknowledge(record.id, now: .zero)
      }
    }
    return try seed(directory)
  }

  @Test(arguments: ["plain", "thinned", "passed-over"])
  func `the corpus holds spools of every make`(name: String) throws {
    let seed = try Self.make(name)
    let file = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["GODWIT_WRITE_CORPUS"] != nil {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(seed).write(to: file)
    }
    // The identity is another each time, and with it the checksums.
    #expect(try Data(contentsOf: file).count == seed.count)
  }
}
