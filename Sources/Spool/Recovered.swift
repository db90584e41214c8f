/// What recovery hands to the two halves of the spool.
struct Recovered {
  let identity: UInt32
  let positionFile: PositionFile
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
  /// How many sequences up to `last` no record ever had.
  let skipped: UInt64
  let report: RecoveryReport
}
