public import System

/// Why the spool could not do what it was asked.
public enum SpoolError: Error, Equatable, Sendable {
  /// Another process has the directory; its number, where the lock file tells.
  case inUse(directory: String, holder: Int32?)
  /// A payload larger than a record may be; it was not accepted.
  case payloadTooLarge(bytes: Int, limit: Int)
  /// The lane has no more room, and what is in it does not give way; the record was dropped.
  case full
  /// Options that cannot be meant.
  case badOptions(String)
  /// The spool has been closed.
  case closed
  /// There is no spool in a directory that is to be looked into.
  case noSpool(directory: String, NoSpool)
  /// The spool has no lane of that name, but these.
  case noLane(String, lanes: [String])
  /// What is settled and not on disk any more is in more pieces than a position can tell.
  case tooManyGaps
  /// The system refused an operation on a file or directory.
  case system(Operation, path: String, Errno)

  /// Why a directory is taken for no spool.
  public enum NoSpool: Equatable, Sendable {
    /// There is nothing of that name.
    case absent
    /// It is a file.
    case file
    /// It may not be read.
    case unreadable(Errno)
    /// It is a lane; the spool is the directory above.
    case lane
    /// It holds no lane.
    case empty

    var text: String {
      switch self {
      case .absent: "is not there"
      case .file: "is no directory"
      case .unreadable(let errno): "cannot be read: \(errno.text)"
      case .lane: "is one lane of a queue, and the queue is the directory above"
      case .empty: "has no lanes"
      }
    }
  }

  /// What was being done when the system refused.
  public enum Operation: Equatable, Sendable {
    /// Making the spool's directory (mkdir(2)).
    case makeDirectory
    /// Reading the names in the directory (opendir(3)).
    case list
    /// Opening or creating a file (open(2)).
    case open
    /// Taking the lock (flock(2)).
    case lock
    /// Setting room aside (posix_fallocate(3)).
    case allocate
    /// Reading (pread(2)).
    case read
    /// Writing (pwrite(2)).
    case write
    /// Making durable (fdatasync(2), fsync(2)).
    case synchronize
    /// Cutting a file's end (ftruncate(2)).
    case truncate
    /// Giving a file its name (rename(2)).
    case rename
    /// Deleting (unlink(2)).
    case remove
    /// Asking for the device's free space (statvfs(3)).
    case freeSpace

    var text: String {
      switch self {
      case .makeDirectory: "cannot make the directory"
      case .list: "cannot list"
      case .open: "cannot open"
      case .lock: "cannot lock"
      case .allocate: "cannot set room aside for"
      case .read: "cannot read"
      case .write: "cannot write"
      case .synchronize: "cannot make durable"
      case .truncate: "cannot cut"
      case .rename: "cannot rename"
      case .remove: "cannot remove"
      case .freeSpace: "cannot tell the free space at"
      }
    }
  }

  /// Whether the device, or the user's share of it, is full (ENOSPC, EDQUOT).
  public var isDeviceFull: Bool {
    if case .system(_, _, let errno) = self {
      errno == .noSpace || errno == .quotaExceeded
    } else {
      false
    }
  }

  /// Whether a file, or a directory, is not there (ENOENT).
  var isMissingFile: Bool {
    if case .system(.open, _, .noSuchFile) = self { true } else { false }
  }

  /// The error in one line for people.
  public var text: String {
    switch self {
    case .inUse(let directory, let holder?): "\(directory) is in use by process \(holder)"
    case .inUse(let directory, nil): "\(directory) is in use by another process"
    case .payloadTooLarge(let bytes, let limit):
      "a payload of \(bytes) bytes is over the limit of \(limit)"
    case .full: "the queue is full"
    case .badOptions(let reason): "the spool's options are wrong: \(reason)"
    case .closed: "the spool is closed"
    case .noSpool(let directory, let reason):
      "\(directory) \(reason.text), expected the directory of a queue"
    case .noLane(let name, let lanes):
      "there is no lane '\(name)', expected \(lanes.joined(separator: " or "))"
    case .tooManyGaps: "too much of it is gone in between, expected a later sequence"
    case .system(let operation, let path, let errno): "\(operation.text) \(path): \(errno.text)"
    }
  }
}
