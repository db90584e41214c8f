@testable import Drivers
@testable import ProfileCheck

/// Files of the kernel that a test has written, some of which fail.
struct FaultyTree: SysfsTree {
  var files: [String: String]
  var links: [String: String] = [:]
  var failures: [String: SysfsError] = [:]
  private(set) var reads = 0

  init(_ files: [String: String], links: [String: String] = [:]) {
    self.files = files
    self.links = links
  }

  private var tree: ScriptedTree {
    ScriptedTree(files.map { (path: $0.key, content: $0.value) })
  }

  mutating func names(in folder: String) throws(SysfsError) -> [String] {
    if let failure = failures[folder] { throw failure }
    var tree = tree
    return try tree.names(in: folder)
  }

  mutating func read(_ file: String) throws(SysfsError) -> [UInt8] {
    reads += 1
    if let failure = failures[file] { throw failure }
    var tree = tree
    return try tree.read(file)
  }

  mutating func target(ofLink path: String) throws(SysfsError) -> String {
    guard let target = links[path] else { throw .notFound }
    return target
  }
}
