import Foundation

/// Where things are in the checkout.
enum Places {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A file of Tests/Interop/Peers.
  static func peer(_ name: String) -> String {
    root.appendingPathComponent("Tests/Interop/Peers/\(name)").path
  }

  /// The Python that scripts/install-python-peers has made.
  static let python = root.appendingPathComponent(".build/python-peers/bin/python").path
  /// The table of the repository.
  static let committedTable = root.appendingPathComponent("docs/interop.md")
  /// The table of the last run.
  static let freshTable = root.appendingPathComponent(".build/interop.md")
}
