/// Takes the words of a command line apart, one option after the other.
///
/// An option's value is the next word, whatever it looks like: `-m -5` sends "-5" and `-x -1` is a
/// number, as with mosquitto's tools. It may also be attached, `-p1884` or `--port=1884`, and
/// letters without values may share a dash, `-dv`. It is no getopt(3), because `-D` takes three or
/// four words.
final class OptionReader {
  let tool: ToolOption.Tool
  /// The option that was read last, as the user wrote it, without a value.
  private(set) var word = ""
  /// Its value; empty where it takes none.
  private(set) var value = ""

  private let words: [String]
  private var position = 0
  /// Letters behind the same dash that have not been looked at.
  private var letters: ArraySlice<UInt8> = []

  /// Reads `words`, which do not have the command's name.
  init(_ words: [String], of tool: ToolOption.Tool) {
    self.words = words
    self.tool = tool
  }

  /// Reads the next option; nil at the end.
  func next() throws(UsageError) -> ToolOption? {
    value = ""
    if letters.isEmpty {
      guard position < words.count else { return nil }
      word = words[position]
      position += 1
      let bytes = Array(word.utf8)
      guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { throw .unexpectedWord(word) }
      if bytes[1] == UInt8(ascii: "-") { return try named(bytes) }
      letters = bytes[1...]
    }
    let rest = letters
    letters.removeFirst()
    guard let spelling = ToolOption.find(rest.prefix(1), isLetter: true, of: tool) else {
      // All that is left is told: a byte alone may be half a character.
      throw .unknownOption(joined("-", String(decoding: rest, as: UTF8.self)))
    }
    word = joined("-", String(decoding: rest.prefix(1), as: UTF8.self))
    if spelling.takesValue {
      if letters.isEmpty {
        try readFurther()
      } else {
        value = String(decoding: letters, as: UTF8.self)
        letters = []
      }
    }
    return spelling.option
  }

  private func named(_ bytes: [UInt8]) throws(UsageError) -> ToolOption {
    let end = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
    let hasValue = end < bytes.endIndex
    if hasValue { word = String(decoding: bytes[..<end], as: UTF8.self) }
    guard let spelling = ToolOption.find(bytes[2..<end], isLetter: false, of: tool) else {
      throw .unknownOption(word)
    }
    if hasValue {
      guard spelling.takesValue else { throw .superfluousValue(word) }
      value = String(decoding: bytes[(end + 1)...], as: UTF8.self)
    } else if spelling.takesValue {
      try readFurther()
    }
    return spelling.option
  }

  /// Reads the word behind, for options that take several; it is the value then.
  func readFurther() throws(UsageError) {
    guard position < words.count else { throw .missingValue(word) }
    value = words[position]
    position += 1
  }

  /// What is read next is told by this name, and not as the user wrote it alone.
  func rename(_ name: String) {
    word = name
  }

  /// Puts a part of the value in the place of the whole.
  func replaceValue(_ part: String) {
    value = part
  }

  /// The value is not what is expected.
  @inline(never)
  func invalid(_ expected: String) -> UsageError { .invalid(word, value, expected: expected) }

  /// The same where the value is, or may hold, a secret.
  @inline(never)
  func invalidSecret(_ expected: String) -> UsageError { .invalidSecret(word, expected: expected) }
}
