import Foundation
import Spool
import Testing

@testable import Pipeline

struct TimeKeeperTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("godwit-time-\(UUID().uuidString)").path
  private let boot1 = Spool.BootID(high: 1, low: 1)
  private let boot2 = Spool.BootID(high: 2, low: 2)

  init() throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
  }

  private func keeper(_ bootID: Spool.BootID, isTrusted: Bool = false) -> TimeKeeper {
    TimeKeeper(directory: folder, bootID: bootID, isTrusted: isTrusted)
  }

  private func moment(
    _ seconds: Int64, wall: Int64, isSynchronized: Bool = false
  ) -> TimeKeeper.Moment {
    TimeKeeper.Moment(
      sinceBoot: .seconds(seconds), unixMilliseconds: wall, isSynchronized: isSynchronized)
  }

  private func stamp(_ bootID: Spool.BootID, _ seconds: Int64, wall: Int64) -> Spool.Stamp {
    Spool.Stamp(bootID: bootID, sinceBoot: .seconds(seconds), wall: wall, isSynchronized: false)
  }

  @Test func `once the time is known it stays so, through restarts and hours without a server`() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = keeper(boot1)
    #expect(!first.isKnown(moment(10, wall: 10_000)))
    #expect(first.isKnown(moment(20, wall: 1_700_000_020_000, isSynchronized: true)))
    #expect(first.isKnown(moment(30, wall: 1_700_000_030_000)))
    #expect(keeper(boot1).isKnown(moment(40, wall: 1_700_000_040_000)))
    #expect(!keeper(boot2).isKnown(moment(1, wall: 1_700_000_100_000)))
  }

  @Test func `records of this boot get the time that is found out after them`() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keeper = keeper(boot1)
    let early = stamp(boot1, 10, wall: 10_000)
    let unknown = keeper.boot(of: early, now: moment(10, wall: 10_000))
    #expect(!unknown.isKnown && unknown.bootMilliseconds == 0)
    let known = keeper.boot(
      of: early, now: moment(60, wall: 1_700_000_060_000, isSynchronized: true))
    #expect(known.isKnown && known.bootMilliseconds == 1_700_000_000_000)
  }

  @Test func `records of a boot that has known the time get it in the next boot`() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let before = keeper(boot1)
    #expect(!before.isKnown(moment(10, wall: 10_000)))
    #expect(before.isKnown(moment(60, wall: 1_700_000_060_000, isSynchronized: true)))
    let after = keeper(boot2).boot(
      of: stamp(boot1, 10, wall: 10_000), now: moment(5, wall: 5_000))
    #expect(after.isKnown && after.bootMilliseconds == 1_700_000_000_000)
  }

  @Test func `records of a boot that never knew the time are spaced by one belief`() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let before = keeper(boot1)
    #expect(!before.isKnown(moment(10, wall: 10_000)))
    // Somebody sets the clock by hand; nothing tells the kernel that it is right.
    #expect(!before.isKnown(moment(20, wall: 1_600_000_000_000)))
    let after = keeper(boot2)
    let now = moment(5, wall: 1_700_000_000_000, isSynchronized: true)
    for stamp in [stamp(boot1, 10, wall: 10_000), stamp(boot1, 20, wall: 1_600_000_000_000)] {
      let boot = after.boot(of: stamp, now: now)
      #expect(!boot.isKnown && boot.bootMilliseconds == 0)
    }
  }

  @Test func `without its file a record's own stamp is believed`() throws {
    try FileManager.default.removeItem(atPath: folder)
    let keeper = keeper(boot2)
    let boot = keeper.boot(of: stamp(boot1, 10, wall: 30_000), now: moment(1, wall: 0))
    #expect(!boot.isKnown && boot.bootMilliseconds == 20_000)
    #expect(keeper.isKnown(moment(2, wall: 3_000, isSynchronized: true)))
  }

  @Test func `a trusted clock needs no kernel`() {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(keeper(boot1, isTrusted: true).isKnown(moment(10, wall: 10_000)))
  }
}
