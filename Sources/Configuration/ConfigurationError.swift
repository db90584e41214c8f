/// What is wrong in a file that a person wrote, and where.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The file's name as the user gave it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column in characters, from 1.
  public let column: Int
  /// What is wrong, and what was expected.
  public let message: String

  /// An error at a place in a file.
  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  /// The one line that the user reads: `file:line:column: what is wrong, what was expected`.
  public var text: String { "\(Place(file: file, line: line, column: column).text): \(message)" }
}
