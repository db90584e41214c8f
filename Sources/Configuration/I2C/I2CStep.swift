public import Formulas

/// One thing to do with a device.
public struct I2CStep: Sendable {
  /// What it is.
  public enum Action: Sendable {
    /// Writes bytes.
    case write(I2CData)
    /// Brings fields.
    case read(I2CQuery, [(slot: Int, field: I2CField)])
    /// Waits.
    case wait(I2CTime)
    /// Asks until the answer is right.
    case until(I2CProbe, every: Duration, timeout: Duration)
    /// Reads a register, and where it does not have its content the device has lost its set-up.
    case ensure(I2CData)
    /// Does steps for each channel that is read.
    case forEachChannel([I2CStep])
  }

  /// What it is.
  public let action: Action
  /// How often it is tried again where the device does not acknowledge, and how long after.
  public var retries: (count: Int, pause: Duration) = (0, .zero)
  /// Whether a missing acknowledgement is no fault.
  public var ignoresSilence = false
}

/// Bytes for a device, some of which are computed.
public struct I2CData: Sendable {
  /// Bytes that belong together.
  public enum Part: Sendable {
    /// One byte that is always the same.
    case byte(UInt8)
    /// A whole number of some bytes.
    case number(Formula, bytes: Int, ByteOrder)
  }

  /// The parts in the order in which they go over the bus.
  public var parts: [Part] = []
  /// How many of the bytes come before those that have checks; nil where none have.
  public var checkedFrom: Int?
  /// How many of the bytes are the register's address.
  public var registerBytes = 0

  /// How many bytes it is, without checks.
  public var count: Int {
    parts.reduce(0) { count, part in
      switch part {
      case .byte: count + 1
      case .number(_, let bytes, _): count + bytes
      }
    }
  }

  /// Whether it is the same each time.
  public var isConstant: Bool {
    parts.allSatisfy { part in
      if case .byte = part { true } else { false }
    }
  }
}

/// Bytes written and bytes read behind them.
public struct I2CQuery: Sendable {
  /// What is written; no parts for nothing.
  public var data: I2CData
  /// How many bytes of data are read.
  public var count: Int
  /// What is waited between writing and reading; nil where reading follows without a stop.
  public var pause: I2CTime?
  /// Whether the profile's checks stand behind the data.
  public var isChecked: Bool
}

/// A question with a right answer.
public struct I2CProbe: Sendable {
  /// The question.
  public var query: I2CQuery
  /// Where in the answer the number is.
  public var field: I2CField
  /// The bits of it that matter.
  public var mask: Int64
  /// What they must be, one of these; none for anything.
  public var wanted: [Int64]
  /// Whether they must be anything else instead.
  public var isInverted: Bool

  /// Whether a number is the right answer.
  public func accepts(_ number: Int64) -> Bool {
    wanted.isEmpty || wanted.contains(number & mask) != isInverted
  }
}

/// A length of time that may be computed.
public enum I2CTime: Sendable {
  /// Always the same.
  case fixed(Duration)
  /// Milliseconds.
  case milliseconds(Formula)
}
