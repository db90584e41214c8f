internal import System

/// Looks into a spool's directory and changes nothing in it. It needs no lock: whether a process is
/// at work there makes no difference to that process.
///
/// Memory does not depend on what is queued but for some words a segment. Whatever the bytes are, a
/// record that is given is whole and checked.
///
/// Of a spool that is in use, what is seen is what is on disk: records that are in the other
/// process's memory only are not, and an acknowledgement is seen up to a second late.
public struct SpoolInspection: Sendable {
  /// The directory, as it was named.
  public let directory: String
  /// The names of the lanes in it, sorted.
  public let lanes: [String]

  /// Whether a process has the directory for itself.
  public enum Use: Equatable, Sendable {
    /// Nobody has it.
    case free
    /// A process has it; its number, where the lock file tells.
    case held(by: Int32?)
    /// The lock may not be looked at.
    case unknown
  }

  /// Finds the lanes of the spool in `directory`.
  /// - Throws: `noSpool`.
  public init(directory: String) throws(SpoolError) {
    self.directory = directory
    guard Files.exists(directory) else { throw .noSpool(directory: directory, .absent) }
    guard Files.isDirectory(directory) else { throw .noSpool(directory: directory, .file) }
    let (isSpool, isLane): (Bool, Bool)
    do throws(Errno) {
      var lanes: [String] = []
      let names = try Files.names(in: directory, limit: SpoolInspection.namesMax)
      for name in names where Spool.LaneOptions.isName(name) {
        let path = "\(directory)/\(name)"
        if Files.isDirectory(path), try SpoolInspection.isLane(path) { lanes.append(name) }
      }
      self.lanes = sorted(lanes)
      // A gateway may have made the directory and not got any further.
      isSpool = !lanes.isEmpty || names.contains(DirectoryLock.name)
      isLane = try SpoolInspection.isLane(directory)
    } catch {
      throw .noSpool(directory: directory, .unreadable(error))
    }
    guard isSpool else { throw .noSpool(directory: directory, isLane ? .lane : .empty) }
  }

  /// A spool has a name a lane, and `lock`; what has many more is something else.
  private static let namesMax = 1_000

  /// Whether what a lane consists of is in a directory.
  private static func isLane(_ directory: String) throws(Errno) -> Bool {
    var isLane = false
    try Files.forEachName(in: directory) { name in
      isLane = name == PositionFile.name || Directory.first(inName: name) != nil
      return !isLane
    }
    return isLane
  }

  /// Whether a process has the directory at this moment.
  public var use: Use { DirectoryLock.use(of: directory) }

  /// The directory of a lane.
  /// - Throws: `noLane`.
  func directory(of lane: String) throws(SpoolError) -> Directory {
    guard lanes.contains(lane) else { throw .noLane(lane, lanes: lanes) }
    return Directory(path: "\(directory)/\(lane)", tap: nil)
  }

  /// What the directory of a lane holds, by its headers.
  func look(
    at lane: String
  ) throws(SpoolError) -> (found: Recovery.Found, report: RecoveryReport, strangers: [UInt64]) {
    let directory = try directory(of: lane)
    let isLive = use != .free
    for _ in 1..<SpoolInspection.looksMax {
      do {
        let look = try SpoolInspection.look(at: directory, isLive: isLive)
        // What was half written a moment ago is whole at the next look.
        if !isLive || look.report.isClean { return look }
      } catch {
        guard isLive, error.isMissingFile else { throw error }
      }
    }
    return try SpoolInspection.look(at: directory, isLive: isLive)
  }

  /// Segments go and come, but not in each of so many moments.
  private static let looksMax = 4

  private static func look(
    at directory: Directory, isLive: Bool
  ) throws(SpoolError) -> (found: Recovery.Found, report: RecoveryReport, strangers: [UInt64]) {
    var recovery = Recovery(
      directory, limits: limits, mode: isLive ? .lookingAtLive : .looking)
    let files = try recovery.findSegments()
    let found = try recovery.look(at: files, PositionFile.saved(in: directory.path))
    var report = recovery.report
    report.segments = found.parts.count
    report.setAside = recovery.strangers.count
    report.setAsideNames = recovery.strangers.prefix(RecoveryReport.namesMax)
      .map { Directory.name(ofSegment: $0) }
    return (found, report, recovery.strangers)
  }

  /// The format's own, for what is configured is not known here.
  static let limits = Limits(bytes: 256 << 20, payloadBytes: SegmentReader.payloadBytesMax)
}

/// A few names by their bytes, ascending; the library's sorting would be a good part of all the code
/// for that.
func sorted(_ names: [String]) -> [String] {
  var sorted: [String] = []
  for name in names {
    let place = sorted.firstIndex { name.utf8.lexicographicallyPrecedes($0.utf8) }
    sorted.insert(name, at: place ?? sorted.count)
  }
  return sorted
}
