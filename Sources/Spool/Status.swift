extension Spool {
  /// Records that will not be delivered, by reason.
  public struct Dropped: Equatable, Sendable {
    /// The lane had no more room on disk.
    public let full: UInt64
    /// They were older than the lane keeps them.
    public let age: UInt64
    /// The disk could not be used, and memory was full.
    public let memory: UInt64
    /// They are missing or damaged; an estimate where nothing is left to tell how many.
    public let damage: UInt64
    /// `discard` was called.
    public let undeliverable: UInt64
    /// Taken out to make room while their neighbours stay.
    public let thinned: UInt64
    /// Taken out by hand: `SpoolRepair.purge`.
    public let purged: UInt64

    /// All together.
    public var total: UInt64 {
      full + age + memory + damage + undeliverable + thinned + purged
    }
  }

  /// The account of a lane since it began, across restarts:
  /// accepted = acknowledged + queued + dropped.
  public struct Ledger: Equatable, Sendable {
    /// Records that were appended, and those that were refused for want of room.
    public let accepted: UInt64
    /// Records that were acknowledged.
    public let acknowledged: UInt64
    /// Records that are still to be acknowledged; damage that nobody has come upon is among them.
    public let queued: UInt64
    /// Records that will not be delivered.
    public let dropped: Dropped

    /// Whether no record is unaccounted for.
    public var isBalanced: Bool { accepted == acknowledged + queued + dropped.total }

    init(_ counts: Counts, accepted: UInt64, queued: UInt64) {
      self.accepted = accepted
      self.queued = queued
      acknowledged = counts.acknowledged
      dropped = Dropped(
        full: counts.full, age: counts.age, memory: counts.memory,
        damage: counts.damage, undeliverable: counts.undeliverable, thinned: counts.thinned,
        purged: counts.purged)
    }
  }

  /// The state of a lane at one moment.
  public struct LaneStatus: Equatable, Sendable {
    /// The lane's name.
    public let name: String
    /// The account of its records.
    public let ledger: Ledger
    /// The highest sequence given.
    public let last: UInt64
    /// Up to this sequence, every queued record survives a power cut.
    public let durable: UInt64
    /// When the oldest queued record was made, or a little earlier: what is on disk is known by the
    /// segment only. Nil where none is queued.
    public let oldest: Stamp?
    /// Segment files.
    public let segments: Int
    /// Bytes of the segment files, with what is set aside for records to come.
    public let bytesOnDisk: Int64
    /// Queued records that are in memory and not on disk.
    public let recordsInMemory: Int
    /// Bytes that these take.
    public let bytesInMemory: Int
    /// Records that are handed out and neither acknowledged nor discarded.
    public let inFlight: Int
    /// Bytes on disk that no record could be made of, since opening.
    public let bytesDamaged: Int64
    /// Damaged segments whose records are all settled and which now end in `.bad`, since opening.
    public let setAside: Int
    /// Why the disk cannot be used at present: records stay in memory, or cannot be read.
    public let trouble: SpoolError?
    /// How often records were made durable (fdatasync(2)), since opening.
    public let syncs: UInt64
    /// Bytes written to files, since opening; what the file system adds is not among them.
    public let bytesWritten: UInt64
    /// The same since the lane began.
    public let wear: Wear

    init(_ state: LaneState, name: String) {
      self.name = name
      ledger = state.ledger
      last = state.last
      durable = state.durable
      segments = state.segments.count
      bytesOnDisk = state.bytesOnDisk
      recordsInMemory = state.front.count
      bytesInMemory = state.front.bytes
      inFlight = state.inFlight.count
      bytesDamaged = state.bytesDamaged
      setAside = state.setAside
      trouble = state.writeTrouble ?? state.readTrouble
      syncs = state.syncs
      bytesWritten = state.bytesWritten
      wear = state.wear
      let oldestOpen = state.settled.next(from: 1)
      if oldestOpen > state.last {
        oldest = nil
      } else if oldestOpen >= state.front.first {
        oldest = state.front[oldestOpen].stamp
      } else {
        oldest = state.indexOfSegment(with: oldestOpen).map { state.segments[$0].stamp }
      }
    }
  }

  /// The state of all lanes at one moment.
  public struct Status: Equatable, Sendable {
    /// In the order of `Options.lanes`.
    public let lanes: [LaneStatus]
  }
}
