/// Numbers of bytes as people write them: a whole number, and one of the units B, kB, MB, GB (powers
/// of 1,000) or KiB, MiB, GiB (powers of 1,024; IEC 80000-13).
enum ByteSizeText {
  /// What an error tells to write.
  static let example = "a size such as \"256 MiB\""

  private static let units: [(name: String, bytes: Int64)] = [
    ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000),
    ("KiB", 1 << 10), ("kB", 1_000), ("B", 1),
  ]

  /// Reads "256 MiB" or "64kB"; nil where the text is no size. One beyond 64 bits is given as the
  /// largest number.
  static func parse(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    let digits = rest
    let count = NumberText.takeDigits(&rest)
    let unit = String(decoding: rest.drop { $0 == Byte.space }, as: UTF8.self)
    guard count > 0, let scale = units.first(where: { $0.name == unit }) else { return nil }
    let number = NumberText.integer(String(decoding: digits.prefix(count), as: UTF8.self))
    let (bytes, overflows) = (number ?? .max).multipliedReportingOverflow(by: scale.bytes)
    return overflows ? .max : bytes
  }

  /// The number in the largest unit that it is a whole number of, e.g. "64 KiB".
  static func words(_ bytes: Int64) -> String {
    for unit in units where bytes > 0 && bytes % unit.bytes == 0 {
      return "\(bytes / unit.bytes) \(unit.name)"
    }
    return "0 B"
  }
}

extension Node {
  /// A number of bytes with its unit.
  func byteSize(in range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64 {
    guard case .scalar(let text, _) = content, let bytes = ByteSizeText.parse(text) else {
      throw mismatch(expected: ByteSizeText.example)
    }
    guard range.contains(bytes) else {
      let words =
        "from \(ByteSizeText.words(range.lowerBound)) to \(ByteSizeText.words(range.upperBound))"
      throw mismatch(expected: "a size \(words)")
    }
    return bytes
  }
}
