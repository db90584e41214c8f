internal import System

/// What is wrong with a command line. Options and values are told as the user wrote them, except
/// for secrets.
enum UsageError: Error, Equatable {
  /// There is no such option.
  case unknownOption(String)
  /// A word that is neither an option nor the value of one.
  case unexpectedWord(String)
  /// The option needs a value.
  case missingValue(option: String)
  /// The option takes no value.
  case superfluousValue(option: String)
  /// The value is none of this option.
  case invalid(option: String, value: String, expected: String)
  /// The same where the value is, or may hold, a secret.
  case invalidSecret(option: String, expected: String)
  /// Two options that cannot be meant together.
  case excluded(String, String)
  /// An option that means nothing without another.
  case needs(option: String, other: String)
  /// Something that must be given.
  case missing(String)
  /// A file that cannot be read.
  case unreadable(option: String, file: String, Errno)

  /// One line for the user.
  var text: String {
    switch self {
    case .unknownOption(let word): "unknown option \(quoted(word)), expected one of those in --help"
    case .unexpectedWord(let word): "unexpected word \(quoted(word)), expected an option"
    case .missingValue(let option): "\(option): expected a value"
    case .superfluousValue(let option): "\(option): expected no value"
    case .invalid(let option, let value, let expected):
      "\(option): \(quoted(value)), expected \(expected)"
    case .invalidSecret(let option, let expected): "\(option): expected \(expected)"
    case .excluded(let one, let other): "\(one) and \(other) together, expected one of them"
    case .needs(let option, let other): "\(option): expected \(other) too"
    case .missing(let what): "expected \(what)"
    case .unreadable(let option, let file, let errno):
      "\(option): \(quoted(file)) cannot be read: \(errno.text)"
    }
  }

  /// A word longer than this is cut.
  private static let wordBytesMax = 80

  /// A word of the user in quotes, on one line whatever is in it.
  private func quoted(_ word: String) -> String {
    var bytes: [UInt8] = []
    for byte in word.utf8.prefix(UsageError.wordBytesMax) {
      bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
    }
    let rest = word.utf8.count > UsageError.wordBytesMax ? "..." : ""
    return "'\(String(decoding: bytes, as: UTF8.self))\(rest)'"
  }
}
