import Foundation
import TestSupport

/// A moment at which the power fails, and what the disk's cache makes of it.
struct PowerCut: Hashable {
  /// Only entries of the log below this one were ever begun.
  let entry: Int
  /// Nil where everything that was begun is on the disk. Else the seed by which each write since the
  /// last flush is there, or not, or only its first sectors; what was forced through the cache is
  /// always there.
  let cache: UInt64?
}

/// A disk as power cuts leave it, by the record of what was written to it.
struct CutDisk {
  private let log: WriteLog
  private var disk: [UInt8]
  /// The entries below are on the disk.
  private var applied = 0

  /// - Parameter disk: what was on it before the record began.
  init(_ disk: [UInt8], _ log: WriteLog) {
    self.disk = disk
    self.log = log
  }

  /// The disk after `cut`, which must not be before the one that was asked for last.
  mutating func image(at cut: PowerCut) -> [UInt8] {
    let flush = log.entries[..<cut.entry].lastIndex { $0.flags.contains(.flush) } ?? -1
    for entry in log.entries[applied..<flush + 1] {
      CutDisk.write(log.bytes[entry.data], at: entry.offset, to: &disk)
    }
    applied = flush + 1

    var image = disk
    var random = SplitMix64(seed: cut.cache ?? 0)
    for entry in log.entries[applied..<cut.entry] {
      var data = log.bytes[entry.data]
      if cut.cache != nil, !entry.flags.contains(.durable) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: continue
        case 1: data = data.prefix(Int.random(in: 0...data.count / 512, using: &random) * 512)
        default: break
        }
      }
      CutDisk.write(data, at: entry.offset, to: &image)
    }
    return image
  }

  private static func write(_ data: Data, at offset: Int, to disk: inout [UInt8]) {
    guard !data.isEmpty else { return }
    disk.withUnsafeMutableBytes { disk in
      let target = UnsafeMutableRawBufferPointer(rebasing: disk[offset..<offset + data.count])
      data.copyBytes(to: target)
    }
  }
}

/// Files as large as a disk that take no more room than what is on it.
enum SparseFile {
  private static let block = 4_096

  static func write(_ disk: [UInt8], to file: URL) throws {
    let zeros = [UInt8](repeating: 0, count: block)
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try handle.truncate(atOffset: UInt64(disk.count))
    try disk.withUnsafeBytes { disk in
      var offset = 0
      while offset < disk.count {
        let part = UnsafeRawBufferPointer(
          rebasing: disk[offset..<min(offset + block, disk.count)])
        let isZero = part.baseAddress.map { memcmp(zeros, $0, part.count) == 0 } ?? true
        if !isZero {
          try handle.seek(toOffset: UInt64(offset))
          try handle.write(contentsOf: part)
        }
        offset += block
      }
    }
  }

  static func make(_ file: URL, bytes: Int) throws {
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try handle.truncate(atOffset: UInt64(bytes))
  }
}
