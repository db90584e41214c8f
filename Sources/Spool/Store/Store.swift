internal import System

/// A segment file as the spool keeps it in mind.
struct Segment: Equatable, Sendable {
  /// The sequence for which it is named; its records have this one and higher ones.
  var first: UInt64
  /// Bytes of the file, with what is set aside.
  var bytes: Int64
  /// When it was made: what is in the segment before is not newer.
  var stamp: Spool.Stamp
  /// How often it was thinned.
  var thinnings: UInt16 = 0
  /// Of the sequences from `first` to the next segment that are not settled, those that are told
  /// not to be records; the reader settles them when it comes by.
  var remaining = Counts()
  /// Bytes were found in it that no record can be made of: its file is kept for people.
  var isDamaged = false
  /// Its file is being deleted or replaced: nobody begins anything with it.
  var isBusy = false
}

/// What is on disk of a lane, for both of its threads: the directory, the position.
final class Store: Sendable {
  let directory: Directory
  let identity: UInt32
  let limits: Limits

  /// Held while it is written; before `LaneState`, where both are needed.
  private let position: Locked<PositionBox>

  /// `Locked` holds copyable values.
  final class PositionBox: @unchecked Sendable {
    var file: PositionFile
    init(_ file: consuming PositionFile) { self.file = file }
  }

  init(directory: Directory, identity: UInt32, limits: Limits, position: PositionBox) {
    self.directory = directory
    self.identity = identity
    self.limits = limits
    self.position = Locked(position)
  }

  /// Opens a segment that is there.
  func openSegment(_ first: UInt64) throws(SpoolError) -> SpoolFile {
    try directory.openSegment(first)
  }

  /// A reader of a segment's records.
  func reader(
    _ file: SpoolFile, _ segment: Segment, wantsPayloads: Bool = true,
    from offset: Int64 = Int64(SegmentHeader.size), previous: UInt64? = nil
  ) -> SegmentReader {
    SegmentReader(
      file, segment, identity: identity, limits: limits, wantsPayloads: wantsPayloads,
      from: offset, previous: previous)
  }

  /// Makes a segment, durable with its header and its name, ready for records.
  ///
  /// It gets its name last: a file that has the name has had its header, whatever happened since.
  /// - Parameter bytes: room to set aside; a file that grows pays for its metadata at each sync.
  func createSegment(_ header: SegmentHeader, bytes: Int64) throws(SpoolError) -> SpoolFile {
    let file = try SpoolFile(directory.unfinishedPath, .createEmpty, tap: directory.tap)
    do {
      try file.allocate(bytes)
      try file.write(header.encoded, at: 0)
      try file.synchronizeData()
      try file.rename(to: directory.path(ofSegment: header.first))
      try directory.synchronizeNames()
    } catch {
      // Opening the spool removes an unfinished segment too, and one with a name is made again.
      try? directory.remove(file.path)
      throw error
    }
    return file
  }

  /// Reads records of a segment back and writes them again. Where an fdatasync(2) has failed, the
  /// kernel may have marked their pages clean without their being on the device, and another one
  /// would succeed without having written them.
  /// - Parameters:
  ///   - reader: before the first of them.
  ///   - end: where they end.
  /// - Returns: bytes written.
  func writeAgain(
    _ reader: SegmentReader, in file: SpoolFile, upTo end: Int64
  ) throws(SpoolError) -> UInt64 {
    var bytes: [UInt8] = []
    var count: UInt64 = 0
    while true {
      bytes.removeAll(keepingCapacity: true)
      switch try reader.next(limit: end, below: RecordHeader.sequenceMax) {
      case .record(let found):
        RecordHeader.encode(
          found.payload, sequence: found.sequence, stamp: found.stamp,
          thinnedBefore: UInt16(truncatingIfNeeded: found.thinnedBefore), identity: identity,
          into: &bytes)
      case .passedOver(let told):
        told.encode(stamp: .none, identity: identity, into: &bytes)
      case .damage:
        // The page went from memory before it could be saved; the reader will count it as lost.
        continue
      case .end:
        return count
      }
      try file.write(bytes, at: reader.recordOffset)
      count += UInt64(bytes.count)
    }
  }

  /// Makes the position that was found durable, for what is going to rely on it.
  func keepPosition() throws(SpoolError) {
    try position.withLock { (box) throws(SpoolError) in try box.file.keep() }
  }

  /// Writes down what is settled.
  func writePosition(
    _ state: Locked<LaneState>, isDurable: Bool = false, isLast: Bool = false
  ) throws(SpoolError) {
    try position.withLock { (box) throws(SpoolError) in
      let saved = state.withLock { $0.saved(identity: identity) }
      let bytes = try box.file.write(saved, isLast: isLast)
      if bytes > 0 { state.withLock { $0.bytesWritten += bytes } }
      if isDurable { try box.file.synchronize() }
    }
  }

  /// Deletes a segment that is marked busy and whose records are settled.
  ///
  /// The position is durable first, or a power cut could make what was delivered look lost.
  func remove(_ first: UInt64, _ state: Locked<LaneState>) throws(SpoolError) {
    do {
      try writePosition(state, isDurable: true)
      let isDamaged = state.withLock { state in
        state.index(of: first).map { state.segments[$0].isDamaged } ?? false
      }
      if isDamaged, try setAside(first) {
        state.withLock { $0.setAside += 1 }
      } else {
        try directory.remove(directory.path(ofSegment: first))
      }
    } catch {
      state.withLock { $0.release(first) }
      throw error
    }
    state.withLock { state in state.segments.removeAll { $0.first == first } }
  }

  /// Keeps a damaged segment as `.bad`, for people.
  /// - Returns: false where there is enough of that already.
  private func setAside(_ first: UInt64) throws(SpoolError) -> Bool {
    let size = try openSegment(first).size()
    guard try directory.badBytes() + size <= limits.badBytes else { return false }
    try directory.setAside(first)
    return true
  }

  /// Deletes segments of which all is settled, but the last: the oldest ones, and the one in which
  /// `sequence` is.
  /// - Returns: whether there were any.
  @discardableResult
  func removeSettled(
    _ state: Locked<LaneState>, around sequence: UInt64? = nil
  ) throws(SpoolError) -> Bool {
    var hasRemoved = false
    while let first = state.withLock({ $0.claimSettled(around: sequence) }) {
      try remove(first, state)
      hasRemoved = true
    }
    return hasRemoved
  }
}
