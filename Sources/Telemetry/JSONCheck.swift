/// Whether bytes are one JSON text (RFC 8259).
public struct JSONCheck {
  private let bytes: [UInt8]
  private var position = 0

  /// Arrays and objects that nest deeper than this are refused, since each level is a call.
  private static let depthMax = 128

  /// Any value is a text, with white space around it.
  public static func isValid(_ bytes: [UInt8]) -> Bool {
    // Outside of strings the grammar has ASCII only, so this looks into the strings (8.1).
    guard JSONCheck.isUTF8(bytes) else { return false }
    var check = JSONCheck(bytes: bytes)
    guard check.value(depth: 0) else { return false }
    return check.position == bytes.count
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private static func isUTF8(_ bytes: [UInt8]) -> Bool {
    String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(_ word: StaticString) -> Bool {
    for index in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[index]) else { return false }
    }
    return true
  }

  /// A value with the white space around it.
  private mutating func value(depth: Int) -> Bool {
    skipSpace()
    defer { skipSpace() }
    switch next {
    case UInt8(ascii: "{"):
      return depth < JSONCheck.depthMax && list(from: "{", to: "}", depth: depth, hasNames: true)
    case UInt8(ascii: "["):
      return depth < JSONCheck.depthMax && list(from: "[", to: "]", depth: depth, hasNames: false)
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "t"): return take("true")
    case UInt8(ascii: "f"): return take("false")
    case UInt8(ascii: "n"): return take("null")
    default: return number()
    }
  }

  /// An object or an array (4, 5).
  private mutating func list(
    from open: StaticString, to close: StaticString, depth: Int, hasNames: Bool
  ) -> Bool {
    guard take(open) else { return false }
    skipSpace()
    if take(close) { return true }
    while true {
      if hasNames {
        skipSpace()
        guard string() else { return false }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return false }
      }
      guard value(depth: depth + 1) else { return false }
      if take(UInt8(ascii: ",")) { continue }
      return take(close)
    }
  }

  /// A string (7).
  private mutating func string() -> Bool {
    guard take(UInt8(ascii: "\"")) else { return false }
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case 0..<0x20: return false
      case UInt8(ascii: "\\"):
        guard let escaped = next else { return false }
        position += 1
        switch escaped {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
          UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
          break
        case UInt8(ascii: "u"):
          for _ in 0..<4 {
            guard let digit = next, JSONCheck.isHexadecimal(digit) else { return false }
            position += 1
          }
        default: return false
        }
      default: break
      }
    }
    return false
  }

  /// A number (6).
  private mutating func number() -> Bool {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) {
      guard digits() else { return false }
    }
    if take(UInt8(ascii: ".")) {
      guard digits() else { return false }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() else { return false }
    }
    return true
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  private mutating func digits() -> Bool {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position > start
  }
}
