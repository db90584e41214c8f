internal import System

extension SpoolRepair {
  /// What was found in the files that were set aside.
  public struct Recovered: Equatable, Sendable {
    /// Records that were whole, and are queued now.
    public internal(set) var records: UInt64 = 0
    /// Files that they came from; their names end in `.requeued` now.
    public internal(set) var files = 0
    /// Files in which none was found; they stay as they are.
    public internal(set) var emptyFiles = 0
  }

  /// Appends the records that are whole in the files that were set aside (`.bad`), behind what is
  /// queued, with the times that they were made.
  ///
  /// Opens the spool for that, and so repairs it. After a crash in between some are queued twice.
  /// - Parameters:
  ///   - lanes: names; others are left alone.
  ///   - now: time since boot.
  /// - Throws: `noSpool`; `noLane`; `inUse`; `system`.
  public static func requeueBadFiles(
    of lanes: [String], in directory: String, now: Duration
  ) throws(SpoolError) -> Recovered {
    let inspection = try SpoolInspection(directory: directory)
    var options = Spool.Options(lanes: [], durability: .every(.zero, records: groupSize))
    options.recordBytesMax = SegmentReader.payloadBytesMax
    for lane in lanes {
      _ = try inspection.directory(of: lane)
      options.lanes.append(Spool.LaneOptions(name: lane, whenFull: .dropNewest))
    }
    // Nothing that is queued has to give way for them, whatever is configured.
    let spool = try Spool(directory: directory, options: options, tap: nil, now: now) {
      $0.bytes = .max / 4
    }
    defer { spool.close() }
    var recovered = Recovered()
    for (index, lane) in lanes.enumerated() {
      let directory = try inspection.directory(of: lane)
      for file in try directory.badFiles() {
        let path = "\(directory.path)/\(file.name)"
        let count = try append(path, of: index, to: spool, now)
        if count == 0 {
          recovered.emptyFiles += 1
          continue
        }
        // They have to be on the device before their file is not taken for theirs any more.
        spool.synchronize(now: now)
        if let trouble = spool.status.lanes[index].trouble { throw trouble }
        try directory.rename(path, to: "\(path).requeued")
        try directory.synchronizeNames()
        recovered.records += count
        recovered.files += 1
      }
    }
    return recovered
  }

  /// A synchronization for so many records; more would need more memory.
  private static let groupSize = 64

  private static func append(
    _ path: String, of lane: Int, to spool: Spool, _ now: Duration
  ) throws(SpoolError) -> UInt64 {
    let file = try SpoolFile(path, .reading, tap: nil)
    guard let identity = spool.identity(of: lane),
      let header = header(of: file, path, identity)
    else { return 0 }
    let reader = SegmentReader(
      file, first: header.first, identity: header.identity, bootID: header.stamp.bootID,
      limits: SpoolInspection.limits)
    let limit = try file.size()
    var count: UInt64 = 0
    while true {
      switch try reader.next(limit: limit, below: RecordHeader.sequenceMax) {
      case .record(let found):
        _ = try spool.append(found.payload, lane: lane, stamp: found.stamp, now: now)
        if let trouble = spool.status.lanes[lane].trouble { throw trouble }
        count += 1
      case .passedOver, .damage: continue
      case .end: return count
      }
    }
  }

  /// What the file's header says or, where it is damaged, what its name and its lane say.
  private static func header(
    of file: SpoolFile, _ path: String, _ identity: UInt32
  ) -> SegmentHeader? {
    // What cannot be read is damaged.
    let bytes = (try? file.read(at: 0, count: SegmentHeader.size)) ?? []
    switch SegmentHeader.read(bytes) {
    case .header(let header): return header
    case .unknownVersion: return nil
    case .damaged:
      let path = Array(path.utf8)
      let name = path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...].prefix(24)
      let first = Directory.first(inName: String(decoding: name, as: UTF8.self))
      guard let first, 1...RecordHeader.sequenceMax ~= first else { return nil }
      return SegmentHeader(identity: identity, first: first)
    }
  }
}

extension Spool {
  /// The identity of a lane's store; nil while its disk cannot be used.
  func identity(of lane: Int) -> UInt32? {
    lanes[lane].state.withLock { $0.store?.identity }
  }
}
