/// The numbers of the last report line that a gateway has logged.
struct Report {
  private var values: [Substring: Int] = [:]

  init?(in log: String) {
    guard
      let line = log.split(separator: "\n").last(where: { $0.contains(" report ") })
    else { return nil }
    for word in line.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2, let value = Int(parts[1]) { values[parts[0]] = value }
    }
  }

  subscript(name: String) -> Int { values[Substring(name)] ?? -1 }
}
