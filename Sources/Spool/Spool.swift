internal import System

// Invariants of the module:
// 1. A sequence is given to one record only, as far as anybody outside can have seen it: only
//    durable records are handed out, and after damage sequences go on above all that may have been
//    durable (docs/decisions/0006-only-durable-records-leave.md).
// 2. Segments are only appended to, and deleted whole; the last one is never deleted, so its name
//    keeps the sequence when the queue is empty.
// 3. A file has a segment's name only once its header is durable. So a bad header is damage.
// 4. Where a segment ends is told by its content, never by its length: room is set aside behind.
// 5. The position on disk is never above what was acknowledged, and it is durable at or above every
//    segment that has been deleted.
// 6. The ledger balances: accepted = acknowledged + queued + lost.
// 7. Memory does not depend on the backlog but for a few words a segment.
// 8. The lock of the shared state is held for a few assignments, never during a system call.

/// A first-in, first-out queue of records on disk that survives crashes and power cuts.
///
/// One thread writes (`append`, `synchronize`, `synchronizeIfDue`, `syncDeadline`, `nextSequence`),
/// one reads (`next`, `rewind`, `acknowledge`), both at once; `status`, `durable`, `identity` and
/// `recovery` are for any thread. `close` is called when both have ended.
///
/// The format is in docs/disk-format.md.
public final class Spool: @unchecked Sendable {
  /// When an appended record survives a power cut.
  public enum Durability: Equatable, Sendable {
    /// When `append` returns: each record is synchronized by itself.
    case eachRecord
    /// At most this long after it was appended, if `synchronizeIfDue` is called in time: what came
    /// in the meantime is synchronized together.
    case every(Duration)
  }

  /// A record as it was appended.
  public struct Record: Equatable, Sendable {
    /// Its number: 1 and up, never given twice under one identity.
    public let sequence: UInt64
    /// The bytes.
    public let payload: [UInt8]
  }

  /// The largest payload, in bytes.
  public static let payloadBytesMax = Limits().payloadBytes

  /// A random number that the spool has kept since it was made; with a record's sequence it names
  /// the record for ever.
  public let identity: UInt32

  /// What opening found amiss.
  public let recovery: RecoveryReport

  private let lock: DirectoryLock
  private let shared: Locked<SharedState>
  private let isClosed = Locked(false)
  private let writer: Writer
  private let reader: Reader

  /// Opens the spool in `directory`; makes the directory, but not its parents, and the spool where
  /// there is none. Damage does not stop it: see `recovery`.
  /// - Parameter onDurable: called on the writing thread each time `durable` has grown.
  /// - Throws: `inUse` where another process has the directory; `system` where it cannot be made or
  ///   written to.
  public convenience init(
    directory: String, durability: Durability, onDurable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) {
    try self.init(
      directory: directory, durability: durability, limits: Limits(), fault: nil,
      onDurable: onDurable)
  }

  init(
    directory path: String, durability: Durability, limits: Limits, fault: Fault?,
    onDurable: (@Sendable () -> Void)? = nil
  ) throws(SpoolError) {
    do throws(Errno) {
      try Files.makeDirectory(path)
    } catch {
      throw .system(.makeDirectory, path: path, error)
    }
    lock = try DirectoryLock(path, fault: fault)
    var recovery = Recovery(path, limits: limits, fault: fault)
    let recovered = try recovery.run()
    identity = recovered.identity
    self.recovery = recovered.report
    let directory = Directory(path: path, identity: identity, limits: limits, fault: fault)
    shared = Locked(SharedState(recovered))
    writer = Writer(
      directory, recovered, durability: durability, shared: shared, onDurable: onDurable)
    reader = Reader(directory, recovered, shared: shared)
    // Where these fail they are due again: at the next synchronization, the next acknowledgement.
    try? writer.synchronize()
    try? reader.removeAcknowledgedSegments()
  }

  /// The sequence that the next `append` will give.
  public var nextSequence: UInt64 { writer.nextSequence }

  /// Appends a record and returns its sequence. Under `eachRecord` it is durable then.
  /// - Parameter now: time since boot.
  /// - Throws: `payloadTooLarge`, `full`, `closed`, `system`; then the record is not in the queue,
  ///   and the next one gets its sequence. Should the program crash right after such a failure, the
  ///   record may be found on disk, whole, and be delivered after all.
  public func append(_ payload: [UInt8], now: Duration) throws(SpoolError) -> UInt64 {
    try checkOpen()
    return try writer.append(payload, now: now)
  }

  /// When `synchronizeIfDue` has something to do; nil where nothing waits.
  public var syncDeadline: Duration? { writer.syncDeadline }

  /// Makes durable what was appended, once the period of `Durability.every` has passed since the
  /// first of it (fdatasync(2)).
  /// - Throws: `system`; then `durable` stays, the records stay queued, and after another period
  ///   they are written again.
  public func synchronizeIfDue(now: Duration) throws(SpoolError) {
    try checkOpen()
    try writer.synchronizeIfDue(now: now)
  }

  /// Makes durable what was appended, at once.
  /// - Throws: as `synchronizeIfDue`.
  public func synchronize() throws(SpoolError) {
    try checkOpen()
    try writer.synchronize()
  }

  /// The oldest durable record that has not been handed out since the spool was opened or rewound;
  /// nil where there is none, or where 256 are waiting to be acknowledged.
  ///
  /// It comes from disk, whole and checked, or not at all: damage is passed over and counted.
  /// - Throws: `closed`, `system`; the next call tries again.
  public func next() throws(SpoolError) -> Record? {
    try checkOpen()
    return try reader.next()
  }

  /// Makes `next` begin again with the first record that has not been acknowledged; those that have
  /// are not handed out again.
  public func rewind() { reader.rewind() }

  /// Takes note that the record with this sequence has arrived; in any order. Segments that are not
  /// needed any more are deleted.
  ///
  /// The position on disk follows at most a second later, or at once when nothing is on its way,
  /// and is not synchronized: after a crash some records may be delivered again.
  /// - Parameter now: time since boot.
  /// - Throws: `notHandedOut`, `closed`; `system` where the position cannot be written or a segment
  ///   not be deleted: the acknowledgement holds all the same.
  public func acknowledge(_ sequence: UInt64, now: Duration) throws(SpoolError) {
    try checkOpen()
    try reader.acknowledge(sequence, now: now)
  }

  /// The highest sequence that survives a power cut; every record up to it that is not counted as
  /// lost does.
  public var durable: UInt64 { shared.withLock { $0.durable } }

  /// What is in the queue and what it has cost; cheap.
  public var status: Status { Status(shared.withLock { $0 }) }

  /// Makes all that was appended durable, writes the position, and gives back the room that was set
  /// aside. The directory stays locked for as long as the object lives.
  ///
  /// To be called when neither thread uses the spool any more; a second call does nothing.
  /// - Throws: `system`, after as much of it as can be done.
  public func close() throws(SpoolError) {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    var failure: SpoolError?
    do { try writer.close() } catch { failure = error }
    do { try reader.close() } catch { failure = failure ?? error }
    if let failure { throw failure }
  }

  private func checkOpen() throws(SpoolError) {
    if isClosed.withLock({ $0 }) { throw .closed }
  }
}

extension SharedState {
  fileprivate init(_ recovered: Recovered) {
    segments = recovered.segments
    active = recovered.active == nil ? nil : recovered.segments.last?.first
    last = recovered.last
    durable = recovered.durable
    durableEnd = recovered.durableEnd
    skipped = recovered.skipped
    position = recovered.position
  }
}
