internal import CLinux

/// What is done to files by name: whole reads, names in a directory, rename, unlink.
public enum Files {
  /// The whole content of a file.
  /// - Parameter limit: more bytes than these are refused with `EFBIG`, before they are read.
  public static func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
    let file = try FileDescriptor(opening: path, .readOnly)
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit + 1, 16 * 1_024))
    while content.count <= limit {
      let count = try chunk.withUnsafeMutableBufferPointer { (chunk) throws(Errno) in
        try file.read(into: UnsafeMutableRawBufferPointer(chunk))
      }
      if count == 0 { return content }
      content.append(contentsOf: chunk[..<count])
    }
    throw .fileTooLarge
  }

  /// The names in a directory, without "." and "..", in no order (readdir(3)).
  /// - Parameter limit: more names than these are refused with `EMFILE`.
  public static func names(in directory: String, limit: Int) throws(Errno) -> [String] {
    var names: [String] = []
    var isWhole = true
    try forEachName(in: directory) { name in
      isWhole = names.count < limit
      if isWhole { names.append(name) }
      return isWhole
    }
    guard isWhole else { throw Errno(EMFILE) }
    return names
  }

  /// Calls `body` with the names in a directory, one at a time, until it returns false; without "."
  /// and "..", in no order (readdir(3)).
  public static func forEachName(
    in directory: String, _ body: (String) -> Bool
  ) throws(Errno) {
    let stream = try directory.withCPath { (path) throws(Errno) -> OpaquePointer in
      guard let stream = opendir(path) else { throw Errno.last }
      return stream
    }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      if !body(name) { return }
    }
  }

  /// Makes a directory; one that is there already is left as it is (mkdir(2)).
  public static func makeDirectory(_ path: String, permissions: UInt32 = 0o750) throws(Errno) {
    do {
      _ = try path.withCPath { (path) throws(Errno) in
        try retryingOnInterrupt { mkdir(path, permissions) }
      }
    } catch {
      guard error == .fileExists, isDirectory(path) else { throw error }
    }
  }

  /// Whether there is a directory of that name (stat(2)).
  public static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    let found = path.withCString { stat($0, &status) } == 0
    return found && clinux_stat_is_directory(&status) != 0
  }

  /// Who may do what with a file, as in 0o640 (stat(2), st_mode without the file's type).
  public static func permissions(of path: String) throws(Errno) -> UInt32 {
    var status = stat()
    _ = try path.withCPath { (path) throws(Errno) in
      try retryingOnInterrupt { stat(path, &status) }
    }
    return UInt32(status.st_mode) & 0o7777
  }

  /// Whether there is anything of that name (access(2)).
  public static func exists(_ path: String) -> Bool {
    path.withCString { access($0, F_OK) } == 0
  }

  /// Bytes that an ordinary user may still take on the file system of `path` (statvfs(3), f_bavail).
  public static func freeBytes(at path: String) throws(Errno) -> Int64 {
    let (status, unit) = try fileSystem(of: path)
    return bytes(UInt64(status.f_bavail), unit)
  }

  /// Bytes that the file system of `path` has for data, free or not (statvfs(3), f_blocks).
  public static func fileSystemBytes(at path: String) throws(Errno) -> Int64 {
    let (status, unit) = try fileSystem(of: path)
    return bytes(UInt64(status.f_blocks), unit)
  }

  private static func fileSystem(of path: String) throws(Errno) -> (statvfs, UInt64) {
    var status = statvfs()
    _ = try path.withCPath { (path) throws(Errno) in
      try retryingOnInterrupt { statvfs(path, &status) }
    }
    return (status, UInt64(status.f_frsize))
  }

  private static func bytes(_ blocks: UInt64, _ unit: UInt64) -> Int64 {
    let (bytes, isTooLarge) = blocks.multipliedReportingOverflow(by: unit)
    return isTooLarge ? .max : Int64(clamping: bytes)
  }

  /// Gives a file another name, in place of one that has it, in one step (rename(2)).
  public static func rename(_ old: String, to new: String) throws(Errno) {
    try old.withCPath { (old) throws(Errno) in
      try new.withCPath { (new) throws(Errno) in
        _ = try retryingOnInterrupt { CLinux.rename(old, new) }
      }
    }
  }

  /// Puts `content` in the place of a file, so that a power cut leaves the old or the new one, whole.
  /// A file of the same name with `.new` behind it is used on the way.
  public static func replace(_ path: String, with content: [UInt8]) throws(Errno) {
    let new = "\(path).new"
    do {
      let file = try FileDescriptor(opening: new, [.readWrite, .create, .truncate])
      try content.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try file.write(UnsafeRawBufferPointer(bytes), at: 0)
      }
      try file.synchronizeData()
    }
    try rename(new, to: path)
  }

  /// What a symbolic link leads to (readlink(2)).
  public static func linkTarget(_ path: String) throws(Errno) -> String {
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = try path.withCPath { (path) throws(Errno) in
      try target.withUnsafeMutableBufferPointer { (target) throws(Errno) in
        guard let start = target.baseAddress else { throw .invalidArgument }
        return try retryingOnInterrupt { readlink(path, start, target.count) }
      }
    }
    return String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Takes a file's name away (unlink(2)).
  public static func remove(_ path: String) throws(Errno) {
    _ = try path.withCPath { (path) throws(Errno) in
      try retryingOnInterrupt { unlink(path) }
    }
  }

  /// The number of this process, by which lock files name their holder (getpid(2)).
  public static var processID: Int32 { getpid() }
}

extension Errno {
  /// ENOSPC: the device is full.
  public static let noSpace = Errno(ENOSPC)
  /// EDQUOT: the user's share of the device is full.
  public static let quotaExceeded = Errno(EDQUOT)
  /// EIO: the device could not read or write it.
  public static let inputOutput = Errno(EIO)
  /// EACCES: the permissions do not allow it.
  public static let accessDenied = Errno(EACCES)
  /// EROFS: the file system is mounted read-only, perhaps since an error.
  public static let readOnlyFileSystem = Errno(EROFS)
  /// EOPNOTSUPP: the file system cannot do that.
  public static let notSupported = Errno(EOPNOTSUPP)
}
