/// A line on which devices are; one thread owns it.
public struct Bus: Equatable, Sendable {
  /// The name that devices refer to.
  public var name: String
  /// What the line is.
  public var link: Link

  /// A bus of that name.
  public init(name: String, link: Link) {
    self.name = name
    self.link = link
  }

  /// The kinds of line.
  public enum Link: Equatable, Sendable {
    /// A Modbus TCP server: a host name or an address without brackets, and its port.
    case modbusTCP(host: String, port: UInt16)
    /// A serial line of this machine.
    case modbusRTU(SerialPort, RTUFraming)
    /// A device server that passes RTU frames on as they are, between TCP and its serial line.
    case modbusRTUOverTCP(host: String, port: UInt16, RTUFraming)
    /// An I2C adapter of this machine.
    case i2c(I2CPort)
    /// A GPIO chip of this machine, by its name or its path.
    case gpio(chip: String)
    /// What the kernel's own drivers read, below a folder that is /sys, but in tests.
    case sysfs(root: String)

    /// Which kind of device can be on it.
    public var kind: BusKind {
      switch self {
      case .modbusTCP, .modbusRTU, .modbusRTUOverTCP: .modbus
      case .i2c: .i2c
      case .gpio: .gpio
      case .sysfs: .sysfs
      }
    }
  }
}

/// A serial port and how it is set.
public struct SerialPort: Equatable, Sendable {
  /// Its device, best by a name that a replugged adapter gets again, in /dev/serial/by-id.
  public var path: String
  /// Speed and parity.
  public var line: SerialLine
  /// Who switches an RS-485 transceiver between sending and receiving.
  public var direction: LineDirection

  /// A port from its parts.
  public init(
    path: String, line: SerialLine = SerialLine(), direction: LineDirection = .automatic
  ) {
    self.path = path
    self.line = line
    self.direction = direction
  }
}

/// Who switches a half-duplex transceiver between sending and receiving.
public enum LineDirection: Equatable, Sendable {
  /// The transceiver itself, or nothing has to be switched.
  case automatic
  /// The port's driver (ioctl TIOCSRS485); it counts the delays in whole milliseconds.
  case kernel(RTSTiming)
  /// This program, with the port's RTS signal.
  case rts(RTSTiming)
}

/// How RTS goes with sending.
public struct RTSTiming: Equatable, Sendable {
  /// Whether RTS is on while sending, and off while receiving; or the other way round.
  public var isOnToSend = true
  /// From switching to the first character.
  public var delayBefore: Duration = .zero
  /// From the last character to switching back.
  public var delayAfter: Duration = .zero

  /// RTS on while sending, without delays.
  public init() {}
}

/// How RTU frames travel on a line.
public struct RTUFraming: Equatable, Sendable {
  /// The silence between an answer and the next request.
  public var gap: Duration
  /// Whether everything that is sent comes back before the answer, and is to be discarded.
  public var isEchoed: Bool

  /// A framing from its parts.
  public init(gap: Duration = SerialLine().frameGap, isEchoed: Bool = false) {
    self.gap = gap
    self.isEchoed = isEchoed
  }
}
