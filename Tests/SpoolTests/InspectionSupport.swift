import Foundation
import System
import TestSupport

@testable import Spool

extension TemporaryDirectory {
  /// Names and contents of all that is in it, and when each file was changed.
  func snapshot() throws -> [String: String] {
    var snapshot: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
      let changed = attributes[.modificationDate] as? Date
      let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") ?? Data()
      snapshot[name] = "\(changed?.timeIntervalSince1970 ?? 0) \(bytes.base64EncodedString())"
    }
    return snapshot
  }

  func inspect() throws(SpoolError) -> LaneInspection {
    try SpoolInspection(directory: path).inspect(TemporaryDirectory.lane)
  }

  func walk(
    from sequence: UInt64 = 1, all wantsSettled: Bool = false
  ) throws(SpoolError) -> [RecordWalk.Item] {
    let walk = try SpoolInspection(directory: path).records(
      of: TemporaryDirectory.lane, from: sequence, wantsSettled: wantsSettled)
    var items: [RecordWalk.Item] = []
    while let item = try walk.next() { items.append(item) }
    return items
  }

  func verify() throws(SpoolError) -> (found: [Finding], read: Verified) {
    var findings: [Finding] = []
    let verified = try SpoolInspection(directory: path).verify(TemporaryDirectory.lane) {
      findings.append($0)
    }
    return (findings, verified)
  }

  /// A spool that has seen much, by a seed: acknowledged in and out of order, dropped, thinned,
  /// passed over; open, closed, or killed.
  func live(_ seed: UInt64) throws -> Spool? {
    var random = SplitMix64(seed: seed)
    let durability: Spool.Durability =
      switch seed % 3 {
      case 0: .eachRecord
      case 1: .every(.seconds(1), records: 5)
      default: .spill(after: .seconds(5))
      }
    let rule: Spool.WhenFull = seed % 5 == 0 ? .thin : seed % 5 == 1 ? .dropNewest : .dropOldest
    var spool: Spool?
    var now = Duration.zero
    var count: UInt64 = 0
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      spool = nil
      let opened = try open(
        durability, bytesMax: seed % 2 == 0 ? 1 << 30 : 20_000, whenFull: rule,
        drain: seed % 7 == 0 ? .liveFirst(backlogShare: 10) : .oldestFirst, now: now)
      spool = opened
      for _ in 0..<Int.random(in: 1...150, using: &random) {
        now += .milliseconds(Int.random(in: 0...900, using: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
          count += 1
          let size = Int.random(in: 0...90, using: &random)
          // Where it is full, it is refused.
          _ = try? opened.append(payload(count, count: size), now: now)
        case 6:
          opened.rewind()
        default:
          var records: [Spool.Record] = []
          for _ in 0..<Int.random(in: 1...12, using: &random) {
            if let record = opened.next(now: now) { records.append(record) }
          }
          for record in records.shuffled(using: &random)
          where Int.random(in: 0..<5, using: &random) > 0 {
            opened.acknowledge(record.id, now: now)
          }
          if Bool.random(using: &random), let record = records.last {
            opened.discard(record.id, now: now)
          }
        }
        opened.work(now: now)
      }
      if Bool.random(using: &random) { opened.close() }
    }
    return spool
  }
}
