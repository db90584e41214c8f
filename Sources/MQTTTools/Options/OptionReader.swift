/// Takes the words of a command line apart, one option after the other.
///
/// An option's value is the next word, whatever it looks like: `-m -5` sends "-5" and `-x -1` is a
/// number, as with mosquitto's tools. It may also be attached, `-p1884` or `--port=1884`, and
/// letters without values may share a dash, `-dv`. It is no getopt(3), because `-D` takes three or
/// four words.
struct OptionReader {
  /// An option as it was found.
  struct Found {
    let option: ToolOption
    /// As the user wrote it, without a value.
    let word: String
    /// Empty where the option takes none.
    let value: String
  }

  private let words: [String]
  private let tool: ToolOption.Tool
  private var position = 0
  /// Letters behind the same dash that have not been looked at.
  private var letters: ArraySlice<UInt8> = []

  /// Reads `words`, which do not have the command's name.
  init(_ words: [String], of tool: ToolOption.Tool) {
    self.words = words
    self.tool = tool
  }

  /// The next option; nil at the end.
  mutating func next() throws(UsageError) -> Found? {
    if !letters.isEmpty { return try nextLetter() }
    guard position < words.count else { return nil }
    let word = words[position]
    position += 1
    let bytes = Array(word.utf8)
    guard bytes.count > 1, bytes[0] == UInt8(ascii: "-") else { throw .unexpectedWord(word) }
    if bytes[1] == UInt8(ascii: "-") { return try named(bytes) }
    letters = bytes[1...]
    return try nextLetter()
  }

  /// The word behind an option's value, for options that take several.
  mutating func further(_ option: String) throws(UsageError) -> String {
    guard position < words.count else { throw .missingValue(option: option) }
    position += 1
    return words[position - 1]
  }

  private mutating func named(_ bytes: [UInt8]) throws(UsageError) -> Found {
    let end = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
    let name = bytes[2..<end]
    let word = String(decoding: bytes[..<end], as: UTF8.self)
    let spelling = ToolOption.spellings.first { spelling in
      has(spelling) && !name.isEmpty
        && UnsafeBufferPointer(start: spelling.name.utf8Start, count: spelling.name.utf8CodeUnitCount)
          .elementsEqual(name)
    }
    guard let spelling else { throw .unknownOption(word) }
    guard end < bytes.endIndex else {
      return Found(
        option: spelling.option, word: word, value: spelling.takesValue ? try further(word) : "")
    }
    guard spelling.takesValue else { throw .superfluousValue(option: word) }
    return Found(
      option: spelling.option, word: word,
      value: String(decoding: bytes[(end + 1)...], as: UTF8.self))
  }

  private mutating func nextLetter() throws(UsageError) -> Found {
    let letter = letters.removeFirst()
    let spelling = ToolOption.spellings.first { has($0) && $0.letter == letter }
    // All that is left is told: a letter alone may be half a character.
    let word = "-\(String(decoding: [letter], as: UTF8.self))"
    guard let spelling else {
      throw .unknownOption("-\(String(decoding: [letter] + letters, as: UTF8.self))")
    }
    guard spelling.takesValue else {
      return Found(option: spelling.option, word: word, value: "")
    }
    guard !letters.isEmpty else {
      return Found(option: spelling.option, word: word, value: try further(word))
    }
    let value = String(decoding: letters, as: UTF8.self)
    letters = []
    return Found(option: spelling.option, word: word, value: value)
  }

  private func has(_ spelling: ToolOption.Spelling) -> Bool {
    spelling.tool == nil || spelling.tool == tool
  }
}
