import Foundation
import System
import Testing

@testable import Spool

/// A directory for one test, deleted with the object.
final class TemporaryDirectory: Sendable {
  let path: String

  init() {
    // In memory where it can be: thousands of spools are opened, and each synchronizes.
    let parent = Files.isDirectory("/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
    path = parent + "spool-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  var segments: [String] { names.filter { $0.hasSuffix(".seg") } }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  /// What a power cut now would leave, at best, in another directory.
  func copy() throws -> TemporaryDirectory {
    let copy = TemporaryDirectory()
    for name in names { try copy.write(bytes(name), name) }
    return copy
  }

  /// What would be delivered if the process died now.
  func sequencesAfterCrash() throws -> [UInt64] {
    let copy = try copy()
    defer { withExtendedLifetime(copy) {} }
    return try copy.open().drain().map(\.sequence)
  }

  func open(
    _ durability: Spool.Durability = .eachRecord, limits: Limits = .small, fault: Fault? = nil,
    onDurable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) -> Spool {
    try Spool(
      directory: path, durability: durability, limits: limits, fault: fault, onDurable: onDurable)
  }
}

extension Limits {
  /// Segments of a few records, so that there are many.
  static let small = Limits(segmentBytes: 512, payloadBytes: 4_096, segments: 10_000)
}

extension Spool {
  /// Everything that can be handed out now.
  func drain() throws -> [Record] {
    var records: [Record] = []
    while let record = try next() { records.append(record) }
    return records
  }
}

/// A payload that tells its number, and is not too regular.
func payload(_ number: UInt64, count: Int = 20) -> [UInt8] {
  Array("record \(number) ".utf8)
    + (0..<max(0, count)).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ number &* 7) }
}
