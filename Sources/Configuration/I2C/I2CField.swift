/// Where a number stands in the bytes that a device has sent, and what kind of number it is.
public struct I2CField: Equatable, Sendable {
  /// Bits of one byte.
  public struct Part: Equatable, Sendable {
    /// Which byte of the answer, from 0.
    public let offset: Int
    /// Its highest bit of the number.
    public let high: UInt8
    /// Its lowest bit of the number.
    public let low: UInt8
  }

  /// What the bits are.
  public enum Kind: Equatable, Sendable {
    /// A whole number from 0.
    case unsigned
    /// A whole number in two's complement.
    case signed
    /// A whole number whose highest bit is a minus sign.
    case signAndMagnitude
    /// IEEE 754 of 32 or 64 bits.
    case float
    /// Decimal digits of four bits each.
    case bcd
  }

  /// What the bits are.
  public let kind: Kind
  /// How many there are, 1 to 64.
  public let bits: Int
  /// Its bytes, the most significant part first.
  public internal(set) var parts: [Part]

  /// How many bytes an answer must have for it.
  public var byteCount: Int { parts.reduce(0) { max($0, $1.offset + 1) } }
}

extension I2CField {
  /// A number has at most this many bytes.
  private static let bytesMax = 8

  /// Reads the field notation, e.g. `u16le @0x88` or `s12 {0xE4, 0xE5[3:0]}`; the parts' offsets are
  /// the addresses of the text.
  init(_ node: Node) throws(ConfigurationError) {
    let what = "a field such as u16be @0, s16le @0x8A or s12 {0xE4, 0xE5[3:0]}"
    let text = Array(try node.text(what).utf8)
    guard let split = text.firstIndex(where: { $0 == Byte.at || $0 == Byte.openBrace }) else {
      throw node.mismatch(expected: what)
    }
    var word = text[..<split]
    while word.last == Byte.space { word = word.dropLast() }
    guard let type = Word(word) else { throw node.mismatch(expected: what) }
    (kind, bits) = (type.kind, type.bits)
    parts = []
    if text[split] == Byte.at {
      guard let first = I2CField.address(text[(split + 1)...]) else {
        throw node.mismatch(expected: what)
      }
      guard bits % 8 == 0, bits == 8 || type.order != nil else {
        throw node.place.error(
          bits % 8 == 0
            ? "expected a byte order, \(type.name)be or \(type.name)le"
            : "\(bits) bits are no whole bytes, expected their places such as"
              + " \(type.name) {0xE4, 0xE5[3:0]}")
      }
      for index in 0..<(bits / 8) {
        let offset = type.order == .little ? bits / 8 - 1 - index : index
        parts.append(Part(offset: first + offset, high: 7, low: 0))
      }
      return
    }
    guard text.last == Byte.closeBrace, type.order == nil else {
      throw node.mismatch(expected: what)
    }
    var width = 0
    for piece in text[(split + 1)...].dropLast().split(
      separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    {
      guard let part = Part(piece) else { throw node.mismatch(expected: what) }
      parts.append(part)
      width += Int(part.high - part.low) + 1
    }
    guard width == bits else {
      throw node.place.error("the parts are \(width) bits, expected \(bits) for \(type.name)")
    }
  }

  /// The same field counted from another byte.
  func counted(from first: Int) -> I2CField {
    var field = self
    field.parts = parts.map { Part(offset: $0.offset - first, high: $0.high, low: $0.low) }
    return field
  }

  /// The lowest address of its parts.
  var firstAddress: Int { parts.reduce(Int.max) { min($0, $1.offset) } }

  /// The number that is no integer.
  var isReal: Bool { kind == .float }

  /// A number, spaces around it.
  fileprivate static func address(_ bytes: ArraySlice<UInt8>) -> Int? {
    var rest = bytes.drop { $0 == Byte.space }
    while rest.last == Byte.space { rest = rest.dropLast() }
    guard let number = NumberText.integer(String(decoding: rest, as: UTF8.self)),
      (0...255).contains(number)
    else { return nil }
    return Int(number)
  }

  /// `u16le`, `s12`, `f32be`, `bcd2`.
  private struct Word {
    var kind: Kind
    var bits: Int
    var order: ByteOrder?
    /// Without its byte order.
    var name: String

    init?(_ bytes: ArraySlice<UInt8>) {
      var rest = bytes
      if rest.suffix(2).elementsEqual("le".utf8) {
        order = .little
      } else if rest.suffix(2).elementsEqual("be".utf8) {
        order = .big
      }
      if order != nil { rest = rest.dropLast(2) }
      let digits = rest.reversed().prefix { $0.isDigit }.count
      let letters = rest.dropLast(digits)
      name = String(decoding: rest, as: UTF8.self)
      guard digits > 0, digits <= 2,
        let number = NumberText.integer(String(decoding: rest.suffix(digits), as: UTF8.self))
      else { return nil }
      bits = Int(number)
      switch String(decoding: letters, as: UTF8.self) {
      case "u": kind = .unsigned
      case "s": kind = .signed
      case "sm": kind = .signAndMagnitude
      case "f": kind = .float
      case "bcd":
        kind = .bcd
        bits *= 4
      default: return nil
      }
      guard bits > 0, bits <= 8 * I2CField.bytesMax,
        kind != .float || bits == 32 || bits == 64
      else { return nil }
    }
  }
}

extension I2CField.Part {
  /// Reads `0xE4` or `0xE5[3:0]` or `0xE5[7]`.
  fileprivate init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes.drop { $0 == Byte.space }
    while rest.last == Byte.space { rest = rest.dropLast() }
    var bits: (high: UInt8, low: UInt8) = (7, 0)
    if rest.last == Byte.closeBracket, let open = rest.firstIndex(of: Byte.openBracket) {
      let range = rest[(open + 1)...].dropLast()
      let colon = range.firstIndex(of: Byte.colon) ?? range.endIndex
      guard let high = I2CField.address(range[..<colon]),
        let low = I2CField.address(colon < range.endIndex ? range[(colon + 1)...] : range),
        low <= high, high <= 7
      else { return nil }
      bits = (UInt8(high), UInt8(low))
      rest = rest[..<open]
    }
    guard let offset = I2CField.address(rest) else { return nil }
    self.offset = offset
    (high, low) = bits
  }
}
