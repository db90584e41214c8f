/// What is wrong in a formula's text, and where.
public struct FormulaError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Problem: UInt8, Equatable, Sendable {
    case unexpectedCharacter
    case badNumber
    case numberTooLarge
    case expectedOperand
    case expectedOperator
    /// Another token was expected; it is the detail.
    case expected
    case comparisonChain
    case unknownName
    case unknownFunction
    /// The detail is how many arguments the function takes.
    case argumentCount
    case expectedInteger
    case expectedNumber
    case expectedCondition
    case mixedTypes
    case expectedTable
    case unexpectedTable
    case divisionByZero
    case shiftCount
    case bitCount
    case reversedLimits
    case overflow
    case notFinite
    case outOfDomain
    case tooLong
    case tooDeep
    case tooLarge
    /// The detail is the names, in a circle.
    case cycle
    case definedTwice
    case tooManyFormulas
  }

  /// What is wrong.
  public let problem: Problem
  /// Where it begins, in bytes of UTF-8 from the text's beginning; the text's length for its end.
  public let offset: Int
  /// How many bytes it is; 0 at the end.
  public let length: Int
  /// The name, operator or number that it is about; empty where there is none.
  public let detail: String
  /// Which of a set's formulas it is; 0 for a formula alone.
  public internal(set) var formula = 0

  @inline(never)
  init(_ problem: Problem, _ range: Range<Int>, _ detail: String = "") {
    self.problem = problem
    offset = range.lowerBound
    length = range.count
    self.detail = detail
  }

  /// One line: what is wrong, and what was expected.
  public var text: String {
    let pattern = template
    let bytes = UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount)
    guard let place = bytes.firstIndex(of: UInt8(ascii: "@")) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var text = String(decoding: bytes[..<place], as: UTF8.self)
    text += detail
    text += String(decoding: bytes[(place + 1)...], as: UTF8.self)
    return text
  }

  /// The text with `@` where the detail goes.
  private var template: StaticString {
    switch problem {
    case .unexpectedCharacter:
      "unexpected character, expected a number, a name, an operator or a parenthesis"
    case .badNumber: "'@' is no number, expected one like 12, 0x1F, 2.5 or 1e-3"
    case .numberTooLarge: "'@' is out of range for an integer of 64 bits or a real number"
    case .expectedOperand: "expected a number, a name or '('"
    case .expectedOperator: "expected an operator or the end"
    case .expected: "expected @"
    case .comparisonChain: "comparisons do not chain, expected 'a < b and b < c'"
    case .unknownName: "unknown name '@'"
    case .unknownFunction: "unknown function '@'"
    case .argumentCount: "wrong number of arguments, expected @"
    case .expectedInteger: "'@' takes integers"
    case .expectedNumber: "'@' takes numbers, not conditions"
    case .expectedCondition: "'@' takes conditions or integers, not real numbers"
    case .mixedTypes: "'@' takes two numbers or two conditions, not one of each"
    case .expectedTable: "'@' takes the name of a table first"
    case .unexpectedTable: "'@' is a table, which stands only first in lookup, nearest and interp"
    case .divisionByZero: "division by zero"
    case .shiftCount: "a shift goes by 0 to 63 bits"
    case .bitCount: "'@' takes 1 to 64 bits"
    case .reversedLimits: "the low limit of '@' is above the high one"
    case .overflow: "'@' here gives more than an integer of 64 bits holds"
    case .notFinite: "'@' here gives more than a real number holds"
    case .outOfDomain: "'@' has no value for what it is given here"
    case .tooLong: "longer than 4096 bytes"
    case .tooDeep: "nested deeper than 64 levels"
    case .tooLarge: "too large, expected at most 1024 words of code and 32 values at a time"
    case .cycle: "defined by itself: @"
    case .definedTwice: "'@' is defined already"
    case .tooManyFormulas: "more than 1024 formulas"
    }
  }
}
