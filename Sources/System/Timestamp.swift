/// A moment in UTC as people write it.
public struct Timestamp: Sendable {
  /// Milliseconds since 1970-01-01T00:00:00 UTC.
  public let unixMilliseconds: Int64

  /// Wraps milliseconds since 1970-01-01T00:00:00 UTC.
  public init(unixMilliseconds: Int64) {
    self.unixMilliseconds = unixMilliseconds
  }

  /// The moment by RFC 3339 with milliseconds, e.g. "2026-11-23T07:46:52.123Z".
  public var text: String {
    let days = floorDivide(unixMilliseconds, by: Timestamp.millisecondsPerDay)
    let time = unixMilliseconds - days * Timestamp.millisecondsPerDay
    let (year, month, day) = civilDate(daysSince1970: days)
    let (seconds, milliseconds) = (time / 1_000, time % 1_000)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
      + "T\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
      + ".\(padded(milliseconds, 3))Z"
  }

  static let millisecondsPerDay: Int64 = 86_400_000

  /// The date in the Gregorian calendar, counted in eras of 400 years that begin on a 1 March, so
  /// that the leap day is the last of its year.
  private func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let daysSinceMarch0000 = daysSince1970 + 719_468
    let era = floorDivide(daysSinceMarch0000, by: 146_097)
    let dayOfEra = daysSinceMarch0000 - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}

private func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
  let quotient = value / divisor
  return value % divisor < 0 ? quotient - 1 : quotient
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let digits = "\(value)"
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
