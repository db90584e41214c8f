internal import System

/// The reading half: hands out durable records one at a time, keeps the position, and deletes the
/// segments behind it. One thread's own.
final class Reader {
  /// The position is written at most this often while a backlog drains: a crash then repeats what
  /// was delivered in that time, and the device is spared.
  private static let positionPeriod = Duration.seconds(1)

  private let directory: Directory
  private let shared: Locked<SharedState>
  private var positionFile: PositionFile
  private var window: Window
  /// The sequence to hand out next.
  private var cursor: UInt64
  private var segment: SegmentReader?
  private var written: Position
  private var writtenAt: Duration?

  init(_ directory: Directory, _ recovered: Recovered, shared: Locked<SharedState>) {
    self.directory = directory
    self.shared = shared
    positionFile = recovered.positionFile
    written = recovered.position
    window = Window(recovered.position, limit: directory.limits.window)
    cursor = recovered.position.sequence + 1
  }

  func next() throws(SpoolError) -> Spool.Record? {
    // Each turn goes over a record, some damage or a segment.
    while true {
      let state = shared.withLock { $0 }
      guard cursor <= state.durable, let index = indexOfSegment(in: state.segments) else {
        return nil
      }
      if cursor >= window.examined && window.isFull { return nil }
      let current = state.segments[index]
      let following = index + 1 < state.segments.count ? state.segments[index + 1] : nil
      guard var reader = try open(current, isLast: following == nil) else { continue }
      let limit = current.first == state.active ? state.durableEnd : try reader.fileSize()
      let bound = following?.first ?? state.durable + 1
      let step = try reader.next(limit: limit, below: bound)
      segment = reader
      switch step {
      case .record(let sequence, let payload):
        // Records before the cursor are only read to find the way to it.
        guard sequence >= cursor else { continue }
        guard sequence < window.examined || !window.isFull else {
          segment = nil
          return nil
        }
        miss(upTo: sequence)
        cursor = sequence + 1
        let isWanted = window.handOut(sequence, skipped: current.skipped)
        publish()
        if isWanted { return Spool.Record(sequence: sequence, payload: payload) }
      case .damage(let range):
        // After a rewind the same damage is met again.
        guard reader.previous + 1 >= window.examined else { continue }
        shared.withLock { $0.bytesLost += Int64(range.count) }
      case .end:
        miss(upTo: bound)
        cursor = max(cursor, bound)
        window.pass(to: bound, skipped: following?.skipped ?? state.skipped)
        publish()
        if following != nil { segment = nil }
      }
    }
  }

  func rewind() {
    cursor = window.position.sequence + 1
    segment = nil
  }

  func acknowledge(_ sequence: UInt64, now: Duration) throws(SpoolError) {
    try window.acknowledge(sequence)
    publish()
    try removeAcknowledgedSegments()
    let isIdle = window.position.sequence + 1 == window.examined
    let isDue = writtenAt.map { now >= $0 + Reader.positionPeriod } ?? true
    guard isDue || isIdle else { return }
    try writePosition()
    writtenAt = now
  }

  /// Deletes each segment of which all is acknowledged, but the last.
  ///
  /// The position is durable first, or a power cut could make what was delivered look lost.
  func removeAcknowledgedSegments() throws(SpoolError) {
    while true {
      let behind = window.position.sequence
      let oldest = shared.withLock { state -> Segment? in
        guard state.segments.count > 1, state.segments[1].first <= behind + 1 else { return nil }
        return state.segments[0]
      }
      guard let oldest else { return }
      try writePosition(isDurable: true)
      do {
        try directory.remove(directory.path(ofSegment: oldest.first))
      } catch {
        guard case .system(.remove, _, .noSuchFile) = error else { throw error }
      }
      if segment?.first == oldest.first { segment = nil }
      shared.withLock { $0.segments.removeAll { $0.first == oldest.first } }
    }
  }

  func close() throws(SpoolError) {
    segment = nil
    try writePosition(isDurable: true)
  }

  /// The segment in which the cursor's record is, or the next one that has any.
  private func indexOfSegment(in segments: [Segment]) -> Int? {
    segments.lastIndex { $0.first <= cursor } ?? (segments.isEmpty ? nil : 0)
  }

  /// A reader of `wanted`, the one there is where it fits; nil where the file has gone.
  private func open(_ wanted: Segment, isLast: Bool) throws(SpoolError) -> SegmentReader? {
    if let segment, segment.first == wanted.first { return segment }
    do {
      let file = try directory.openSegment(wanted.first)
      return SegmentReader(
        file, first: wanted.first, identity: directory.identity, limits: directory.limits)
    } catch {
      // Somebody has deleted it. Its records are lost, as the gap in the sequences will show.
      guard !isLast, case .system(.open, _, .noSuchFile) = error else { throw error }
      shared.withLock { $0.segments.removeAll { $0.first == wanted.first } }
      return nil
    }
  }

  /// What is not there although it was handed out before is not waited for.
  private func miss(upTo sequence: UInt64) {
    if cursor < min(sequence, window.examined) { window.miss(cursor..<sequence) }
  }

  private func publish() {
    shared.withLock {
      $0.position = window.position
      $0.acknowledgedAhead = window.acknowledgedAhead
      $0.lostAhead = window.lostAhead
    }
  }

  private func writePosition(isDurable: Bool = false) throws(SpoolError) {
    if written != window.position {
      try positionFile.write(window.position)
      written = window.position
      shared.withLock { $0.bytesWritten += UInt64(PositionFile.slotSize) }
    }
    if isDurable { try positionFile.file.synchronizeData() }
  }
}
