/// A type as a profile names it: `u8-high` is a part of a register, `bool` what a number means.
struct TypeWord {
  var type: RegisterType
  var bits: BitField?
  var isTruth = false

  /// The longest text that a read can bring in one piece.
  private static let charactersMax = 2 * ModbusConnection.registersPerReadMax

  init(_ type: RegisterType, bits: BitField? = nil, isTruth: Bool = false) {
    self.type = type
    self.bits = bits
    self.isTruth = isTruth
  }

  /// Reads the key `type`.
  init(_ node: Node) throws(ConfigurationError) {
    guard case .scalar(let text, _) = node.content, let word = TypeWord(text) else {
      throw node.mismatch(
        expected: Words.list(
          RegisterType.allCases.map { $0.word } + TypeWord.otherWords, conjunction: "or"))
    }
    self = word
  }

  private init?(_ text: String) {
    for type in RegisterType.allCases where type.word == text {
      self.init(type)
      return
    }
    switch text {
    case "u8-high": self.init(.u16, bits: TypeWord.highByte)
    case "u8-low": self.init(.u16, bits: TypeWord.lowByte)
    case "s8-high": self.init(.s16, bits: TypeWord.highByte)
    case "s8-low": self.init(.s16, bits: TypeWord.lowByte)
    case "bool": self.init(.u16, isTruth: true)
    default:
      let bytes = Array(text.utf8)
      guard bytes.starts(with: "str".utf8), bytes.count > 3, bytes[3].isDigit,
        let count = NumberText.integer(String(decoding: bytes[3...], as: UTF8.self)),
        (1...Int64(TypeWord.charactersMax)).contains(count)
      else { return nil }
      self.init(
        .text(RegisterType.TextLayout(characters: UInt8(truncatingIfNeeded: count), bytes: .both)))
    }
  }

  private static let highByte = BitField(low: 8, count: 8)
  private static let lowByte = BitField(low: 0, count: 8)
  private static let otherWords = [
    "u8-high", "u8-low", "s8-high", "s8-low", "bool", "a text such as str16",
  ]
}

extension RegisterTable {
  /// The table in the profile language.
  public var word: String {
    switch self {
    case .holding: "holding"
    case .input: "input"
    case .coil: "coil"
    case .discrete: "discrete"
    }
  }

  /// Whether it has single bits.
  var isOfBits: Bool { self == .coil || self == .discrete }
}

extension RegisterType {
  /// The type in the profile language.
  var word: String {
    switch self {
    case .u16: "u16"
    case .s16: "s16"
    case .u32: "u32"
    case .s32: "s32"
    case .u64: "u64"
    case .s64: "s64"
    case .f16: "f16"
    case .f32: "f32"
    case .f64: "f64"
    case .bcd4: "bcd4"
    case .bcd8: "bcd8"
    case .bcd16: "bcd16"
    case .text(let layout): "str\(layout.characters)"
    }
  }
}

extension WordOrder {
  /// The order in the profile language.
  var word: String {
    switch self {
    case .highFirst: "high-first"
    case .lowFirst: "low-first"
    }
  }
}

extension ByteOrder {
  /// The order in the profile language.
  var word: String {
    switch self {
    case .big: "big"
    case .little: "little"
    }
  }
}
