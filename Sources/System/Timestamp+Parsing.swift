extension Timestamp {
  /// The moment that a person has written by RFC 3339: `2026-11-23T07:46:52.123Z`,
  /// `2026-11-23 08:46+01:00`. Seconds, the whole time of day and the offset may be left out, and
  /// then it is UTC; nil where the text is none, or no such day is there.
  public init?(text: String) {
    var rest = Array(text.utf8)[...]
    guard let year = Timestamp.digits(4, &rest), Timestamp.take("-", &rest),
      let month = Timestamp.digits(2, &rest), Timestamp.take("-", &rest),
      let day = Timestamp.digits(2, &rest),
      1...12 ~= month, 1...Timestamp.days(inMonth: month, of: year) ~= day
    else { return nil }
    var milliseconds = Timestamp.daysSince1970(year, month, day) * Timestamp.millisecondsPerDay
    if Timestamp.take("T", &rest) || Timestamp.take(" ", &rest) {
      guard let time = Timestamp.timeOfDay(&rest) else { return nil }
      milliseconds += time
    }
    guard let offset = Timestamp.offset(&rest), rest.isEmpty else { return nil }
    self.init(unixMilliseconds: milliseconds - offset)
  }

  private static func timeOfDay(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard let hour = digits(2, &rest), take(":", &rest), let minute = digits(2, &rest),
      hour < 24, minute < 60
    else { return nil }
    var time = (hour * 60 + minute) * 60_000
    guard take(":", &rest) else { return time }
    // A leap second is the first of the next minute.
    guard let second = digits(2, &rest), second <= 60 else { return nil }
    time += second * 1_000
    guard take(".", &rest) else { return time }
    var unit: Int64 = 100
    guard let first = rest.first, isDigit(first) else { return nil }
    while let byte = rest.first, isDigit(byte) {
      time += Int64(byte - UInt8(ascii: "0")) * unit
      unit /= 10
      rest.removeFirst()
    }
    return time
  }

  /// `Z`, `+01:00` or nothing.
  private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    if rest.isEmpty || take("Z", &rest) { return 0 }
    let isBehind = take("-", &rest)
    guard isBehind || take("+", &rest), let hours = digits(2, &rest), take(":", &rest),
      let minutes = digits(2, &rest), hours < 24, minutes < 60
    else { return nil }
    return (hours * 60 + minutes) * (isBehind ? -60_000 : 60_000)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int64? {
    guard rest.count >= count else { return nil }
    var number: Int64 = 0
    for byte in rest.prefix(count) {
      guard isDigit(byte) else { return nil }
      number = number * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    rest.removeFirst(count)
    return number
  }

  private static func take(_ sign: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: sign) else { return false }
    rest.removeFirst()
    return true
  }

  private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    switch month {
    case 2: return isLeap ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// Counted in eras of 400 years that begin on a 1 March, so that the leap day is the last of its
  /// year.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let yearFromMarch = month > 2 ? year : year - 1
    let era = (yearFromMarch < 0 ? yearFromMarch - 399 : yearFromMarch) / 400
    let yearOfEra = yearFromMarch - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
