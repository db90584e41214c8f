/// The characters that a kind of name is made of.
enum NameRule {
  /// Gateways, devices and buses: their names become levels of MQTT topics, so neither separators
  /// nor wildcards nor spaces.
  case topicLevel
  /// Profiles: their names become file names, so nothing that leads out of the folder.
  case file
  /// Points, quantities and poll classes: points become keys of JSON and of other people's code.
  case identifier
  /// Parts of formulas, which data sheets write as they please: `T1`, `raw_t`.
  case symbol

  /// In bytes; a topic of two names and a prefix stays under 150 characters.
  static let bytesMax = 64

  /// What the rule asks, in the words of an error.
  var words: String {
    switch self {
    case .topicLevel: "1 to \(NameRule.bytesMax) letters, digits, '-' and '_'"
    case .file:
      "1 to \(NameRule.bytesMax) lower-case letters, digits, '-' and '.', a letter or digit first"
    case .identifier:
      "1 to \(NameRule.bytesMax) lower-case letters, digits and '_', a letter first"
    case .symbol: "1 to \(NameRule.bytesMax) letters, digits and '_', a letter first"
    }
  }

  func allows(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= NameRule.bytesMax else { return false }
    switch self {
    case .topicLevel:
      return name.utf8.allSatisfy {
        $0.isLetter || $0.isDigit || $0 == Byte.hyphen || $0 == Byte.underscore
      }
    case .file:
      return (first.isLowerCaseLetter || first.isDigit)
        && name.utf8.allSatisfy {
          $0.isLowerCaseLetter || $0.isDigit || $0 == Byte.hyphen || $0 == Byte.dot
        }
    case .symbol:
      return first.isLetter
        && name.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == Byte.underscore }
    case .identifier:
      return first.isLowerCaseLetter
        && name.utf8.allSatisfy { $0.isLowerCaseLetter || $0.isDigit || $0 == Byte.underscore }
    }
  }
}

/// The ASCII characters that names, numbers and addresses turn on.
enum Byte {
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let hyphen = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")
  static let underscore = UInt8(ascii: "_")
  static let dot = UInt8(ascii: ".")
  static let colon = UInt8(ascii: ":")
  static let slash = UInt8(ascii: "/")
  static let percent = UInt8(ascii: "%")
  static let at = UInt8(ascii: "@")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLowerCaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  var isLetter: Bool { lowerCased.isLowerCaseLetter }
  /// The lower-case form of an ASCII capital; anything else as it is.
  var lowerCased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  /// The value of a hexadecimal digit; nil where it is none.
  var hexValue: UInt8? {
    if isDigit { return self - UInt8(ascii: "0") }
    guard (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(lowerCased) else { return nil }
    return lowerCased - UInt8(ascii: "a") + 10
  }
}
