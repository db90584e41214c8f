/// What a batch knows of the time when it is written.
public enum BatchClock: Equatable, Sendable {
  /// The wall clock is right, and says that the machine was booted at this time, in milliseconds
  /// since 1970-01-01T00:00:00 UTC.
  case known(bootMilliseconds: Int64)
  /// Nobody has told the machine what time it is.
  case unknown

  /// A sample that differs by more from what the clock says now was taken before the clock was set.
  /// Slewing and leap seconds move it by less.
  private static let stepMin: Int64 = 1_000

  /// The sample's time in milliseconds since 1970-01-01T00:00:00 UTC; nil where it is not known.
  func unixMilliseconds(of sample: Sample) -> Int64? {
    guard case .known(let bootMilliseconds) = self else { return nil }
    let corrected = bootMilliseconds + sample.sinceBoot.wholeMilliseconds
    let isStepped = abs(corrected - sample.unixMilliseconds) > BatchClock.stepMin
    return isStepped ? corrected : sample.unixMilliseconds
  }
}

extension Duration {
  /// The whole milliseconds in it, the rest cut off.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
