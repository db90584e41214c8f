internal import System

/// Makes an operation fail, for tests: called before each with the file's path; an errno that it
/// returns is thrown in place of the operation.
typealias Fault = @Sendable (SpoolError.Operation, String) -> Errno?

/// An open file of the spool. Each call that fails says what was done to which file.
final class SpoolFile {
  /// The name by which it was opened, or the one it was given since.
  private(set) var path: String
  private let descriptor: FileDescriptor
  private let fault: Fault?

  /// Opens a file, or creates it where `flags` say so.
  init(
    _ path: String, _ flags: FileDescriptor.OpenFlags, fault: Fault?
  ) throws(SpoolError) {
    self.path = path
    self.fault = fault
    do throws(Errno) {
      if let errno = fault?(.open, path) { throw errno }
      descriptor = try FileDescriptor(opening: path, flags)
    } catch {
      throw .system(.open, path: path, error)
    }
  }

  /// The bytes at `offset`, up to `count` of them; fewer only at the end of the file.
  func read(at offset: Int64, count: Int) throws(SpoolError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let done = try run(.read) { (file: borrowing FileDescriptor) throws(Errno) -> Int in
      try bytes.withUnsafeMutableBufferPointer { (buffer) throws(Errno) -> Int in
        try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      }
    }
    bytes.removeLast(count - done)
    return bytes
  }

  /// Writes all of `bytes` at `offset`; a part may be written where it throws.
  func write(_ bytes: [UInt8], at offset: Int64) throws(SpoolError) {
    try run(.write) { (file: borrowing FileDescriptor) throws(Errno) -> Void in
      try bytes.withUnsafeBufferPointer { (buffer) throws(Errno) -> Void in
        try file.write(UnsafeRawBufferPointer(buffer), at: offset)
      }
    }
  }

  /// The file's length in bytes.
  func size() throws(SpoolError) -> Int64 {
    try run(.read) { (file: borrowing FileDescriptor) throws(Errno) -> Int64 in try file.size() }
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int64) throws(SpoolError) {
    try run(.truncate) { (file: borrowing FileDescriptor) throws(Errno) -> Void in
      try file.truncate(to: size)
    }
  }

  /// Sets room aside; a file system that cannot is left to find room as the file grows.
  func allocate(_ size: Int64) throws(SpoolError) {
    do {
      try run(.allocate) { (file: borrowing FileDescriptor) throws(Errno) -> Void in
        try file.allocate(size)
      }
    } catch {
      if error.isDeviceFull { throw error }
    }
  }

  /// Makes the data durable, and what of the inode is needed to read it.
  func synchronizeData() throws(SpoolError) {
    try run(.synchronize) { (file: borrowing FileDescriptor) throws(Errno) -> Void in
      try file.synchronizeData()
    }
  }

  /// Makes a directory's names durable.
  func synchronize() throws(SpoolError) {
    try run(.synchronize) { (file: borrowing FileDescriptor) throws(Errno) -> Void in
      try file.synchronize()
    }
  }

  /// Takes the file for this process alone; false where another has it.
  func lock() throws(SpoolError) -> Bool {
    try run(.lock) { (file: borrowing FileDescriptor) throws(Errno) -> Bool in
      try file.lockExclusively()
    }
  }

  /// Gives the file another name, in place of what has it.
  func rename(to new: String) throws(SpoolError) {
    let old = path
    try run(.rename) { (_: borrowing FileDescriptor) throws(Errno) -> Void in
      try Files.rename(old, to: new)
    }
    path = new
  }

  private func run<Result>(
    _ operation: SpoolError.Operation,
    _ body: (borrowing FileDescriptor) throws(Errno) -> Result
  ) throws(SpoolError) -> Result {
    do throws(Errno) {
      if let errno = fault?(operation, path) { throw errno }
      return try body(descriptor)
    } catch {
      throw .system(operation, path: path, error)
    }
  }
}
