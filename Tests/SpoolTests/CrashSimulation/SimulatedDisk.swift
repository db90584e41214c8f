import Glibc
import System
import TestSupport

@testable import Spool

/// A disk that knows what of it survives a power cut. Pure.
///
/// It assumes of a file system no more than this:
/// - fdatasync(2) of a file makes its data and its length durable, not its name;
/// - fsync(2) of a directory makes the names in it durable;
/// - a sector of 512 bytes is written whole or not at all;
/// - what of a file's room was never written reads as zeros (posix_fallocate(3), ftruncate(2));
/// - rename(2) never leaves neither name, and never takes the new one from both files;
/// - fsync(2) of a directory that has failed may be repeated.
///
/// All else is open until then: sectors in any order and any of the versions they had, lengths
/// without data and data without lengths, and names in any order, whatever was done first; the
/// old name of a renamed file may stay beside the new one. After an fdatasync(2) that has failed, the
/// next one does not write what that should have written.
struct SimulatedDisk {
  /// A change of a directory.
  private enum Change {
    case link(String, Int)
    case unlink(String, Int)
  }

  private enum Node {
    case directory
    case file(SimulatedFile)
  }

  private var nodes: [Node] = []
  /// By path, as the page cache has it, and as the device has it for sure.
  private var names: [String: Int] = [:]
  private var durableNames: [String: Int] = [:]
  private var changes: [Change] = []

  /// An empty disk, or one that a power cut has left.
  init(_ survivors: Survivors = Survivors()) {
    for path in survivors.directories {
      names[path] = nodes.count
      nodes.append(.directory)
    }
    for (path, content) in survivors.files {
      names[path] = nodes.count
      nodes.append(.file(SimulatedFile(durable: content)))
    }
    durableNames = names
  }

  /// Does what was done to the real disk.
  /// - Returns: whether that has changed anything.
  @discardableResult
  mutating func apply(_ operation: StorageOperation, _ verdict: TapVerdict) -> Bool {
    if verdict != .proceed {
      switch (operation, verdict) {
      case (.write(let path, let offset, let bytes), .short(let count, _)):
        withFile(path) { $0.write(Array(bytes.prefix(count)), at: Int(offset)) }
      case (.synchronizeData(let path), _):
        withFile(path) { $0.failToSynchronize() }
      default:
        return false
      }
      return true
    }
    switch operation {
    case .open, .lock, .read, .list, .freeSpace:
      return false
    case .create(let path):
      if names[path] == nil {
        link(path, nodes.count)
        nodes.append(.file(SimulatedFile()))
      } else {
        withFile(path) { $0.resize(to: 0) }
      }
    case .write(let path, let offset, let bytes):
      withFile(path) { $0.write(bytes, at: Int(offset)) }
    case .truncate(let path, let size):
      withFile(path) { $0.resize(to: Int(size)) }
    case .allocate(let path, let size):
      withFile(path) { if $0.content.count < size { $0.resize(to: Int(size)) } }
    case .synchronizeData(let path):
      withFile(path) { $0.synchronize() }
    case .rename(let old, let new):
      guard let node = names[old] else { return false }
      link(new, node)
      unlink(old, node)
    case .remove(let path):
      guard let node = names[path] else { return false }
      unlink(path, node)
    case .makeDirectory(let path):
      link(path, nodes.count)
      nodes.append(.directory)
    case .synchronizeDirectory(let path):
      changes.removeAll { change in
        switch change {
        case .link(let name, let node):
          guard SimulatedDisk.parent(name) == path else { return false }
          durableNames[name] = node
        case .unlink(let name, let node):
          guard SimulatedDisk.parent(name) == path else { return false }
          if durableNames[name] == node { durableNames[name] = nil }
        }
        return true
      }
    }
    return true
  }

  /// The content of all files as the page cache has it.
  var content: [String: [UInt8]] {
    names.compactMapValues { node in
      if case .file(let file) = nodes[node] { file.content } else { nil }
    }
  }

  /// What a power cut may leave.
  func survivors(_ luck: inout Luck) -> Survivors {
    var there = durableNames
    for change in changes {
      guard luck.has(.name) else { continue }
      switch change {
      case .link(let name, let node):
        there[name] = node
      case .unlink(let name, let node):
        // A file that was only renamed goes from its old name no sooner than it has the new one.
        let isElsewhere = names.contains { $0.value == node }
        guard !isElsewhere || there.contains(where: { $0.value == node && $0.key != name }) else {
          continue
        }
        if there[name] == node { there[name] = nil }
      }
    }
    var survivors = Survivors()
    var files: [Int: [UInt8]] = [:]
    for (path, node) in there.sorted(by: { $0.key < $1.key }) {
      guard survivors.has(SimulatedDisk.parent(path)) else { continue }
      switch nodes[node] {
      case .directory:
        survivors.directories.append(path)
      case .file(let file):
        let content = files[node] ?? file.survivor(&luck)
        files[node] = content
        survivors.files.append((path, content))
      }
    }
    return survivors
  }

  private mutating func link(_ path: String, _ node: Int) {
    names[path] = node
    changes.append(.link(path, node))
  }

  private mutating func unlink(_ path: String, _ node: Int) {
    if names[path] == node { names[path] = nil }
    changes.append(.unlink(path, node))
  }

  private mutating func withFile(_ path: String, _ body: (inout SimulatedFile) -> Void) {
    guard let node = names[path], case .file(var file) = nodes[node] else { return }
    nodes[node] = .directory
    body(&file)
    nodes[node] = .file(file)
  }

  static func parent(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }
}

/// The tree that a power cut has left: paths below some directory, parents first.
struct Survivors {
  var directories: [String] = []
  var files: [(path: String, content: [UInt8])] = []

  func has(_ directory: String) -> Bool { directory.isEmpty || directories.contains(directory) }

  /// The same for the same tree, within this process.
  var fingerprint: Int {
    var hasher = Hasher()
    hasher.combine(directories)
    for (path, content) in files {
      hasher.combine(path)
      hasher.combine(content.count)
      content.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
    return hasher.finalize()
  }

  /// Makes the tree in `directory`, which is there and empty.
  func materialize(in directory: String) throws {
    for path in directories { try Files.makeDirectory("\(directory)/\(path)") }
    for (path, content) in files {
      let file = try FileDescriptor(
        opening: "\(directory)/\(path)", [.readWrite, .create, .truncate])
      try content.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try file.write(UnsafeRawBufferPointer(bytes), at: 0)
      }
    }
  }

  /// Deletes a tree; faster than what Foundation has.
  static func remove(_ directory: String) {
    let names = (try? Files.names(in: directory, limit: 10_000)) ?? []
    for name in names where unlink("\(directory)/\(name)") != 0 { remove("\(directory)/\(name)") }
    rmdir(directory)
  }
}
