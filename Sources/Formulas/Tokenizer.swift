/// A word or sign of a formula.
struct Token {
  enum Kind: UInt8 {
    case end, integer, hexadecimal, real, name
    case and, or, not, `true`, `false`
    case open, close, comma
    case plus, minus, star, slash, percent, power
    case shiftLeft, shiftRight, ampersand, bar, caret, tilde
    case equal, notEqual, less, lessEqual, greater, greaterEqual
  }

  var kind: Kind
  /// Where it stands in the text.
  var range: Range<Int>
}

/// Cuts a formula's text into tokens.
struct Tokenizer {
  private let text: [UInt8]
  /// Where the next token is looked for.
  var position = 0

  init(_ text: [UInt8]) {
    self.text = text
  }

  func string(_ range: Range<Int>) -> String {
    String(decoding: text[range], as: UTF8.self)
  }

  func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> { text[range] }

  /// The byte at an index, or 0 behind the end; no token has it.
  private func byte(at index: Int) -> UInt8 { index < text.count ? text[index] : 0 }

  /// The next token; the end again and again at the end.
  mutating func next() throws(FormulaError) -> Token {
    while position < text.count && text[position].isSpace { position += 1 }
    let start = position
    guard start < text.count else { return Token(kind: .end, range: start..<start) }
    let kind: Token.Kind
    if text[start].isDigit || (text[start] == UInt8(ascii: ".") && byte(at: start + 1).isDigit) {
      kind = try number()
    } else if text[start].isLetter {
      kind = name()
    } else {
      kind = try sign()
    }
    return Token(kind: kind, range: start..<position)
  }

  private mutating func name() -> Token.Kind {
    let start = position
    repeat {
      position += 1
      // A dot goes on with a name where a letter follows it.
      if byte(at: position) == UInt8(ascii: ".") && byte(at: position + 1).isLetter { position += 2 }
    } while byte(at: position).isLetter || byte(at: position).isDigit
    for (word, kind) in Self.keywords where text[start..<position].isEqual(to: word) { return kind }
    return .name
  }

  private static let keywords: [(StaticString, Token.Kind)] = [
    ("and", .and), ("or", .or), ("not", .not), ("true", .true), ("false", .false),
  ]

  private mutating func number() throws(FormulaError) -> Token.Kind {
    let start = position
    var kind = Token.Kind.integer
    var isGood = true
    if text[start] == UInt8(ascii: "0") && byte(at: start + 1) | 0x20 == UInt8(ascii: "x") {
      kind = .hexadecimal
      position += 2
      while byte(at: position).hexadecimalValue != nil { position += 1 }
      isGood = position > start + 2
    } else {
      skipDigits()
      // In some languages 010 is 8, so it is nothing here.
      isGood = text[start] != UInt8(ascii: "0") || position <= start + 1
      if byte(at: position) == UInt8(ascii: ".") {
        kind = .real
        position += 1
        isGood = skipDigits() && isGood
      }
      if byte(at: position) | 0x20 == UInt8(ascii: "e") {
        kind = .real
        position += 1
        if byte(at: position) == UInt8(ascii: "+") || byte(at: position) == UInt8(ascii: "-") {
          position += 1
        }
        isGood = skipDigits() && isGood
      }
    }
    while byte(at: position).isLetter || byte(at: position).isDigit
      || byte(at: position) == UInt8(ascii: ".")
    {
      position += 1
      isGood = false
    }
    if !isGood { throw FormulaError(.badNumber, start..<position, string(start..<position)) }
    return kind
  }

  /// Whether there was one at least.
  @discardableResult private mutating func skipDigits() -> Bool {
    let start = position
    while byte(at: position).isDigit { position += 1 }
    return position > start
  }

  private mutating func sign() throws(FormulaError) -> Token.Kind {
    let start = position
    // The longer ones stand first.
    for (word, kind) in Self.signs where text[start...].begins(with: word) {
      position += word.utf8CodeUnitCount
      return kind
    }
    // A character beyond ASCII is shown as a whole.
    repeat { position += 1 } while byte(at: position) & 0xC0 == 0x80
    throw FormulaError(.unexpectedCharacter, start..<position)
  }

  private static let signs: [(StaticString, Token.Kind)] = [
    ("**", .power), ("<<", .shiftLeft), (">>", .shiftRight), ("==", .equal), ("!=", .notEqual),
    ("<=", .lessEqual), (">=", .greaterEqual), ("<", .less), (">", .greater),
    ("+", .plus), ("-", .minus), ("*", .star), ("/", .slash), ("%", .percent),
    ("&", .ampersand), ("|", .bar), ("^", .caret), ("~", .tilde),
    ("(", .open), (")", .close), (",", .comma),
  ]
}

extension ArraySlice<UInt8> {
  func isEqual(to word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount && begins(with: word)
  }

  func begins(with word: StaticString) -> Bool {
    guard count >= word.utf8CodeUnitCount else { return false }
    for offset in 0..<word.utf8CodeUnitCount {
      guard self[startIndex + offset] == word.utf8Start[offset] else { return false }
    }
    return true
  }
}

extension UInt8 {
  var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Of ASCII, or the low line.
  var isLetter: Bool {
    let lower = self | 0x20
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || self == UInt8(ascii: "_")
  }

  var hexadecimalValue: UInt8? {
    if isDigit { return self - UInt8(ascii: "0") }
    let lower = self | 0x20
    guard lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "f") else { return nil }
    return lower - UInt8(ascii: "a") + 10
  }
}
