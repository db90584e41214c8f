import Foundation
import System
import TestSupport
import Testing

@testable import Spool

struct InspectionTests {
  let directory = TemporaryDirectory()

  @Test(arguments: 0..<150 as Range<UInt64>)
  func `a look tells what opening would, and changes nothing`(seed: UInt64) throws {
    var spool = try directory.live(seed)
    let copy = try directory.copy()
    spool = nil
    withExtendedLifetime(spool) {}
    let before = try copy.snapshot()
    let looked = try copy.inspect()
    let walked = try copy.walk()
    let verified = try copy.verify()
    #expect(try copy.snapshot() == before)

    let opened = try copy.open()
    let records = opened.drain()
    #expect(walked.map(\.payload) == records.map(\.payload))
    #expect(walked.map(\.sequence) == records.map(\.id.sequence))
    #expect(walked.map(\.stamp) == records.map(\.stamp))
    #expect(looked.oldest == records.first?.stamp)
    #expect(looked.status.last == opened.lane.last)
    #expect(verified.found == [])
    #expect(verified.read.queued == UInt64(records.count))
    #expect(looked.status.ledger.isBalanced)
    #expect(looked.report.isClean)
    // Draining has counted what only reading finds.
    let again = try directory.copyOfFresh(of: copy, before)
    #expect(looked.status.ledger == (try again.open().ledger))
  }

  @Test func `an empty lane, and one that has nothing but its directory`() throws {
    try directory.open().close()
    #expect(try directory.inspect().status.ledger.accepted == 0)
    #expect(try directory.inspect().rate == nil && directory.inspect().oldest == nil)
    #expect(try directory.walk(all: true) == [])
    #expect(try directory.verify().found == [])
  }

  @Test func `a directory without a spool is told apart`() throws {
    func fault(_ path: String) -> SpoolError.NoSpool? {
      do {
        _ = try SpoolInspection(directory: path)
        return nil
      } catch {
        guard case .noSpool(path, let reason) = error else { return nil }
        return reason
      }
    }
    #expect(fault(directory.path + "/absent") == .absent)
    #expect(fault(directory.path) == .empty)
    let spool = try directory.open()
    #expect(fault(directory.path) == nil)
    #expect(fault(directory.lanePath) == .lane)
    #expect(fault(directory.filePath("position")) == .file)
    withExtendedLifetime(spool) {}
    #expect(throws: SpoolError.noLane("alarm", lanes: ["telemetry"])) {
      try SpoolInspection(directory: directory.path).inspect("alarm")
    }
  }

  @Test func `who has it is told, and not got in the way of`() throws {
    var spool: Spool? = try directory.open()
    let inspection = try SpoolInspection(directory: directory.path)
    #expect(inspection.use == .held(by: getpid()))
    #expect(throws: SpoolError.inUse(directory: directory.path, holder: getpid())) {
      try SpoolRepair(directory: directory.path)
    }
    spool = nil
    withExtendedLifetime(spool) {}
    #expect(inspection.use == .free)
    _ = try directory.open()
  }

  @Test func `bytes, room and rate are those of the records`() throws {
    let spool = try directory.open(segmentBytes: 64 << 10)
    // 32 bytes of header and 200 of payload make 232; four records in 30 seconds.
    for index in 0..<4 {
      try spool.append([UInt8](repeating: 1, count: 200), now: .seconds(10 * index))
    }
    _ = spool.next(now: .zero)
    spool.acknowledge(1, now: .seconds(40))
    let looked = try directory.inspect()
    #expect(looked.bytesQueued == 3 * 232)
    #expect(looked.status.bytesOnDisk == 64 << 10)
    #expect(looked.bytesSetAside == 64 << 10 - 256 - 4 * 232)
    #expect(looked.oldest == .test(.seconds(10)) && looked.newest == .test(.seconds(30)))
    let rate = try #require(looked.rate)
    #expect(abs(rate.recordsPerSecond - 0.1) < 1e-9 && abs(rate.bytesPerSecond - 23.2) < 1e-9)
  }

  @Test func `a walk begins where it is told to, and gives what is settled where it is asked for`()
    throws
  {
    let spool = try directory.open(segmentBytes: 1_024)
    for number in 1...40 as ClosedRange<UInt64> { try spool.append(payload(number)) }
    for _ in 1...20 { _ = spool.next(now: .zero) }
    for number in 3...20 as ClosedRange<UInt64> { spool.acknowledge(number) }
    spool.close()
    #expect(try directory.walk().map(\.sequence) == [1, 2] + (21...40))
    #expect(try directory.walk(from: 30).map(\.sequence) == Array(30...40))
    let all = try directory.walk(all: true)
    #expect(all.allSatisfy { $0.payload == payload($0.sequence) })
    #expect(all.filter(\.isQueued).map(\.sequence) == [1, 2] + (21...40))
    #expect(all.count > 22)
    #expect(try directory.walk(from: 41, all: true) == [])
  }

  @Test func `what the lane has cost is kept across restarts, and nearly so across a kill`() throws
  {
    func append(_ count: UInt64) throws -> TemporaryDirectory {
      let spool = try directory.open(segmentBytes: 1_024)
      for number in 1...count { try spool.append(payload(number)) }
      let killed = try directory.copy()
      spool.close()
      return killed
    }
    let killed = try append(30)
    let first = try directory.inspect().status.wear
    #expect(first.syncs == 30 && first.bytesWritten > 30 * 60)
    let afterKill = try killed.inspect().status.wear
    #expect(afterKill.syncs > 15 && afterKill.syncs <= 30)
    #expect(afterKill.bytesWritten > first.bytesWritten * 9 / 10)
    #expect(afterKill.bytesWritten <= first.bytesWritten)
    _ = try append(30)
    let second = try directory.inspect().status.wear
    // What is durable already is not synchronized again at opening.
    #expect(second.syncs == 60 && second.bytesWritten > first.bytesWritten + 30 * 60)
    #expect(try directory.open().lane.wear.bytesWritten == second.bytesWritten)
  }
}

extension TemporaryDirectory {
  /// Another directory with the files of a snapshot.
  fileprivate func copyOfFresh(
    of other: TemporaryDirectory, _ snapshot: [String: String]
  ) throws -> TemporaryDirectory {
    let copy = TemporaryDirectory()
    for (name, text) in snapshot where !FileManager.default.directoryExists("\(other.path)/\(name)")
    {
      let bytes = Data(base64Encoded: String(text.split(separator: " ").dropFirst().first ?? ""))
      try (bytes ?? Data()).write(to: URL(fileURLWithPath: "\(copy.path)/\(name)"))
    }
    return copy
  }
}

extension FileManager {
  fileprivate func directoryExists(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
