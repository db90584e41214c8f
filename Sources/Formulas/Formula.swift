/// A formula, read and checked: an expression over the caller's slots.
///
/// The language is told in device-profiles/README.md. It has no loops and no state, so evaluation
/// has a fixed cost; it does not allocate.
public struct Formula: Sendable {
  /// A formula fills some lines of a profile at most.
  public static let textMax = 4_096
  /// Data sheets nest a handful of levels; each costs a frame or two while the formula is read.
  public static let nestingMax = 64
  /// Bounds what an evaluation costs to some microseconds, in words of code.
  public static let codeMax = 1_024
  /// The values at hand at a time, in an evaluation's frame: enough for a polynomial of degree 24
  /// within others' arguments.
  public static let stackMax = 32

  /// The type of what it gives. A boolean comes as the integer 1 or 0.
  public let type: FormulaType
  /// How many slots it may read: one more than the highest that it names.
  public let slotCount: Int
  private let code: [UInt64]
  private let tables: [FormulaTable]

  /// A formula from its text.
  ///
  /// What is constant is computed here. A branch that a constant condition rules out is checked for
  /// syntax, names and types, but may divide by zero.
  /// - Throws: the first fault: syntax, an unknown name, a wrong type or number of arguments, a
  ///   constant that has no value, or a limit.
  public init(_ text: String, in scope: FormulaScope) throws(FormulaError) {
    guard text.utf8.count <= Self.textMax else {
      throw FormulaError(.tooLong, Self.textMax..<text.utf8.count)
    }
    var parser = Parser(Array(text.utf8), scope)
    type = try parser.parse()
    code = parser.code
    tables = parser.tables
    slotCount = parser.slotCount
  }

  /// The value, where it is known without any slot.
  public var constant: FormulaConstant? {
    Instruction.isConstant(code[...]) ? FormulaConstant(code[1], type) : nil
  }

  /// The formula's value.
  /// - Parameter slots: at least `slotCount` values.
  public func evaluate(_ slots: Span<FormulaValue>) -> FormulaValue {
    do throws(FormulaReason) {
      let bits = try Machine.run(code.span, tables, slots)
      return type == .real
        ? .real(Double(bitPattern: bits)) : .integer(Int64(bitPattern: bits))
    } catch {
      return .missing(error)
    }
  }

  /// The functions of the language, for hints at what was meant.
  public static var functionNames: [String] { Function.allCases.map { "\($0.name)" } }
}
