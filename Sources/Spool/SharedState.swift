/// What the writing and the reading thread tell each other, behind one lock that is never held
/// during a system call.
struct SharedState: Sendable {
  /// Oldest first; records are appended to the last one, if to any.
  var segments: [Segment]
  /// The segment to which records are appended; nil before one could be made.
  var active: UInt64?
  /// The highest sequence given.
  var last: UInt64
  /// The highest sequence that survives a power cut.
  var durable: UInt64
  /// Where in the active segment the durable records end.
  var durableEnd: Int64
  /// How many sequences up to `last` no record ever had.
  var skipped: UInt64

  /// What the reader says of the queue's front.
  var position: Position
  var acknowledgedAhead = 0
  var lostAhead: UInt64 = 0

  var bytesLost: Int64 = 0
  var syncs: UInt64 = 0
  var bytesWritten: UInt64 = 0
}

extension Spool {
  /// The state of the queue at one moment. The ledger balances: accepted = acknowledged + queued +
  /// lost, since the spool began, across restarts.
  public struct Status: Equatable, Sendable {
    /// Records that were appended.
    public let accepted: UInt64
    /// Records that were acknowledged.
    public let acknowledged: UInt64
    /// Records that are still to be acknowledged; damage that has not been come upon is among them.
    public let queued: UInt64
    /// Records that are missing or damaged; an estimate where nothing is left to tell how many.
    public let lost: UInt64
    /// The highest sequence that survives a power cut.
    public let durable: UInt64
    /// Segment files.
    public let segments: Int
    /// Bytes of the segment files, with what is set aside for records to come.
    public let bytesOnDisk: Int64
    /// Bytes that no record could be made of, since opening.
    public let bytesLost: Int64
    /// How often records were made durable (fdatasync(2)), since opening.
    public let syncs: UInt64
    /// Bytes written to files, since opening; what the file system adds is not among them.
    public let bytesWritten: UInt64

    init(_ state: SharedState) {
      let settled = state.position
      let behind = settled.sequence - settled.lost - settled.skipped
      accepted = state.last - state.skipped
      acknowledged = behind + UInt64(state.acknowledgedAhead)
      lost = settled.lost + state.lostAhead
      // Headers written by a stranger may contradict each other; that must not stop the program.
      queued = accepted - min(accepted, acknowledged + lost)
      durable = state.durable
      segments = state.segments.count
      bytesOnDisk = state.segments.reduce(0) { $0 + $1.bytes }
      bytesLost = state.bytesLost
      syncs = state.syncs
      bytesWritten = state.bytesWritten
    }
  }
}
