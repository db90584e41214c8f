internal import Spool
internal import System

/// What `status` works out from what is in a lane.
final class LaneFigures {
  let name: String
  let lane: LaneInspection
  /// The lane's limits; nil where no configuration tells them.
  let limits: Spool.LaneOptions?
  /// How old the oldest queued record is, in milliseconds; nil where none is queued.
  let ageMilliseconds: Int64?

  init(_ name: String, _ lane: LaneInspection, _ options: Spool.Options?) {
    self.name = name
    self.lane = lane
    limits = options?.lanes.first { $0.name == name }
    ageMilliseconds = lane.oldest.map { LaneFigures.age(of: $0) }
  }

  /// Within this boot by time since boot, else by the wall clock.
  private static func age(of stamp: Spool.Stamp) -> Int64 {
    let (high, low) = Boot.id
    if stamp.bootID == Spool.BootID(high: high, low: low) {
      return max(0, (Clock.sinceBoot - stamp.sinceBoot).milliseconds)
    }
    return max(0, Clock.unixMilliseconds - stamp.wall)
  }

  /// Bytes that records take; deleted are only whole segments.
  var bytesUsed: Int64 { lane.status.bytesOnDisk - lane.bytesSetAside }

  /// How long the lane's own limit lets an outage last, in milliseconds; nil where it is not known.
  var millisecondsLeft: Int64? {
    guard let limits else { return nil }
    return LaneFigures.milliseconds(limits.bytesMax - bytesUsed, lane.rate?.bytesPerSecond)
  }

  /// How long some room lasts.
  static func milliseconds(_ bytes: Int64, _ bytesPerSecond: Double?) -> Int64? {
    guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
    let milliseconds = Double(max(0, bytes)) / bytesPerSecond * 1_000
    return milliseconds < 1e15 ? Int64(milliseconds) : nil
  }

  /// What is wrong with the lane's files at the first look.
  var damage: String? {
    let report = lane.report
    var pieces: [String] = []
    func add(_ number: UInt64, _ one: String, _ many: String) {
      if number > 0 { pieces += [pieces.isEmpty ? "" : ", ", counted(number, one, many)] }
    }
    if report.isPositionLost { pieces.append("the position is lost") }
    add(UInt64(report.damagedHeaders), "damaged header", "damaged headers")
    add(UInt64(report.setAside), "strange file", "strange files")
    if report.bytesLost > 0 {
      pieces += [pieces.isEmpty ? "" : ", ", size(report.bytesLost), " in the last segment"]
    }
    return pieces.isEmpty ? nil : joined(pieces)
  }
}

extension Spool.Dropped {
  /// The reasons and how many records each has.
  var reasons: [(name: StaticString, count: UInt64)] {
    [
      ("full", full), ("age", age), ("memory", memory), ("damage", damage),
      ("undeliverable", undeliverable), ("thinned", thinned), ("purged", purged),
    ]
  }
}
