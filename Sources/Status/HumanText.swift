/// Quantities as people read them.
enum HumanText {
  /// A number with commas between thousands.
  static func count(_ number: UInt64) -> String {
    let digits = Array(decimal(Int64(clamping: number)).utf8)
    var text: [UInt8] = []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes with a unit, e.g. "1.2 MiB".
  static func size(_ bytes: Int64) -> String {
    let units: [StaticString] = ["KiB", "MiB", "GiB", "TiB"]
    guard bytes >= 1_024 else { return joined([decimal(bytes), " B"]) }
    var (unit, scale): (Int, Int64) = (0, 1_024)
    while unit + 1 < units.count, bytes / scale >= 1_024 {
      unit += 1
      scale *= 1_024
    }
    let (whole, tenth) = (bytes / scale, bytes % scale * 10 / scale)
    let number = whole >= 100 ? decimal(whole) : decimal(whole * 10 + tenth, digits: 1)
    return joined([number, " ", "\(units[unit])"])
  }

  /// A length of time in its two largest units, e.g. "2 h 13 min".
  static func age(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    let units: [(name: StaticString, seconds: Int64)] = [
      (" d", 86_400), (" h", 3_600), (" min", 60), (" s", 1),
    ]
    for (index, unit) in units.enumerated() where seconds >= unit.seconds {
      let whole = joined([decimal(seconds / unit.seconds), "\(unit.name)"])
      guard index + 1 < units.count else { return whole }
      let next = units[index + 1]
      let rest = seconds % unit.seconds / next.seconds
      return rest == 0 ? whole : joined([whole, " ", decimal(rest), "\(next.name)"])
    }
    return "0 s"
  }

  /// A short length of time, e.g. "41.2 ms", or "1.3 s".
  static func latency(_ duration: Duration) -> String {
    let milliseconds = duration.wholeMilliseconds
    guard milliseconds >= 1_000 else { return joined([duration.millisecondsText, " ms"]) }
    return joined([decimal(milliseconds / 100, digits: 1), " s"])
  }
}
