/// What recovery has found in a lane's directory.
struct Recovered {
  let store: Store
  let position: Position
  /// Oldest first.
  let segments: [Segment]
  /// The last segment, where records can be appended to it.
  let active: SpoolFile?
  /// Where the last record in the active segment ends.
  let end: Int64
  /// The highest sequence that was ever given, as far as the disk can tell, or a higher one.
  let last: UInt64
  /// The highest sequence that is known to be on the device.
  let durable: UInt64
  /// Where in the active segment it ends.
  let durableEnd: Int64
  /// What was told of sequences that are no records, since the store began.
  let before: Counts
  let wear: Spool.Wear
  let report: RecoveryReport
}
