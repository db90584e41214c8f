/// The check that a file is text, made before the C library sees it: what is not text is told as
/// what it is, with its place.
enum SourceText {
  /// A gateway with a hundred devices stays under 100 KiB, and the whole file is held in memory.
  static let bytesMax = 1_024 * 1_024

  /// The part of a file that YAML is read from, which is all of it less a byte order mark, and the
  /// place behind its last character.
  /// - Throws: where it is too large, not UTF-8, or has characters that YAML does not allow
  ///   (YAML 1.1, 5.1).
  static func check(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> (text: ArraySlice<UInt8>, end: Place) {
    guard bytes.count <= bytesMax else {
      throw Place(file: file, line: 1, column: 1).error(
        "the file is too large, expected at most \(bytesMax / 1_024) KiB")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw Place(file: file, line: 1, column: 1).error(
        "not a YAML file: UTF-16 text, expected UTF-8")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    var index = text.startIndex
    var (line, column) = (1, 1)
    while index < text.endIndex {
      if text[index] >= 0x20 && text[index] < 0x7F {
        index += 1
        column += 1
        continue
      }
      guard let (scalar, length) = decode(text[index...]) else {
        throw Place(file: file, line: line, column: column).error(
          "not a YAML file: byte 0x\(hex(UInt32(text[index]), digits: 2)), expected UTF-8 text")
      }
      guard isAllowed(scalar) else {
        throw Place(file: file, line: line, column: column).error(
          "not a YAML file: character U+\(hex(scalar, digits: 4)), expected text")
      }
      index += length
      let isBreak: Bool
      switch scalar {
      case 0x0A, 0x85, 0x2028, 0x2029: isBreak = true
      case 0x0D: isBreak = index == text.endIndex || text[index] != 0x0A
      default: isBreak = false
      }
      (line, column) = isBreak ? (line + 1, 1) : (line, column + 1)
    }
    return (text, Place(file: file, line: line, column: column))
  }

  /// Whether bytes are UTF-8.
  static func isUTF8(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let (_, length) = decode(rest) else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }

  /// The first character and its length in bytes; nil where it is not UTF-8 (RFC 3629, 4).
  private static func decode(_ bytes: ArraySlice<UInt8>) -> (scalar: UInt32, length: Int)? {
    guard let first = bytes.first else { return nil }
    if first < 0x80 { return (UInt32(first), 1) }
    let (length, smallest): (Int, UInt32)
    switch first {
    case 0xC2...0xDF: (length, smallest) = (2, 0x80)
    case 0xE0...0xEF: (length, smallest) = (3, 0x800)
    case 0xF0...0xF4: (length, smallest) = (4, 0x1_0000)
    default: return nil
    }
    guard bytes.count >= length else { return nil }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for byte in bytes.dropFirst().prefix(length - 1) {
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let isSurrogate = (0xD800...0xDFFF).contains(scalar)
    return scalar < smallest || scalar > 0x10_FFFF || isSurrogate ? nil : (scalar, length)
  }

  private static func isAllowed(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85: true
    case 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    var text: [UInt8] = []
    for position in (0..<8).reversed() {
      let digit = UInt8(value >> UInt32(4 * position) & 0xF)
      if digit == 0 && text.isEmpty && position >= digits { continue }
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10)
    }
    return String(decoding: text, as: UTF8.self)
  }
}
