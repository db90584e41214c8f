public import Configuration

/// The content of consecutive registers that a simulated device has.
public struct RegisterBlock: Equatable, Sendable {
  /// The table they are in.
  public let table: RegisterTable
  /// The protocol address of the first.
  public let address: UInt16
  /// One word a register.
  public var words: [UInt16]

  /// A block from its parts.
  public init(table: RegisterTable, address: UInt16, words: [UInt16]) {
    self.table = table
    self.address = address
    self.words = words
  }

  /// The words of `count` registers from `address` on; nil where one of them is not in this block.
  public func words(of table: RegisterTable, at address: UInt16, count: Int) -> ArraySlice<UInt16>?
  {
    let start = Int(address) - Int(self.address)
    guard table == self.table, start >= 0, start + count <= words.count else { return nil }
    return words[start..<start + count]
  }
}
