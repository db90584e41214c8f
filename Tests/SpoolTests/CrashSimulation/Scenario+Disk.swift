import System

@testable import Spool

extension LaneState {
  /// The sequences of the records that the segments hold.
  var recordsOnDisk: Set<UInt64> {
    get throws {
      guard let store else { return [] }
      let directory = Directory(path: store.directory.path, tap: nil)
      var there: Set<UInt64> = []
      // A file that a merge could not delete is none of them.
      let firsts = segments.map { $0.first }
      for (index, first) in firsts.enumerated() {
        let file = try SpoolFile(directory.path(ofSegment: first), .reading, tap: nil)
        let reader = SegmentReader(
          file, first: first, identity: store.identity, bootID: Spool.Stamp.none.bootID,
          limits: store.limits, wantsPayloads: false)
        let bound = index + 1 < firsts.count ? firsts[index + 1] : RecordHeader.sequenceMax
        let size = try file.size()
        reading: while true {
          switch try reader.next(limit: size, below: bound) {
          case .record(let found): there.insert(found.sequence)
          case .passedOver, .damage: continue
          case .end: break reading
          }
        }
      }
      return there
    }
  }
}

/// A promise that was not kept.
struct Broken: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}

extension StorageOperation {
  /// Whether it may change the disk.
  var isChange: Bool {
    switch self {
    case .open, .lock, .read, .list, .freeSpace: false
    default: true
    }
  }

  /// The same with paths below `base`.
  func relative(to base: String) -> StorageOperation {
    func cut(_ path: String) -> String {
      path == base ? "" : String(path.dropFirst(base.utf8.count + 1))
    }
    return switch self {
    case .create(let path): .create(cut(path))
    case .write(let path, let offset, let bytes): .write(cut(path), offset: offset, bytes)
    case .truncate(let path, let size): .truncate(cut(path), size: size)
    case .allocate(let path, let size): .allocate(cut(path), size: size)
    case .synchronizeData(let path): .synchronizeData(cut(path))
    case .rename(let old, let new): .rename(cut(old), to: cut(new))
    case .remove(let path): .remove(cut(path))
    case .makeDirectory(let path): .makeDirectory(cut(path))
    case .synchronizeDirectory(let path): .synchronizeDirectory(cut(path))
    case .open, .lock, .read, .list, .freeSpace: self
    }
  }
}
