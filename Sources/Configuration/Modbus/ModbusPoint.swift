internal import Formulas

/// One value of a Modbus device: where its registers are and what they mean.
public struct ModbusPoint: Equatable, Sendable {
  /// The name that readings bear.
  public var name: String
  /// The table its registers are in.
  public var table: RegisterTable
  /// The protocol address of its first register, from 0; with a `block`, counted from there.
  public var address: UInt16
  /// How the registers are put together.
  public var type: RegisterType
  /// The bits that are the number; nil for all of them.
  public var bits: BitField?
  /// Which of its registers comes first.
  public var wordOrder: WordOrder
  /// Which byte of each register comes first.
  public var byteOrder: ByteOrder
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
  /// Values outside of it become its nearest end.
  public var clamp: ClosedRange<Double>?
  /// Values outside of it are not believed.
  public var range: ClosedRange<Double>?
  /// Raw patterns by which the device says "not available", in the type's width. A quiet NaN among
  /// them stands for all NaNs.
  public var invalid: [UInt64]
  /// What its number means.
  public var meaning: PointMeaning
  /// How it counts; nil where it does not.
  public var counter: PointCounter?
  /// The address of the register that holds the power of ten of its scale, counted as `address` is.
  public var scaleFactor: UInt16?
  /// Addresses that must be read in one request with its own, counted as `address` is.
  public var together: Range<Int>?
  /// What is computed from it and from others.
  public var formulas: PointFormulas?
  /// Index in the profile's `discovery.blocks` of the block that it is in; nil for none.
  public var block: UInt8?
  /// Whether it is there for other points' formulas only.
  public var isHidden: Bool
  /// Whether it has registers at all, and not only a formula.
  public var hasRegisters: Bool
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
    byteOrder = .big
    scale = 1
    offset = 0
    quantity = nil
    digits = nil
    range = nil
    invalid = []
    meaning = .number
    isHidden = false
    hasRegisters = true
  }

  /// How many registers, or bits, its own value takes.
  public var registerCount: Int { hasRegisters ? type.registerCount : 0 }

  /// The addresses that must be read in one request: its own, those of its scale factor, and those
  /// of the points that it belongs together with.
  public var registers: Range<Int> {
    var lowest = Int(address)
    var end = lowest + registerCount
    if let scaleFactor {
      lowest = min(lowest, Int(scaleFactor))
      end = max(end, Int(scaleFactor) + 1)
    }
    if let together {
      lowest = min(lowest, together.lowerBound)
      end = max(end, together.upperBound)
    }
    return lowest..<end
  }

  /// What readings show of it.
  var shown: Point {
    Point(
      name: name, unit: unit, quantity: quantity, digits: digits, kind: kind, pollClass: pollClass,
      isHidden: isHidden)
  }

  /// What its readings are.
  public var kind: PointKind {
    if let value = formulas?.value { return value.type == .boolean ? .boolean : .number }
    switch meaning {
    case .labels: return .text
    case .flags: return .texts
    case .truth: return .boolean
    case .number: break
    }
    return type.isText ? .text : .number
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
