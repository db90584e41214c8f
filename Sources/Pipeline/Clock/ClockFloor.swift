/// The time that it is at least, whatever the machine's clock says: certificates are judged by it
/// while the clock is not set (`TLSOptions.earliestTime`).
enum ClockFloor {
  /// 2026-11-20T00:00:00 UTC in Unix seconds: the day of this version. It is set by hand with the
  /// version, so that the same sources give the same program.
  static let released: Int64 = 1_795_132_800

  /// The later one of the version's day and the last boot of which the time is known, in Unix
  /// seconds. A boot of which it was only believed says nothing.
  static func seconds(_ boots: BootTimes) -> Int64 {
    boots.entries.reduce(released) { floor, boot in
      boot.isKnown ? max(floor, boot.bootMilliseconds / 1_000) : floor
    }
  }
}
