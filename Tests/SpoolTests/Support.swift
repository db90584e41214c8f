import Foundation
import System
import Testing

@testable import Spool

/// A directory for one test, deleted with the object. A spool's files are those of its only lane.
final class TemporaryDirectory: Sendable {
  let path: String
  static let lane = "telemetry"

  init() {
    // In memory where it can be: thousands of spools are opened, and each synchronizes.
    let parent = Files.isDirectory("/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
    path = parent + "spool-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: lanePath, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var lanePath: String { "\(path)/\(TemporaryDirectory.lane)" }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: lanePath)) ?? []).sorted()
  }

  var segments: [String] { names.filter { $0.hasSuffix(".seg") } }

  func filePath(_ name: String) -> String { "\(lanePath)/\(name)" }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: filePath(name))))
  }

  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: filePath(name)))
  }

  /// What a kill now would leave, in another directory.
  func copy() throws -> TemporaryDirectory {
    let copy = TemporaryDirectory()
    try FileManager.default.removeItem(atPath: copy.path)
    try FileManager.default.copyItem(atPath: path, toPath: copy.path)
    return copy
  }

  /// What would be delivered if the process died now.
  func sequencesAfterCrash() throws -> [UInt64] {
    let copy = try copy()
    defer { withExtendedLifetime(copy) {} }
    return try copy.open().drain().map(\.id.sequence)
  }

  func open(
    _ durability: Spool.Durability = .eachRecord, bytesMax: Int64 = 1 << 30,
    ageMax: Duration? = nil, whenFull: Spool.WhenFull = .dropOldest,
    drain: Spool.DrainOrder = .oldestFirst, freeBytesMin: Int64 = 0,
    memoryBytesMax: Int = 512 << 10, recordBytesMax: Int = 4_096, segmentBytes: Int64 = 1_024,
    window: Int = 256, searchBytes: Int64? = nil, badBytes: Int64? = nil, tap: Tap? = nil,
    now: Duration = .zero,
    in folder: String = ".", onAvailable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) -> Spool {
    let lane = Spool.LaneOptions(
      name: TemporaryDirectory.lane, bytesMax: max(bytesMax, Spool.Options.laneBytesMin),
      ageMax: ageMax, whenFull: whenFull)
    let options = Spool.Options(
      lanes: [lane], durability: durability, drain: drain, freeBytesMin: freeBytesMin,
      memoryBytesMax: memoryBytesMax, recordBytesMax: recordBytesMax)
    return try Spool(
      directory: folder == "." ? path : "\(path)/\(folder)", options: options, tap: tap, now: now,
      adjust: { limits in
        limits.segmentBytes = segmentBytes
        limits.bytes = bytesMax
        limits.window = window
        if let searchBytes { limits.searchBytes = searchBytes }
        if let badBytes { limits.badBytes = badBytes }
      }, onAvailable: onAvailable)
  }
}

extension Spool {
  /// Everything that can be handed out now.
  func drain(now: Duration = .zero) -> [Record] {
    var records: [Record] = []
    while let record = next(now: now) { records.append(record) }
    return records
  }

  @discardableResult
  func append(
    _ payload: [UInt8], now: Duration = .zero, stamp: Stamp? = nil
  ) throws(SpoolError) -> UInt64 {
    try append(payload, lane: 0, stamp: stamp ?? .test(now), now: now).sequence
  }

  func acknowledge(_ sequence: UInt64, now: Duration = .zero) {
    acknowledge(RecordID(lane: 0, sequence: sequence), now: now)
  }

  /// The only lane's.
  var lane: LaneStatus { status.lanes[0] }
  var ledger: Ledger { lane.ledger }
  /// What opening found.
  var found: RecoveryReport { recovery[0] ?? RecoveryReport() }
}

extension Spool.Stamp {
  /// In one boot, with a clock that is right.
  static func test(_ now: Duration) -> Spool.Stamp {
    let wall = 1_800_000_000_000 + now.components.seconds * 1_000
    return Spool.Stamp(
      bootID: Spool.BootID(high: 7, low: 9), sinceBoot: now, wall: wall, isSynchronized: true)
  }
}

/// A payload that tells its number, and is not too regular.
func payload(_ number: UInt64, count: Int = 20) -> [UInt8] {
  Array("record \(number) ".utf8)
    + (0..<max(0, count)).map { UInt8(truncatingIfNeeded: UInt64($0) &* 31 &+ number &* 7) }
}

/// Makes operations fail on command.
final class Saboteur: Sendable {
  private struct Plan {
    let operation: SpoolError.Operation
    let suffix: String
    let errno: Errno
    var times: Int
    let isShort: Bool
  }

  private let plans = Locked<[Plan]>([])

  /// The next `times` that `operation` is done to a file whose path ends so, it fails.
  func fail(
    _ operation: SpoolError.Operation, _ suffix: String, _ errno: Errno, times: Int = 1,
    short isShort: Bool = false
  ) {
    let plan = Plan(
      operation: operation, suffix: suffix, errno: errno, times: times, isShort: isShort)
    plans.withLock { $0.append(plan) }
  }

  func heal() { plans.withLock { $0 = [] } }

  var tap: Tap {
    { [plans] operation in
      plans.withLock { plans in
        let index = plans.firstIndex {
          $0.operation == operation.kind && operation.path.hasSuffix($0.suffix) && $0.times > 0
        }
        guard let index else { return .proceed }
        plans[index].times -= 1
        if plans[index].isShort, case .write(_, _, let bytes) = operation {
          return .short(bytes.count / 2, plans[index].errno)
        }
        return .fail(plans[index].errno)
      }
    }
  }
}
