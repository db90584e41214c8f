/// Names of numbers or of bits, in the order of the file; shared by the points that use it.
public final class LabelTable: Sendable, Equatable {
  /// A number and what it stands for.
  public struct Entry: Equatable, Sendable {
    /// The number, or the bit's index.
    public let number: Int64
    /// Its name.
    public let name: String

    /// An entry from its parts.
    public init(number: Int64, name: String) {
      self.number = number
      self.name = name
    }
  }

  /// The entries; no number is there twice.
  public let entries: [Entry]

  /// A table of these entries.
  public init(_ entries: [Entry]) {
    self.entries = entries
  }

  /// The name of a number; nil where the table has none.
  public func name(of number: Int64) -> String? {
    for entry in entries where entry.number == number { return entry.name }
    return nil
  }

  /// Tables are equal when their entries are.
  public static func == (one: LabelTable, other: LabelTable) -> Bool {
    one.entries == other.entries
  }
}
