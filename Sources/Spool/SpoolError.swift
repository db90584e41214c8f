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
  /// The system refused an operation on a file or directory.
  case system(Operation, path: String, Errno)

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
    case .system(let operation, let path, let errno): "\(operation.text) \(path): \(errno.text)"
    }
  }
}
