/// Helps a person who has mistyped a name.
enum Suggestion {
  /// The end of an error about an unknown name: ", did you mean 'every'?", or else
  /// ", expected one of a, b, c".
  static func ending(for name: String, among names: [String]) -> String {
    if let nearest = nearest(to: name, among: names) { return ", did you mean '\(nearest)'?" }
    guard let only = names.first else { return "" }
    if names.count == 1 { return ", expected \(only)" }
    return ", expected one of "
      + Words.joined(names.count > listMax ? Array(names.prefix(listMax)) + ["..."] : names)
  }

  /// The name that differs least, and little enough to be what was meant; letters that differ in
  /// case only count as the same.
  static func nearest(to name: String, among names: [String]) -> String? {
    let wanted = Array(name.utf8)
    guard wanted.count <= NameRule.bytesMax else { return nil }
    var nearest: (name: String, distance: Int)?
    for candidate in names {
      let bytes = Array(candidate.utf8)
      let distance = distance(wanted, bytes)
      // A third of the letters wrong is as far as a typing mistake goes.
      guard distance <= max(1, min(wanted.count, bytes.count) / 3) else { continue }
      // One letter is no hint at another.
      guard distance < min(wanted.count, bytes.count) else { continue }
      if let found = nearest, found.distance <= distance { continue }
      nearest = (candidate, distance)
    }
    return nearest?.name
  }

  /// More names than fit a line or two are cut.
  private static let listMax = 12

  /// How many letters must be changed, added, left out or swapped with their neighbour to get from
  /// one to the other (optimal string alignment).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(last[j + 1], row[j]) + 1
        best = min(best, last[j] + (a[i].lowerCased == b[j].lowerCased ? 0 : 1))
        if i > 0 && j > 0 && a[i].lowerCased == b[j - 1].lowerCased
          && a[i - 1].lowerCased == b[j].lowerCased
        {
          best = min(best, beforeLast[j - 1] + 1)
        }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}

/// Lists in sentences.
enum Words {
  /// "a, b, c".
  static func joined(_ words: [String]) -> String {
    var text = ""
    for word in words { text += text.utf8.isEmpty ? word : ", \(word)" }
    return text
  }

  /// "a, b or c".
  static func list(_ words: [String], conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(joined(Array(words.dropLast()))) \(conjunction) \(last)"
  }
}
