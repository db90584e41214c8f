internal import System

/// A segment file as the spool keeps it in mind.
struct Segment: Equatable, Sendable {
  /// The sequence for which it is named; its records have this one and higher ones.
  var first: UInt64
  /// Bytes of the file, with what is set aside.
  var bytes: Int64
  /// What its header says of sequences below `first` that no record ever had.
  var skipped: UInt64
}

/// The spool's directory and what all its parts need to know of it.
struct Directory: Sendable {
  let path: String
  let identity: UInt32
  let limits: Limits
  let fault: Fault?

  /// The path of the segment that begins with `first`.
  func path(ofSegment first: UInt64) -> String { "\(path)/\(Directory.name(ofSegment: first))" }

  /// Opens a segment that is there.
  func openSegment(
    _ first: UInt64, _ flags: FileDescriptor.OpenFlags = .readOnly
  ) throws(SpoolError) -> SpoolFile {
    try SpoolFile(path(ofSegment: first), flags, fault: fault)
  }

  /// Makes a segment, durable with its header and its name, ready for records.
  ///
  /// It gets its name last: a file that has the name has had its header, whatever happened since.
  /// - Parameter bytes: room to set aside; a file that grows pays for its metadata at each sync.
  func createSegment(
    _ header: SegmentHeader, bytes: Int64
  ) throws(SpoolError) -> SpoolFile {
    let file = try SpoolFile(
      "\(path)/\(Directory.unfinishedName)", [.readWrite, .create, .truncate], fault: fault)
    do {
      try file.allocate(bytes)
      try file.write(header.encoded, at: 0)
      try file.synchronizeData()
      try file.rename(to: path(ofSegment: header.first))
      try synchronizeNames()
    } catch {
      // Opening the spool removes an unfinished segment too, and one with a name is made again.
      try? remove(file.path)
      throw error
    }
    return file
  }

  /// Makes the names in the directory durable.
  func synchronizeNames() throws(SpoolError) {
    try SpoolFile(path, [.readOnly, .directory], fault: fault).synchronize()
  }

  /// Deletes a file.
  func remove(_ path: String) throws(SpoolError) {
    do throws(Errno) {
      if let errno = fault?(.remove, path) { throw errno }
      try Files.remove(path)
    } catch {
      throw .system(.remove, path: path, error)
    }
  }

  /// What a segment is called before it is one.
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
