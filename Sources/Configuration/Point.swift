/// One value of a device: where its registers are and what they mean.
public struct Point: Equatable, Sendable {
  /// The name that readings bear.
  public var name: String
  /// The table its registers are in.
  public var table: RegisterTable
  /// The protocol address of its first register, from 0.
  public var address: UInt16
  /// How the registers are put together.
  public var type: RegisterType
  /// Which of its registers comes first.
  public var wordOrder: WordOrder
  /// What the raw number is multiplied by.
  public var scale: Double
  /// What is added after scaling.
  public var offset: Double
  /// The unit by SenML's registry (RFC 8428, 12.1; RFC 8798), or "none".
  public var unit: String
  /// What is measured, e.g. "voltage".
  public var quantity: String?
  /// Digits after the decimal point in readings; nil for as many as tell the value apart.
  public var digits: Int?
  /// Values outside of it are not believed.
  public var range: ClosedRange<Double>?
  /// Raw patterns by which the device says "not available", in the type's width.
  public var invalid: [UInt64]
  /// Index of its class in the profile's `pollClasses`.
  public var pollClass: Int

  /// A point that is read as it stands; the other properties are set where the profile says so.
  public init(
    name: String, table: RegisterTable, address: UInt16, type: RegisterType, unit: String,
    pollClass: Int
  ) {
    self.name = name
    self.table = table
    self.address = address
    self.type = type
    self.unit = unit
    self.pollClass = pollClass
    wordOrder = .highFirst
    scale = 1
    offset = 0
    quantity = nil
    digits = nil
    range = nil
    invalid = []
  }
}

/// One of the device's tables (MODBUS Application Protocol V1.1b3, 4.3).
public enum RegisterTable: Equatable, Sendable, CaseIterable {
  /// Registers of 16 bits, read by function code 03.
  case holding
  /// Registers of 16 bits, read by function code 04.
  case input
  /// Single bits, read by function code 01.
  case coil
  /// Single bits, read by function code 02.
  case discrete
}

/// How consecutive registers are put together to a number.
public enum RegisterType: Equatable, Sendable, CaseIterable {
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
  /// IEEE 754 binary32, two registers.
  case f32
  /// IEEE 754 binary64, four registers.
  case f64

  /// How many registers it takes.
  public var registerCount: Int {
    switch self {
    case .u16, .s16: 1
    case .u32, .s32, .f32: 2
    case .u64, .s64, .f64: 4
    }
  }
}

/// Which register of a number comes first; inside a register the high byte does
/// (MODBUS Application Protocol V1.1b3, 4.2).
public enum WordOrder: Equatable, Sendable, CaseIterable {
  /// The most significant register has the lowest address.
  case highFirst
  /// The least significant register has the lowest address.
  case lowFirst
}
