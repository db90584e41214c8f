internal import System

/// What is wrong with a command line. Options and values are told as the user wrote them, except
/// for secrets.
struct UsageError: Error, Equatable {
  /// What kind of mistake it is.
  enum Kind: Equatable {
    /// There is no such option.
    case unknownOption
    /// A word that is neither an option nor the value of one.
    case unexpectedWord
    /// The option needs a value.
    case missingValue
    /// The option takes no value.
    case superfluousValue
    /// The value is none of this option.
    case invalid
    /// Two options that cannot be meant together.
    case excluded
    /// Something that must be given is not.
    case missing
    /// A file that cannot be read.
    case unreadable
  }

  let kind: Kind
  /// One line for the user.
  let text: String

  static func unknownOption(_ word: String) -> UsageError {
    UsageError(
      kind: .unknownOption,
      text: joined("unknown option ", quoted(word), ", expected one of those in --help"))
  }

  static func unexpectedWord(_ word: String) -> UsageError {
    UsageError(
      kind: .unexpectedWord, text: joined("unexpected word ", quoted(word), ", expected an option"))
  }

  static func missingValue(_ option: String) -> UsageError {
    UsageError(kind: .missingValue, text: joined(option, ": expected a value"))
  }

  static func superfluousValue(_ option: String) -> UsageError {
    UsageError(kind: .superfluousValue, text: joined(option, ": expected no value"))
  }

  @inline(never)
  static func invalid(_ option: String, _ value: String, expected: String) -> UsageError {
    UsageError(
      kind: .invalid, text: joined(option, ": ", quoted(value), ", expected ", expected))
  }

  /// The same where the value is, or may hold, a secret.
  static func invalidSecret(_ option: String, expected: String) -> UsageError {
    UsageError(kind: .invalid, text: joined(option, ": expected ", expected))
  }

  @inline(never)
  static func excluded(_ one: String, _ other: String) -> UsageError {
    UsageError(
      kind: .excluded, text: joined(one, " and ", other, " together, expected one of them"))
  }

  @inline(never)
  static func needs(_ option: String, _ other: String) -> UsageError {
    UsageError(kind: .missing, text: joined(option, ": expected ", other, " too"))
  }

  static func missing(_ what: String) -> UsageError {
    UsageError(kind: .missing, text: joined("expected ", what))
  }

  static func unreadable(_ option: String, _ file: String, _ errno: Errno) -> UsageError {
    UsageError(
      kind: .unreadable,
      text: joined(option, ": ", quoted(file), " cannot be read: ", errno.text))
  }

  /// A word longer than this is cut.
  private static let wordBytesMax = 80

  /// A word of the user in quotes, on one line whatever is in it.
  @inline(never)
  private static func quoted(_ word: String) -> String {
    var bytes = [UInt8(ascii: "'")]
    for byte in word.utf8 {
      if bytes.count > wordBytesMax {
        bytes.append(text: "...")
        break
      }
      bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
    }
    bytes.append(UInt8(ascii: "'"))
    return String(decoding: bytes, as: UTF8.self)
  }
}
