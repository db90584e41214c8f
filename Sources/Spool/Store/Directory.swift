internal import System

/// A directory of the spool, of one lane or of all.
struct Directory: Sendable {
  let path: String
  let tap: Tap?

  /// Makes the directory unless it is there; not its parents. Its name is durable then, also where
  /// another process made it and was killed before it was.
  func make() throws(SpoolError) {
    let isThere = Files.isDirectory(path)
    if !isThere {
      try tapped(tap, .makeDirectory(path), .makeDirectory, path) { () throws(Errno) in
        try Files.makeDirectory(path)
      }
    }
    do {
      try Directory(path: parent, tap: tap).synchronizeNames()
    } catch {
      // Where we may not read the parent, somebody else has made the directory, long ago.
      guard isThere, case .system(_, _, .accessDenied) = error else { throw error }
    }
  }

  /// Makes the names in the directory durable.
  func synchronizeNames() throws(SpoolError) {
    try tapped(tap, .synchronizeDirectory(path), .synchronize, path) { () throws(Errno) in
      try FileDescriptor(opening: path, [.readOnly, .directory]).synchronize()
    }
  }

  /// Deletes a file; one that is not there is as good as deleted.
  func remove(_ path: String) throws(SpoolError) {
    do {
      try tapped(tap, .remove(path), .remove, path) { () throws(Errno) in
        try Files.remove(path)
      }
    } catch {
      guard case .system(.remove, _, .noSuchFile) = error else { throw error }
    }
  }

  /// Gives a file in it another name.
  func rename(_ old: String, to new: String) throws(SpoolError) {
    try tapped(tap, .rename(old, to: new), .rename, old) { () throws(Errno) in
      try Files.rename(old, to: new)
    }
  }

  /// The sequences for which segments in it are named, ascending.
  func segments() throws(SpoolError) -> [UInt64] {
    var firsts: [UInt64] = []
    try tapped(tap, .list(path), .list, path) { () throws(Errno) in
      try Files.forEachName(in: path) { name in
        if let first = Directory.first(inName: name) { firsts.append(first) }
        return true
      }
    }
    return firsts.sorted()
  }

  /// Gives a segment's file a name that ends in `.bad`; one that is taken is not given again.
  func setAside(_ first: UInt64) throws(SpoolError) {
    let old = path(ofSegment: first)
    var new = "\(old)\(Directory.badSuffix)"
    var number = 1
    while Files.exists(new) && number < Directory.namesakesMax {
      number += 1
      new = "\(old).\(number)\(Directory.badSuffix)"
    }
    try rename(old, to: new)
  }

  /// Bytes of the files that were set aside.
  func badBytes() throws(SpoolError) -> Int64 {
    var names: [String] = []
    try tapped(tap, .list(path), .list, path) { () throws(Errno) in
      try Files.forEachName(in: path) { name in
        if name.utf8.reversed().starts(with: Directory.badSuffix.utf8.reversed()) {
          names.append(name)
        }
        return names.count < Directory.badFilesMax
      }
    }
    // So many files are enough, however small.
    if names.count == Directory.badFilesMax { return .max / 2 }
    var bytes: Int64 = 0
    for name in names { bytes += try SpoolFile("\(path)/\(name)", .reading, tap: tap).size() }
    return bytes
  }

  /// Bytes of the device that may still be taken.
  func freeBytes() throws(SpoolError) -> Int64 {
    try tapped(tap, .freeSpace(path), .freeSpace, path) { () throws(Errno) in
      try Files.freeBytes(at: path)
    }
  }

  /// Opens a segment that is there.
  func openSegment(
    _ first: UInt64, _ mode: SpoolFile.Mode = .reading
  ) throws(SpoolError) -> SpoolFile {
    try SpoolFile(path(ofSegment: first), mode, tap: tap)
  }

  /// The path of the segment that begins with `first`.
  func path(ofSegment first: UInt64) -> String { "\(path)/\(Directory.name(ofSegment: first))" }

  /// What a segment is called before it is one.
  var unfinishedPath: String { "\(path)/\(Directory.unfinishedName)" }

  private var parent: String {
    let bytes = Array(path.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
  }

  private static let badSuffix = ".bad"

  /// Nobody looks at more.
  private static let badFilesMax = 100

  /// A name comes up again only where sequences do, that is, hardly ever; the last is replaced.
  private static let namesakesMax = 100

  static let unfinishedName = "unfinished"

  /// 20 digits, enough for 64 bits, so that names sort as their numbers do.
  static func name(ofSegment first: UInt64) -> String {
    let digits = "\(first)"
    return String(repeating: "0", count: 20 - digits.utf8.count) + digits + ".seg"
  }

  /// The number in a segment's name; nil for other names.
  static func first(inName name: String) -> UInt64? {
    let bytes = Array(name.utf8)
    guard bytes.count == 24, bytes[20...].elementsEqual(".seg".utf8) else { return nil }
    var first: UInt64 = 0
    for digit in bytes[..<20] {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
      let (tenfold, isTooLarge) = first.multipliedReportingOverflow(by: 10)
      let (sum, isOverflow) = tenfold.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      guard !isTooLarge, !isOverflow else { return nil }
      first = sum
    }
    return first
  }
}
