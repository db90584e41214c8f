internal import System

/// An open file of the spool. Each call that fails says what was done to which file.
final class SpoolFile {
  /// How a file is opened.
  enum Mode {
    /// To read only.
    case reading
    /// To read and write; it is there.
    case writing
    /// To read and write; it is made where it is not there.
    case openOrCreate
    /// To read and write, made anew and empty.
    case createEmpty
  }

  /// The name by which it was opened, or the one it was given since.
  private(set) var path: String
  private let descriptor: FileDescriptor
  private let tap: Tap?

  /// Opens a file, or creates it where `mode` says so.
  init(_ path: String, _ mode: Mode, tap: Tap?) throws(SpoolError) {
    self.path = path
    self.tap = tap
    let flags: FileDescriptor.OpenFlags =
      switch mode {
      case .reading: .readOnly
      case .writing: .readWrite
      case .openOrCreate: [.readWrite, .create]
      case .createEmpty: [.readWrite, .create, .truncate]
      }
    let creates = mode == .createEmpty || mode == .openOrCreate && !Files.exists(path)
    do throws(Errno) {
      switch tap?(creates ? .create(path) : .open(path)) ?? .proceed {
      case .proceed: break
      case .fail(let errno), .short(_, let errno): throw errno
      }
      descriptor = try FileDescriptor(opening: path, flags)
    } catch {
      throw .system(.open, path: path, error)
    }
  }

  /// The bytes at `offset`, up to `count` of them; fewer only at the end of the file.
  func read(at offset: Int64, count: Int) throws(SpoolError) -> [UInt8] {
    var bytes: [UInt8] = []
    try read(at: offset, count: count, into: &bytes)
    return bytes
  }

  /// Replaces what is in `bytes` by the bytes at `offset`, up to `count` of them; fewer only at the
  /// end of the file.
  func read(at offset: Int64, count: Int, into bytes: inout [UInt8]) throws(SpoolError) {
    if bytes.count < count {
      bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
        buffer.initialize(repeating: 0)
        initializedCount = count
      }
    }
    var done = 0
    do throws(SpoolError) {
      done = try tapped(tap, .read(path), .read, path) { () throws(Errno) -> Int in
        try bytes.withUnsafeMutableBufferPointer { (buffer) throws(Errno) -> Int in
          try descriptor.read(
            into: UnsafeMutableRawBufferPointer(
              UnsafeMutableBufferPointer(rebasing: buffer[..<count])), at: offset)
        }
      }
    } catch {
      bytes.removeAll(keepingCapacity: true)
      throw error
    }
    bytes.removeSubrange(done...)
  }

  /// Writes all of `bytes` at `offset`; a part may be written where it throws.
  func write(_ bytes: [UInt8], at offset: Int64) throws(SpoolError) {
    var count = bytes.count
    var failure: Errno?
    do throws(Errno) {
      switch tap?(.write(path, offset: offset, bytes)) ?? .proceed {
      case .proceed: break
      case .fail(let errno): throw errno
      case .short(let some, let errno): (count, failure) = (min(some, count), errno)
      }
      try bytes.withUnsafeBufferPointer { (buffer) throws(Errno) -> Void in
        try descriptor.write(
          UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[..<count])), at: offset)
      }
      if let failure { throw failure }
    } catch {
      throw .system(.write, path: path, error)
    }
  }

  /// The file's length in bytes.
  func size() throws(SpoolError) -> Int64 {
    try tapped(tap, .read(path), .read, path) { () throws(Errno) in try descriptor.size() }
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int64) throws(SpoolError) {
    try tapped(tap, .truncate(path, size: size), .truncate, path) { () throws(Errno) in
      try descriptor.truncate(to: size)
    }
  }

  /// Sets room aside; a file system that cannot is left to find room as the file grows.
  func allocate(_ size: Int64) throws(SpoolError) {
    do {
      try tapped(tap, .allocate(path, size: size), .allocate, path) { () throws(Errno) in
        try descriptor.allocate(size)
      }
    } catch {
      guard case .system(_, _, .notSupported) = error else { throw error }
    }
  }

  /// Makes the data durable, and what of the inode is needed to read it.
  func synchronizeData() throws(SpoolError) {
    try tapped(tap, .synchronizeData(path), .synchronize, path) { () throws(Errno) in
      try descriptor.synchronizeData()
    }
  }

  /// Takes the file for this process alone; false where another has it.
  func lock() throws(SpoolError) -> Bool {
    try tapped(tap, .lock(path), .lock, path) { () throws(Errno) in
      try descriptor.lockExclusively()
    }
  }

  /// Whether another process has taken the file.
  func isLockedElsewhere() throws(SpoolError) -> Bool {
    try tapped(tap, .lock(path), .lock, path) { () throws(Errno) in
      try descriptor.isLockedElsewhere()
    }
  }

  /// Gives the file another name, in place of what has it.
  func rename(to new: String) throws(SpoolError) {
    let old = path
    try tapped(tap, .rename(old, to: new), .rename, old) { () throws(Errno) in
      try Files.rename(old, to: new)
    }
    path = new
  }
}
