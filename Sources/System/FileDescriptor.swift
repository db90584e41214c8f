internal import CLinux

/// An open file, socket or event of the kernel; it closes itself.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The number by which the kernel knows it; it stays ours to close.
  public let rawValue: Int32

  /// Takes over an open descriptor.
  public init(owning rawValue: Int32) {
    self.rawValue = rawValue
  }

  deinit {
    // After close(2) the descriptor is gone whatever it returns, so there is nothing to retry.
    close(rawValue)
  }

  /// How a file is opened (open(2)).
  public struct OpenFlags: OptionSet, Sendable {
    /// The flags of open(2).
    public let rawValue: Int32

    /// Wraps flags of open(2).
    public init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    /// O_RDONLY.
    public static let readOnly = OpenFlags(rawValue: O_RDONLY)
    /// O_RDWR.
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    /// O_CREAT.
    public static let create = OpenFlags(rawValue: O_CREAT)
    /// O_TRUNC.
    public static let truncate = OpenFlags(rawValue: O_TRUNC)
    /// O_DIRECTORY.
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)
  }

  /// Opens `path`, close-on-exec (open(2)).
  /// - Parameter permissions: the mode of a file that is created, less the umask.
  public init(
    opening path: String, _ flags: OpenFlags, permissions: UInt32 = 0o640
  ) throws(Errno) {
    rawValue = try path.withCPath { (path) throws(Errno) in
      try retryingOnInterrupt { clinux_open(path, flags.rawValue | O_CLOEXEC, permissions) }
    }
  }

  /// Reads up to `buffer.count` bytes from the present position; 0 at the end (read(2)).
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try retryingOnInterrupt { CLinux.read(rawValue, buffer.baseAddress, buffer.count) }
  }

  /// Reads up to `buffer.count` bytes at `offset`; less only at the end of the file (pread(2)).
  public func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(Errno) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = try retryingOnInterrupt {
        pread(rawValue, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Writes all of `bytes` at `offset` (pwrite(2)).
  /// - Throws: what stopped it; a part may have been written by then.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      done += try retryingOnInterrupt {
        pwrite(rawValue, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
    }
  }

  /// Writes some of `bytes` at the present position and returns how many (write(2)).
  public func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    try retryingOnInterrupt { CLinux.write(rawValue, bytes.baseAddress, bytes.count) }
  }

  /// The file's length in bytes (fstat(2)).
  public func size() throws(Errno) -> Int64 {
    var status = stat()
    _ = try retryingOnInterrupt { fstat(rawValue, &status) }
    return Int64(status.st_size)
  }

  /// Cuts or extends the file to `size` bytes (ftruncate(2)).
  public func truncate(to size: Int64) throws(Errno) {
    _ = try retryingOnInterrupt { ftruncate(rawValue, off_t(size)) }
  }

  /// Sets room for `size` bytes aside on the device; what is beyond the old end reads as zeros
  /// (posix_fallocate(3)).
  /// - Throws: `ENOSPC` where there is not that much room; then nothing is set aside.
  public func allocate(_ size: Int64) throws(Errno) {
    // It returns the error and leaves errno alone.
    var failure: Int32
    repeat { failure = posix_fallocate(rawValue, 0, off_t(size)) } while failure == EINTR
    if failure != 0 { throw Errno(failure) }
  }

  /// Returns once the file's data, and its length, are on the device (fdatasync(2)).
  public func synchronizeData() throws(Errno) {
    _ = try retryingOnInterrupt { fdatasync(rawValue) }
  }

  /// Returns once the file or directory is whole on the device (fsync(2)).
  public func synchronize() throws(Errno) {
    _ = try retryingOnInterrupt { fsync(rawValue) }
  }

  /// Makes reading and writing return at once where they would wait (fcntl(2), O_NONBLOCK).
  public func setNonblocking() throws(Errno) {
    _ = try retryingOnInterrupt { clinux_set_nonblocking(rawValue) }
  }

  /// Takes the file for this process alone, until the descriptor closes (flock(2)).
  /// - Returns: false where another process has it.
  public func lockExclusively() throws(Errno) -> Bool {
    do {
      _ = try retryingOnInterrupt { flock(rawValue, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      if error.rawValue == EWOULDBLOCK { return false }
      throw error
    }
  }

  /// Whether another process has taken the file for itself (flock(2)).
  ///
  /// There is no call that only asks: where nobody has it, it is shared for a moment with all who ask
  /// like this, and a process that wants it just then has to try again.
  public func isLockedElsewhere() throws(Errno) -> Bool {
    do {
      _ = try retryingOnInterrupt { flock(rawValue, LOCK_SH | LOCK_NB) }
      _ = try retryingOnInterrupt { flock(rawValue, LOCK_UN) }
      return false
    } catch {
      if error.rawValue == EWOULDBLOCK { return true }
      throw error
    }
  }
}

extension String {
  /// Runs `body` with the text as C wants it; a text with a NUL inside is refused with EINVAL, for
  /// C would see another, shorter one.
  func withCPath<Result>(
    _ body: (UnsafePointer<CChar>) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    guard !utf8.contains(0) else { throw .invalidArgument }
    return try utf8CString.withUnsafeBufferPointer { (characters) throws(Errno) in
      guard let start = characters.baseAddress else { throw .invalidArgument }
      return try body(start)
    }
  }
}
