/// How consecutive registers are put together to a value.
public enum RegisterType: Equatable, Sendable {
  /// Unsigned, one register.
  case u16
  /// Two's complement, one register.
  case s16
  /// Unsigned, two registers.
  case u32
  /// Two's complement, two registers.
  case s32
  /// Unsigned, four registers.
  case u64
  /// Two's complement, four registers.
  case s64
  /// IEEE 754 binary16, one register.
  case f16
  /// IEEE 754 binary32, two registers.
  case f32
  /// IEEE 754 binary64, four registers.
  case f64
  /// Decimal digits, four bits each: 4 in one register.
  case bcd4
  /// 8 decimal digits in two registers.
  case bcd8
  /// 16 decimal digits in four registers.
  case bcd16
  /// Characters.
  case text(TextLayout)

  /// Where the characters of a text are.
  public struct TextLayout: Equatable, Sendable {
    /// How many there are.
    public let characters: UInt8
    /// Which bytes of a register hold one.
    public let bytes: RegisterBytes

    /// A layout from its parts.
    public init(characters: UInt8, bytes: RegisterBytes) {
      self.characters = characters
      self.bytes = bytes
    }
  }

  /// Bytes of a register.
  public enum RegisterBytes: Equatable, Sendable {
    /// Both, the one that goes first over the line first.
    case both
    /// The low one.
    case low
    /// The high one.
    case high
  }

  /// How many registers it takes.
  public var registerCount: Int {
    switch self {
    case .u16, .s16, .f16, .bcd4: 1
    case .u32, .s32, .f32, .bcd8: 2
    case .u64, .s64, .f64, .bcd16: 4
    case .text(let layout):
      layout.bytes == .both ? (Int(layout.characters) + 1) / 2 : Int(layout.characters)
    }
  }

  /// Whether it holds whole numbers.
  public var isWhole: Bool {
    switch self {
    case .u16, .s16, .u32, .s32, .u64, .s64, .bcd4, .bcd8, .bcd16: true
    case .f16, .f32, .f64, .text: false
    }
  }

  /// Whether its highest bit is a sign.
  public var isSigned: Bool {
    switch self {
    case .s16, .s32, .s64: true
    case .u16, .u32, .u64, .f16, .f32, .f64, .bcd4, .bcd8, .bcd16, .text: false
    }
  }

  /// Whether it is a text.
  public var isText: Bool {
    if case .text = self { return true }
    return false
  }
}

extension RegisterType: CaseIterable {
  /// Those that are a number; texts come in all lengths.
  public static let allCases: [RegisterType] = [
    .u16, .s16, .u32, .s32, .u64, .s64, .f16, .f32, .f64, .bcd4, .bcd8, .bcd16,
  ]
}

/// Bits of a number.
public struct BitField: Equatable, Sendable {
  /// The least significant one; 0 is the last bit of the last register.
  public let low: UInt8
  /// How many there are.
  public let count: UInt8

  /// A field from its parts, within 64 bits.
  public init(low: UInt8, count: UInt8) {
    self.low = low
    self.count = count
  }
}

/// Which register of a number comes first.
public enum WordOrder: Equatable, Sendable, CaseIterable {
  /// The most significant register has the lowest address.
  case highFirst
  /// The least significant register has the lowest address.
  case lowFirst
}

/// Which byte of a register goes first over the line.
public enum ByteOrder: Equatable, Sendable, CaseIterable {
  /// The most significant one, which is what the specification wants (MODBUS Application Protocol
  /// V1.1b3, 4.2).
  case big
  /// The least significant one.
  case little
}
