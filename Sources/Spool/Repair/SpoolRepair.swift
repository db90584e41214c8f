internal import System

/// Changes what is queued in a spool that no process has open: makes it deliver again what was
/// acknowledged, or takes out what nobody wants any more. The ledger tells of both.
///
/// The directory stays locked for as long as the object lives.
public final class SpoolRepair {
  /// What there is, as it can be looked at.
  public let inspection: SpoolInspection
  private let lock: DirectoryLock

  /// Takes the spool in `directory`.
  /// - Throws: `noSpool`; `inUse` where a process has it; `system`.
  public init(directory: String) throws(SpoolError) {
    inspection = try SpoolInspection(directory: directory)
    lock = try DirectoryLock(directory, tap: nil)
  }

  /// Writes down what is settled, durable.
  func write(_ position: Position, in directory: Directory) throws(SpoolError) {
    var newest: Position?
    var file = try PositionFile.open(in: directory.path, tap: directory.tap, newest: &newest)
    _ = try file.write(position, isLast: true)
    try file.synchronize()
    if newest == nil { try directory.synchronizeNames() }
  }
}
