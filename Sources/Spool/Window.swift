/// Which records are on their way: handed out and not acknowledged, or acknowledged before an older
/// one was. Pure; it keeps the ledger of the reading side.
struct Window {
  /// What is durable of it: the position to keep on disk.
  private(set) var position: Position
  /// The lowest sequence that has not been looked at yet.
  private(set) var examined: UInt64
  /// How many sequences below `examined` were lost, since the spool began.
  private(set) var lost: UInt64
  /// How many records behind the position have been acknowledged.
  private(set) var acknowledgedAhead = 0

  private let limit: Int
  private var entries: [Entry] = []
  private var skipped: UInt64
  private var gap = Gap()

  /// Sequences without a record in front of a record, or of the end.
  private struct Gap {
    var lost: UInt64 = 0
    var skipped: UInt64 = 0
  }

  private struct Entry {
    let sequence: UInt64
    let before: Gap
    var state = State.onItsWay

    enum State { case onItsWay, acknowledged, lost }
  }

  /// A window that begins behind `position` and holds up to `limit` records.
  init(_ position: Position, limit: Int) {
    self.position = position
    self.limit = limit
    examined = position.sequence + 1
    lost = position.lost
    skipped = position.skipped
  }

  /// Whether no new record may be handed out before one is acknowledged.
  var isFull: Bool { entries.count >= limit }

  /// How many sequences below `examined` are lost but still above the position.
  var lostAhead: UInt64 { lost - position.lost }

  /// Takes note that no record will come with a sequence below `next`.
  /// - Parameter skipped: of all sequences below `next` since the spool began, those that no record
  ///   ever had; the other missing ones are lost.
  mutating func pass(to next: UInt64, skipped total: UInt64) {
    guard next > examined else { return }
    let missing = next - examined
    let neverGiven = min(missing, total > skipped ? total - skipped : 0)
    examined = next
    skipped += neverGiven
    lost += missing - neverGiven
    gap.skipped += neverGiven
    gap.lost += missing - neverGiven
    settleGap()
  }

  /// Takes note of a record; false where it has been acknowledged already.
  mutating func handOut(_ sequence: UInt64, skipped total: UInt64) -> Bool {
    guard sequence >= examined else {
      return entries.contains { $0.sequence == sequence && $0.state == .onItsWay }
    }
    precondition(!isFull, "a full window is asked before")
    pass(to: sequence, skipped: total)
    entries.append(Entry(sequence: sequence, before: gap))
    gap = Gap()
    examined = sequence + 1
    return true
  }

  /// Takes note of an acknowledgement; one that came before changes nothing.
  /// - Throws: `notHandedOut`.
  mutating func acknowledge(_ sequence: UInt64) throws(SpoolError) {
    if sequence <= position.sequence { return }
    guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else {
      throw .notHandedOut(sequence: sequence)
    }
    guard entries[index].state == .onItsWay else { return }
    entries[index].state = .acknowledged
    acknowledgedAhead += 1
    settleFront()
  }

  /// Takes note that the records in `sequences` cannot be handed out again: they were damaged after
  /// they had been read once.
  mutating func miss(_ sequences: Range<UInt64>) {
    for index in entries.indices
    where sequences.contains(entries[index].sequence) && entries[index].state == .onItsWay {
      entries[index].state = .lost
      lost += 1
    }
    settleFront()
  }

  private mutating func settleFront() {
    var count = 0
    for entry in entries {
      if entry.state == .onItsWay { break }
      settle(entry.before, upTo: entry.sequence)
      if entry.state == .acknowledged { acknowledgedAhead -= 1 } else { position.lost += 1 }
      count += 1
    }
    entries.removeFirst(count)
    settleGap()
  }

  /// With nothing on its way the position goes up to what has been looked at.
  private mutating func settleGap() {
    guard entries.isEmpty else { return }
    settle(gap, upTo: examined - 1)
    gap = Gap()
  }

  private mutating func settle(_ gap: Gap, upTo sequence: UInt64) {
    position.sequence = sequence
    position.lost += gap.lost
    position.skipped += gap.skipped
  }
}
