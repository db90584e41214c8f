internal import Drivers

/// Files of the kernel that an example has written; no links.
struct ScriptedTree: SysfsTree {
  /// Their paths below /sys, and what is in them.
  let files: [(path: String, content: String)]
  /// Which of them have been read.
  private(set) var used: [Bool]

  init(_ files: [(path: String, content: String)]) {
    self.files = files
    used = [Bool](repeating: false, count: files.count)
  }

  mutating func names(in folder: String) throws(SysfsError) -> [String] {
    let start = folder + "/"
    var names: [String] = []
    for (path, _) in files where path.utf8.starts(with: start.utf8) {
      let rest = path.utf8.dropFirst(start.utf8.count).prefix { $0 != UInt8(ascii: "/") }
      let name = String(decoding: rest, as: UTF8.self)
      if !names.contains(name) { names.append(name) }
    }
    guard !names.isEmpty else { throw .notFound }
    return names
  }

  mutating func read(_ file: String) throws(SysfsError) -> [UInt8] {
    guard let place = files.firstIndex(where: { $0.path == file }) else { throw .notFound }
    used[place] = true
    return Array(files[place].content.utf8)
  }

  mutating func target(ofLink path: String) throws(SysfsError) -> String { throw .notFound }
}
