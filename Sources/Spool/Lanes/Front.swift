/// The newest records of a lane, in memory and not on disk: all that come behind the store's last.
/// Pure.
struct Front {
  /// A record, or what is left of one.
  struct Entry {
    var payload: [UInt8]
    let stamp: Spool.Stamp
    /// When it came, since boot.
    let arrival: Duration
    /// What became of it; nil while it is queued.
    var fate: Fate?
  }

  /// The sequence of the first entry, or of the next record where there is none.
  private(set) var first: UInt64
  /// What became of the sequences behind the store's last and before `first`.
  private(set) var passed = Counts()
  /// Memory that the queued entries take.
  private(set) var bytes = 0

  /// The first entry is being written to the store and stays until that is done.
  private(set) var isPinned = false

  private var entries: [Entry] = []
  /// Entries before this index are gone.
  private var head = 0

  /// A front that begins with the sequence `first`.
  init(first: UInt64) {
    self.first = first
  }

  var count: Int { entries.count - head }

  /// Whether no record is queued in it. The first entry, if there is one, is queued.
  var isEmpty: Bool { count == 0 }

  /// The sequence of the next record.
  var next: UInt64 { first + UInt64(count) }

  /// The entry with this sequence, which is in it.
  subscript(_ sequence: UInt64) -> Entry {
    entries[head + Int(sequence - first)]
  }

  /// What an entry takes besides its payload, by MemoryLayout and malloc's rounding.
  private static let overhead = 128

  /// Memory that a record takes.
  static func cost(of payload: [UInt8]) -> Int { payload.count + overhead }

  mutating func append(_ payload: [UInt8], stamp: Spool.Stamp, arrival: Duration) {
    entries.append(Entry(payload: payload, stamp: stamp, arrival: arrival))
    bytes += Front.cost(of: payload)
  }

  /// Lets the record with this sequence, which is queued in it, go.
  mutating func settle(_ sequence: UInt64, as fate: Fate) {
    let index = head + Int(sequence - first)
    bytes -= Front.cost(of: entries[index].payload)
    entries[index].payload = []
    entries[index].fate = fate
    popSettled()
  }

  /// Keeps the first entry, if there is one, in its place until `unpin`.
  mutating func pin() -> Entry? {
    if isEmpty { return nil }
    isPinned = true
    return entries[head]
  }

  /// Lets go of the first entry.
  /// - Parameter isStored: it is in the store now, and so is what became of those before it.
  mutating func unpin(isStored: Bool) {
    isPinned = false
    if isStored {
      if entries[head].fate == nil { bytes -= Front.cost(of: entries[head].payload) }
      passed = Counts()
      advance()
    }
    popSettled()
  }

  /// Takes the newest entry back, which nobody has seen.
  mutating func removeLast() {
    bytes -= Front.cost(of: entries.removeLast().payload)
  }

  /// Gives all sequences other numbers, so much higher.
  mutating func shift(by distance: UInt64) { first += distance }

  private mutating func popSettled() {
    while !isPinned, head < entries.count, let fate = entries[head].fate {
      passed += Counts(fate)
      advance()
    }
  }

  private mutating func advance() {
    entries[head].payload = []
    head += 1
    first += 1
    if head == entries.count {
      entries.removeAll(keepingCapacity: entries.capacity <= Front.capacityKept)
      head = 0
    } else if head >= Front.capacityKept, head * 2 >= entries.count {
      entries.removeFirst(head)
      head = 0
    }
  }

  /// Room for so many entries stays when it is empty, 6 KiB.
  private static let capacityKept = 64
}
