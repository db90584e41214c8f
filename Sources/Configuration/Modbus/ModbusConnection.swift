/// How a Modbus device wants to be spoken to.
public struct ModbusConnection: Equatable, Sendable {
  /// The unit identifier it leaves the factory with.
  public var unit: UInt8 = 1
  /// The TCP port it listens on (502 by the specification).
  public var tcpPort: UInt16 = 502
  /// The most registers it gives in one response, 1 to 125
  /// (MODBUS Application Protocol V1.1b3, 6.3 and 6.4).
  public var registersPerRead = ModbusConnection.registersPerReadMax
  /// How many registers between two wanted ones may be read along rather than asked around.
  public var joinGap = 0
  /// How long it may take to answer.
  public var responseTimeout: Duration = .seconds(1)
  /// The silence it wants between a response and the next request.
  public var betweenRequests: Duration = .zero
  /// The settings of its serial line.
  public var serial = SerialLine()

  /// What the specification gives a device that says nothing.
  public init() {}

  /// The protocol's own limit on a read (MODBUS Application Protocol V1.1b3, 6.3).
  public static let registersPerReadMax = 125
}

/// The settings of an asynchronous serial line.
public struct SerialLine: Equatable, Sendable {
  /// Bits per second.
  public var baud = 9_600
  /// The parity bit.
  public var parity = Parity.none
  /// Bits in a character, 7 or 8; RTU needs 8 (MODBUS over Serial Line V1.02, 2.5.1).
  public var dataBits = 8
  /// Stop bits, 1 or 2.
  public var stopBits = 1

  /// 9600 8N1, the setting that most devices leave the factory with.
  public init() {}

  /// The parity bit of a character.
  public enum Parity: Equatable, Sendable {
    /// There is none.
    case none
    /// The number of ones is even.
    case even
    /// The number of ones is odd.
    case odd
  }
}
