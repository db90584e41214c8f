/// Lengths of time as people write them: a number, and one of the units ms, s, min, h, d.
enum DurationText {
  /// What an error tells to write.
  static let example = "a duration such as \"10 s\""

  enum Reading: Equatable {
    case duration(Duration)
    case noUnit
    case malformed
  }

  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000),
  ]

  /// Reads "100 ms", "1s", "0.5 min". A length that has no room in 64 bits of nanoseconds, 292
  /// years, is given as that.
  static func parse(_ text: String) -> Reading {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    let wholeCount = NumberText.takeDigits(&rest)
    var fractionCount = 0
    if rest.first == Byte.dot {
      rest = rest.dropFirst()
      fractionCount = NumberText.takeDigits(&rest)
      guard fractionCount > 0 else { return .malformed }
    }
    guard wholeCount > 0 else { return .malformed }
    let number = bytes[..<rest.startIndex]
    let unit = String(decoding: rest.drop { $0 == Byte.space }, as: UTF8.self)
    if unit.utf8.isEmpty { return .noUnit }
    guard let length = units.first(where: { $0.name == unit }) else { return .malformed }

    var nanoseconds: Int64 = 0
    var digitLength = length.nanoseconds
    var isFraction = false
    for byte in number {
      if byte == Byte.dot {
        isFraction = true
        continue
      }
      let digit = Int64(byte - UInt8(ascii: "0"))
      if isFraction {
        digitLength /= 10
        nanoseconds += digit * digitLength
        continue
      }
      let (product, overflows) = nanoseconds.multipliedReportingOverflow(by: 10)
      let (sum, overflowsAgain) = product.addingReportingOverflow(digit * length.nanoseconds)
      // A unit stays free for the fraction, which is less.
      guard !overflows, !overflowsAgain, sum <= .max - length.nanoseconds else {
        return .duration(.nanoseconds(Int64.max))
      }
      nanoseconds = sum
    }
    return .duration(.nanoseconds(nanoseconds))
  }

  /// The length in the largest unit that it is a whole number of, e.g. "10 ms".
  static func words(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    if nanoseconds == 0 { return "0 s" }
    for unit in units where nanoseconds % unit.nanoseconds == 0 {
      return "\(nanoseconds / unit.nanoseconds) \(unit.name)"
    }
    return "\(nanoseconds) ns"
  }
}
