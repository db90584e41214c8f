/// What is wrong with a format.
enum FormatError: Error, Equatable {
  /// It ends behind `%`, `@` or `\`.
  case incomplete(UInt8)
  /// There is no such sequence.
  case unknown(UInt8, UInt8)
  /// The field would be wider than `MessageFormat.Padding.widthMax`.
  case tooWide

  /// What would be right.
  var expected: String {
    switch self {
    case .incomplete(let start): joined("a character behind the last ", shown([start]))
    case .unknown(let start, let character):
      joined("a sequence of docs/tools.md in place of ", shown([start, character]))
    case .tooWide: joined("a width of at most ", decimal(Int64(MessageFormat.Padding.widthMax)))
    }
  }

  private func shown(_ bytes: [UInt8]) -> String {
    for byte in bytes where byte < 0x20 || byte >= 0x7F { return "what is there" }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension MessageFormat {
  /// Reads a format: `%` and a letter for something of the message, `@` and a character for a part
  /// of the time, `\` and a character for one that is hard to type.
  init(_ text: String) throws(FormatError) {
    var parts: [Part] = []
    var plain: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let part: Part?
      switch byte {
      case UInt8(ascii: "%"): part = try MessageFormat.field(&rest)
      case UInt8(ascii: "@"): part = try MessageFormat.time(&rest)
      case UInt8(ascii: "\\"): part = .text([try MessageFormat.escape(&rest)])
      default: part = .text([byte])
      }
      if case .text(let bytes) = part {
        plain.append(contentsOf: bytes)
      } else if let part {
        if !plain.isEmpty { parts.append(.text(plain)) }
        plain = []
        parts.append(part)
      }
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
    self.init(parts: parts)
  }

  private static func field(_ rest: inout ArraySlice<UInt8>) throws(FormatError) -> Part {
    let start = UInt8(ascii: "%")
    var padding = Padding()
    while let flag = rest.first, flag == UInt8(ascii: "0") || flag == UInt8(ascii: "-") {
      if flag == UInt8(ascii: "-") { padding.isLeft = true } else { padding.hasZeros = true }
      rest.removeFirst()
    }
    padding.width = try number(&rest) ?? 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      padding.precision = try number(&rest) ?? 0
    }
    guard let letter = rest.popFirst() else { throw .incomplete(start) }
    switch letter {
    case start: return .text([start])
    case UInt8(ascii: "I"): return .isoTime(padding)
    case UInt8(ascii: "U"): return .unixTime
    case UInt8(ascii: "j"): return .json(isPayloadJSON: false)
    case UInt8(ascii: "J"): return .json(isPayloadJSON: true)
    default:
      guard let field = Field(rawValue: letter) else { throw .unknown(start, letter) }
      return .field(field, padding)
    }
  }

  private static func time(_ rest: inout ArraySlice<UInt8>) throws(FormatError) -> Part {
    let start = UInt8(ascii: "@")
    guard let character = rest.popFirst() else { throw .incomplete(start) }
    switch character {
    case start: return .text([start])
    case UInt8(ascii: "N"): return .nanoseconds
    // strftime(3) takes E and O for the first of two characters, and all beyond ASCII as it is.
    case 0x21..<0x7F where character != UInt8(ascii: "E") && character != UInt8(ascii: "O"):
      return .time(character)
    default: throw .unknown(start, character)
    }
  }

  private static func escape(_ rest: inout ArraySlice<UInt8>) throws(FormatError) -> UInt8 {
    let start = UInt8(ascii: "\\")
    guard let character = rest.popFirst() else { throw .incomplete(start) }
    switch character {
    case start: return start
    case UInt8(ascii: "0"): return 0x00
    case UInt8(ascii: "a"): return 0x07
    case UInt8(ascii: "e"): return 0x1B
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "v"): return 0x0B
    default: throw .unknown(start, character)
    }
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) throws(FormatError) -> Int? {
    var number: Int?
    while let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      rest.removeFirst()
      let value = (number ?? 0) * 10 + Int(digit - UInt8(ascii: "0"))
      guard value <= Padding.widthMax else { throw .tooWide }
      number = value
    }
    return number
  }
}
