/// An example in a profile: registers as the device gave them, and the values that they mean.
public struct ProfileTest: Sendable {
  /// What it is an example of.
  public let name: String
  /// Runs of consecutive registers.
  public let registers: [RegisterRun]
  /// The values that must come out.
  public let expectations: [Expectation]

  /// An example from its parts.
  public init(name: String, registers: [RegisterRun], expectations: [Expectation]) {
    self.name = name
    self.registers = registers
    self.expectations = expectations
  }

  /// The content of consecutive registers of one table.
  public struct RegisterRun: Equatable, Sendable {
    /// The table they are in.
    public let table: RegisterTable
    /// The protocol address of the first, from 0.
    public let address: UInt16
    /// One word a register.
    public let words: [UInt16]

    /// A run from its parts.
    public init(table: RegisterTable, address: UInt16, words: [UInt16]) {
      self.table = table
      self.address = address
      self.words = words
    }
  }

  /// The value that a point must have.
  public struct Expectation: Equatable, Sendable {
    /// The point's name.
    public let point: String
    /// What it must be.
    public let content: Content
    /// Why there must be no value, by the name that payloads have; nil for any reason.
    public internal(set) var reason: String?

    /// What a point must be.
    public enum Content: Equatable, Sendable {
      /// There must be no value.
      case none
      /// A number in the point's unit, and how far off the value may be; 0 for exactly.
      case number(Double, tolerance: Double)
      /// Yes or no.
      case boolean(Bool)
      /// A text.
      case text(String)
      /// A list of names.
      case texts([String])
    }

    /// An expectation from its parts.
    public init(point: String, content: Content) {
      self.point = point
      self.content = content
    }

    /// The expectation of a number; nil for none.
    public init(point: String, value: Double?, tolerance: Double) {
      self.point = point
      content = value.map { .number($0, tolerance: tolerance) } ?? .none
    }

    /// The number that must come out; nil where none is expected.
    public var value: Double? {
      guard case .number(let value, _) = content else { return nil }
      return value
    }

    /// How far off the number may be.
    public var tolerance: Double {
      guard case .number(_, let tolerance) = content else { return 0 }
      return tolerance
    }
  }
}
