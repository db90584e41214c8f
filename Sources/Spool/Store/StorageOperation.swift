internal import System

/// What is about to be done to the disk, with all that is in it, so that whoever sees these can
/// build what the disk would hold.
enum StorageOperation: Equatable, Sendable {
  /// A file is made, or emptied where it is there.
  case create(String)
  /// A file that is there is opened as it is, or a directory.
  case open(String)
  case lock(String)
  case read(String)
  case write(String, offset: Int64, [UInt8])
  case truncate(String, size: Int64)
  /// Room is set aside; what is behind the old end reads as zeros.
  case allocate(String, size: Int64)
  case synchronizeData(String)
  /// What has the new name is replaced.
  case rename(String, to: String)
  case remove(String)
  case makeDirectory(String)
  /// The names in it become durable.
  case synchronizeDirectory(String)
  case list(String)
  case freeSpace(String)

  /// The file or directory that it is done to.
  var path: String {
    switch self {
    case .create(let path), .open(let path), .lock(let path), .read(let path),
      .write(let path, _, _), .truncate(let path, _), .allocate(let path, _),
      .synchronizeData(let path), .rename(let path, _), .remove(let path),
      .makeDirectory(let path), .synchronizeDirectory(let path), .list(let path),
      .freeSpace(let path):
      path
    }
  }

  /// What an error says of it.
  var kind: SpoolError.Operation {
    switch self {
    case .create, .open: .open
    case .lock: .lock
    case .read: .read
    case .write: .write
    case .truncate: .truncate
    case .allocate: .allocate
    case .synchronizeData, .synchronizeDirectory: .synchronize
    case .rename: .rename
    case .remove: .remove
    case .makeDirectory: .makeDirectory
    case .list: .list
    case .freeSpace: .freeSpace
    }
  }
}

/// What is to become of an operation.
enum TapVerdict: Equatable, Sendable {
  case proceed
  /// It is not done and fails.
  case fail(Errno)
  /// Of a write, so many bytes are written, and then it fails.
  case short(Int, Errno)
}

/// Called before each operation on the disk, on the thread that does it; for tests.
typealias Tap = @Sendable (StorageOperation) -> TapVerdict

/// Runs `body` unless the tap says that it fails.
func tapped<Result>(
  _ tap: Tap?, _ operation: @autoclosure () -> StorageOperation, _ kind: SpoolError.Operation,
  _ path: String, _ body: () throws(Errno) -> Result
) throws(SpoolError) -> Result {
  do throws(Errno) {
    if let tap {
      switch tap(operation()) {
      case .proceed: break
      case .fail(let errno), .short(_, let errno): throw errno
      }
    }
    return try body()
  } catch {
    throw .system(kind, path: path, error)
  }
}
