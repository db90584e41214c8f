/// A place in a file, at which errors are reported.
struct Place: Equatable {
  /// The file's name as the user gave it.
  let file: String
  /// The line, from 1.
  let line: Int
  /// The column in characters, from 1.
  let column: Int

  /// `file:line:column`.
  var text: String { "\(file):\(line):\(column)" }

  func error(_ message: String) -> ConfigurationError {
    ConfigurationError(file: file, line: line, column: column, message: message)
  }
}
