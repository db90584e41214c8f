import MQTT

extension InteropTable {
  private static let introduction = """
    # Brokers

    What the library and real brokers do together. `make test` runs every case of this table against
    the brokers of the machine's Debian and amqtt from PyPI, writes what it finds to
    .build/interop.md, and fails where that differs from this file, so that neither a checkout is
    changed behind anybody's back nor this file can go stale; `make interop` brings it up to date, and
    leaves the columns of brokers that the machine does not have.

    *no*: the broker does it otherwise than the protocol says, or not at all. *not offered*: it says so
    itself, or has no such way in. A row is empty where the version of the protocol does not have it,
    or there is nothing to try.


    """

  /// The file, the same for the same table.
  var markdown: String {
    var notes: [String] = []
    func mark(_ note: String?) -> String {
      guard let note else { return "" }
      if !notes.contains(note) { notes.append(note) }
      return " [^\((notes.firstIndex(of: note) ?? 0) + 1)]"
    }

    let columns = columns
    var text = Self.introduction
    let names = columns.map { "\($0.broker.rawValue) \($0.release), \($0.version.name)" }
    text += "| | " + names.joined(separator: " | ") + " |\n"
    text += "| --- |" + String(repeating: " --- |", count: columns.count) + "\n"
    for capability in Capability.allCases {
      let words = columns.map { column in
        switch self[column, capability] {
        case .yes(let note): "yes" + mark(note)
        case .no(let reason): "no" + mark(reason)
        case .notOffered(let reason): "not offered" + mark(reason)
        case .failed: "failed"
        case nil: isDue(capability, column) ? "not tried" : ""
        }
      }
      text += "| \(capability.rawValue) | " + words.joined(separator: " | ") + " |\n"
    }
    text += "\n"
    for (index, note) in notes.enumerated() { text += "[^\(index + 1)]: \(note)\n" }
    return text
  }

  /// Reads what `markdown` has written; lines, rows and columns of another kind are passed over.
  init(markdown: String) {
    let lines = markdown.split(separator: "\n").map(String.init)
    var notes: [String: String] = [:]
    for line in lines {
      if let match = line.firstMatch(of: /^(\[\^\d+\]): (.*)$/) {
        notes[String(match.1)] = String(match.2)
      }
    }
    var columns: [Column?] = []
    for line in lines where line.hasPrefix("|") && !line.hasPrefix("| ---") {
      let words = Self.words(of: line)
      if columns.isEmpty {
        columns = words.dropFirst().map(Self.column)
      } else if let title = words.first, let capability = Capability(rawValue: title) {
        for (column, word) in zip(columns, words.dropFirst()) {
          if let column { self[column, capability] = Self.cell(word, notes) }
        }
      }
    }
  }

  private static func words(of line: String) -> [String] {
    line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
      String($0).trimmed
    }
  }

  /// "mosquitto 2.0.11, 5.0"
  private static func column(_ name: String) -> Column? {
    guard let match = name.firstMatch(of: /^(\S+) (\S+), (\S+)$/),
      let broker = BrokerKind(rawValue: String(match.1)),
      let version = ProtocolVersion.allCases.first(where: { $0.name == match.3 })
    else { return nil }
    return Column(broker, String(match.2), version)
  }

  private static func cell(_ word: String, _ notes: [String: String]) -> Cell? {
    let note = word.firstMatch(of: /\[\^\d+\]/).flatMap { notes[String($0.0)] }
    let verdict = word.prefix { $0 != "[" }
    switch String(verdict).trimmed {
    case "yes": return .yes(note)
    case "no": return .no(note ?? "")
    case "not offered": return .notOffered(note ?? "")
    default: return nil
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
