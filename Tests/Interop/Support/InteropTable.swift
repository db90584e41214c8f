import MQTT

/// The table of docs/interop.md: brokers beside each other, a row for each capability.
struct InteropTable: Equatable {
  /// A broker of a release, and the version of MQTT spoken with it.
  struct Column: Hashable, Comparable {
    let broker: BrokerKind
    let release: String
    let version: ProtocolVersion

    init(_ broker: BrokerKind, _ release: String, _ version: ProtocolVersion) {
      self.broker = broker
      self.release = release
      self.version = version
    }

    /// Brokers in the order of `BrokerKind`, old releases first, old versions first.
    static func < (left: Column, right: Column) -> Bool {
      left.rank.lexicographicallyPrecedes(right.rank)
    }

    private var rank: [Int] {
      let kind = BrokerKind.allCases.firstIndex(of: broker) ?? 0
      var numbers = release.split(separator: ".").map { Int($0) ?? 0 }
      while numbers.count < 4 { numbers.append(0) }
      return [kind] + numbers + [Int(version.rawValue)]
    }
  }

  /// What came of a case.
  enum Cell: Equatable {
    /// It went, with what there is to say all the same.
    case yes(String?)
    /// The broker does not do it, and why that is known.
    case no(String)
    /// The broker does not claim to do it.
    case notOffered(String)
    /// What nobody expected. It never gets into the repository, for the run fails.
    case failed
  }

  private(set) var cells: [Column: [Capability: Cell]] = [:]

  subscript(column: Column, capability: Capability) -> Cell? {
    get { cells[column]?[capability] }
    set { cells[column, default: [:]][capability] = newValue }
  }

  var columns: [Column] { cells.keys.sorted() }

  /// Whether all brokers are there, and all rows of each.
  var isComplete: Bool {
    Set(columns.map(\.broker)).count == BrokerKind.allCases.count
      && columns.allSatisfy { column in
        Capability.allCases.allSatisfy { capability in
          self[column, capability] != nil || !isDue(capability, column)
        }
      }
  }

  /// Whether there is something to try; a broker of 5.0 has nothing to fall back from.
  func isDue(_ capability: Capability, _ column: Column) -> Bool {
    guard capability.versions.contains(column.version) else { return false }
    return capability != .fallback
      || !cells.keys.contains(Column(column.broker, column.release, .v5))
  }

  /// This table with the columns of a newer one, in place of its own where it has them.
  func merging(_ other: InteropTable) -> InteropTable {
    var merged = self
    merged.cells.merge(other.cells) { _, new in new }
    return merged
  }

  /// The columns of those releases only that `other` has too.
  func only(releasesOf other: InteropTable) -> InteropTable {
    let names = Set(other.columns.map { "\($0.broker) \($0.release)" })
    var only = InteropTable()
    only.cells = cells.filter { names.contains("\($0.key.broker) \($0.key.release)") }
    return only
  }

  func isSame(as text: String) -> Bool { markdown == text }
}
