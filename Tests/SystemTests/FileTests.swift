import Foundation
import System
import Testing

final class FileTests {
  let directory = NSTemporaryDirectory() + "files-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let path = "\(directory)/\(name)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func content(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000])
  func `a file is read whole up to the limit, and refused above it`(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let path = try write(bytes, "file")
    #expect(try Files.read(path, limit: count) == bytes)
    #expect(try Files.read(path, limit: count + 1) == bytes)
    if count > 0 {
      #expect(throws: Errno.fileTooLarge) { try Files.read(path, limit: count - 1) }
    }
  }

  @Test func `what is made is not for others, whatever the umask`() throws {
    let mask = umask(0)
    defer { umask(mask) }
    try Files.makeDirectory("\(directory)/folder")
    try Files.replace("\(directory)/file", with: [1])
    _ = try FileDescriptor(opening: "\(directory)/lock", [.readWrite, .create])
    #expect(try Files.permissions(of: "\(directory)/folder") == 0o750)
    #expect(try Files.permissions(of: "\(directory)/file") == 0o640)
    #expect(try Files.permissions(of: "\(directory)/lock") == 0o640)
    #expect(throws: Errno.noSuchFile) { try Files.permissions(of: "\(directory)/none") }
  }

  @Test func `a file that is not there, a name with a NUL`() throws {
    #expect(throws: Errno.noSuchFile) { try Files.read("\(directory)/none", limit: 1) }
    #expect(throws: Errno.noSuchFile) { try Files.remove("\(directory)/none") }
    #expect(throws: Errno.noSuchFile) { try Files.names(in: "\(directory)/none", limit: 1) }
    _ = try write([1], "a")
    // C would see the file "a".
    #expect(throws: Errno.invalidArgument) { try Files.read("\(directory)/a\0b", limit: 1) }
    #expect(throws: Errno.invalidArgument) { try Files.remove("\(directory)/a\0b") }
    #expect(Files.exists("\(directory)/a"))
  }

  @Test func `names are listed without the dots, up to the limit`() throws {
    #expect(try Files.names(in: directory, limit: 0) == [])
    for name in ["a", "b", ".hidden", String(repeating: "x", count: 255)] {
      _ = try write([], name)
    }
    let names = try Files.names(in: directory, limit: 4)
    #expect(Set(names) == ["a", "b", ".hidden", String(repeating: "x", count: 255)])
    #expect(names.count == 4)
    #expect(throws: Errno(EMFILE)) { try Files.names(in: directory, limit: 3) }
    var seen = 0
    try Files.forEachName(in: directory) { _ in
      seen += 1
      return seen < 2
    }
    #expect(seen == 2)
  }

  @Test func `a rename replaces, a removal removes`() throws {
    let old = try write([1], "old")
    let new = try write([2], "new")
    try Files.rename(old, to: new)
    #expect(try content(new) == [1])
    #expect(!Files.exists(old))
    #expect(throws: Errno.noSuchFile) { try Files.rename(old, to: new) }
    try Files.remove(new)
    #expect(!Files.exists(new))
  }

  @Test func `a directory is made once, and a file in its place is an error`() throws {
    let path = "\(directory)/inner"
    #expect(!Files.isDirectory(path))
    try Files.makeDirectory(path)
    try Files.makeDirectory(path)
    #expect(Files.isDirectory(path))
    let file = try write([], "file")
    #expect(throws: Errno.fileExists) { try Files.makeDirectory(file) }
    #expect(!Files.isDirectory(file))
    #expect(throws: Errno.noSuchFile) { try Files.makeDirectory("\(directory)/no/inner") }
  }

  @Test func `bytes are read and written where they are meant to be`() throws {
    let path = "\(directory)/file"
    let file = try FileDescriptor(opening: path, [.readWrite, .create])
    let written: [UInt8] = [1, 2, 3, 4, 5]
    try written.withUnsafeBytes { try file.write($0, at: 3) }
    #expect(try content(path) == [0, 0, 0, 1, 2, 3, 4, 5])
    #expect(try file.size() == 8)
    var read = [UInt8](repeating: 9, count: 4)
    #expect(try read.withUnsafeMutableBytes { try file.read(into: $0, at: 2) } == 4)
    #expect(read == [0, 1, 2, 3])
    #expect(try read.withUnsafeMutableBytes { try file.read(into: $0, at: 6) } == 2)
    #expect(read == [4, 5, 2, 3])
    #expect(try read.withUnsafeMutableBytes { try file.read(into: $0, at: 8) } == 0)
    try file.truncate(to: 4)
    try file.synchronizeData()
    try file.synchronize()
    #expect(try content(path) == [0, 0, 0, 1])
  }

  @Test func `room that is set aside reads as zeros and never cuts`() throws {
    let path = try write([1, 2, 3], "file")
    let file = try FileDescriptor(opening: path, .readWrite)
    try file.allocate(8)
    #expect(try content(path) == [1, 2, 3, 0, 0, 0, 0, 0])
    try file.allocate(2)
    #expect(try file.size() == 8)
    #expect(throws: Errno.invalidArgument) { try file.allocate(0) }
    let readOnly = try FileDescriptor(opening: path, .readOnly)
    #expect(throws: Errno(EBADF)) { try readOnly.allocate(8) }
  }

  @Test func `a lock is had once, and free when its descriptor is closed`() throws {
    let path = try write([], "lock")
    do {
      let first = try FileDescriptor(opening: path, .readWrite)
      #expect(try first.lockExclusively())
      #expect(try first.lockExclusively())
      let second = try FileDescriptor(opening: path, .readWrite)
      #expect(try !second.lockExclusively())
    }
    #expect(try FileDescriptor(opening: path, .readWrite).lockExclusively())
  }

  @Test func `the process knows its number`() {
    #expect(Files.processID == ProcessInfo.processInfo.processIdentifier)
  }
}
