/// What opening found in the spool's directory.
///
/// Only the last segment is read whole, so that a long queue does not delay the start; what is
/// damaged in the others is counted in `Spool.Status` when the reader comes to it.
public struct RecoveryReport: Equatable, Sendable {
  /// Segments that are in use.
  public internal(set) var segments = 0
  /// Records in the last segment that are missing between others, or were cut off with its end; an
  /// estimate where nothing is left to tell their number.
  public internal(set) var recordsLost: UInt64 = 0
  /// Bytes in the last segment that no record could be made of.
  public internal(set) var bytesLost: Int64 = 0
  /// Segments whose header is damaged but which have records.
  public internal(set) var damagedHeaders = 0
  /// Files that were no segments of this spool and now end in `.bad`.
  public internal(set) var setAside = 0
  /// The names, before that, of the first few of them.
  public internal(set) var setAsideNames: [String] = []
  /// The position file was missing or damaged: all records are delivered from the oldest on.
  public internal(set) var isPositionLost = false

  /// Nothing was found amiss.
  public var isClean: Bool {
    recordsLost == 0 && bytesLost == 0 && damagedHeaders == 0 && setAside == 0 && !isPositionLost
  }

  /// A log line has room for a few names; the others are in the directory to see.
  static let namesMax = 8
}
