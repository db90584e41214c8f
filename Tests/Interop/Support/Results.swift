import Foundation
import Testing

/// What came of the cases.
actor Results {
  static let shared = Results()

  private var table = InteropTable()

  func enter(
    _ cell: InteropTable.Cell, _ capability: Capability, _ column: Column, _ broker: Broker
  ) {
    table[InteropTable.Column(column.kind, broker.release, column.version), capability] = cell
  }

  /// Writes .build/interop.md. Where `GODWIT_WRITE_INTEROP` is set, docs/interop.md is brought up to
  /// date; otherwise it must be, for the brokers that are in it.
  ///
  /// A run of some of the cases only leaves both alone.
  func publish() throws {
    guard table.isComplete else { return }
    let committed = try String(contentsOf: Places.committedTable, encoding: .utf8)
    let known = InteropTable(markdown: committed)
    let merged = known.merging(table)
    try merged.markdown.write(to: Places.freshTable, atomically: true, encoding: .utf8)
    if ProcessInfo.processInfo.environment["GODWIT_WRITE_INTEROP"] != nil {
      try merged.markdown.write(to: Places.committedTable, atomically: true, encoding: .utf8)
    } else if !known.merging(table.only(releasesOf: known)).isSame(as: committed) {
      Issue.record(
        "docs/interop.md differs from .build/interop.md, which this run wrote; see make interop")
    }
  }
}
