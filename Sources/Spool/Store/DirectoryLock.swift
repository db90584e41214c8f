internal import System

/// Keeps a second process away from the spool's directory for as long as it lives (flock(2)).
///
/// The lock ends with the process, however that ends. The file stays: deleting it would let two
/// processes lock two files of the same name.
struct DirectoryLock {
  static let name = "lock"

  /// A process number has ten digits at most; what else is in the file is no lock file of ours.
  private static let digitsMax = 10

  private let file: SpoolFile

  /// Takes the directory and leaves this process's number in the lock file.
  /// - Throws: `inUse` with the holder's number; `system`.
  init(_ directory: String, tap: Tap?) throws(SpoolError) {
    file = try SpoolFile("\(directory)/\(DirectoryLock.name)", .openOrCreate, tap: tap)
    guard try DirectoryLock.take(file) else {
      throw .inUse(directory: directory, holder: DirectoryLock.holder(in: file))
    }
    do {
      try file.truncate(to: 0)
      try file.write(Array("\(Files.processID)\n".utf8), at: 0)
    } catch {
      // The lock holds without the number, which only serves an error's text.
    }
  }

  /// How often the lock is asked for, and how long the pauses are. A process that has just ended, or
  /// that has been forked off it and does not run its own program yet, still has the lock for some
  /// milliseconds.
  private static let attemptsMax = 10
  private static let pause: Duration = .milliseconds(20)

  private static func take(_ file: SpoolFile) throws(SpoolError) -> Bool {
    for attempt in 1...attemptsMax {
      if try file.lock() { return true }
      if attempt < attemptsMax { Clock.sleep(for: pause) }
    }
    return false
  }

  /// Whether a process has the directory, and which, without getting into its way.
  static func use(of directory: String) -> SpoolInspection.Use {
    guard Files.exists("\(directory)/\(name)") else { return .free }
    // What may not be read or asked is not known.
    guard let file = try? SpoolFile("\(directory)/\(name)", .reading, tap: nil),
      let isLocked = try? file.isLockedElsewhere()
    else { return .unknown }
    return isLocked ? .held(by: holder(in: file)) : .free
  }

  private static func holder(in file: SpoolFile) -> Int32? {
    // Without the number the error is less precise, and no other.
    guard let text = try? file.read(at: 0, count: digitsMax + 1) else { return nil }
    return Int32(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
