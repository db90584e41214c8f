public import Telemetry

/// Why a request to a device brought no answer.
public enum BusError: Error, Equatable, Sendable {
  /// There was no answer, or no connection, in time.
  case timeout
  /// The name service does not know the host.
  case nameNotFound
  /// The host is there, but nothing listens at the port.
  case connectionRefused
  /// There is no way to the host.
  case unreachable
  /// The connection broke.
  case connectionLost
  /// The serial port or the I2C bus went away: its adapter was unplugged.
  case portLost
  /// There is no such serial port or I2C bus: the adapter is not plugged in, or the path is wrong.
  case portNotFound
  /// This program's user may not open the serial port or I2C bus.
  case permissionDenied
  /// Another program, or a driver of the kernel, has the serial port or the address.
  case portBusy
  /// Nobody acknowledged the address, or the device did not take a byte.
  case noAcknowledge
  /// Another master took the bus in the middle of a transfer, again and again.
  case arbitrationLost
  /// A line of the bus stays low, so that nobody can use it.
  case busStuck
  /// The adapter cannot do what the device needs.
  case notSupported
  /// The check that the device sent does not fit its data.
  case badChecksum
  /// The device did not say in time that it has a value.
  case notReady
  /// Another device is at the address than the profile is for.
  case wrongDevice
  /// What was written to the device did not stay.
  case setupLost
  /// The device, or the gateway before it, refused.
  case exception(ModbusException)
  /// What came is no answer to the question.
  case badResponse
  /// A file of a driver of the kernel gives no number.
  case sysfs(SysfsError)
  /// The system refused, with this error number (errno(3)).
  case system(Int32)

  /// What the readings say that could not be taken.
  public var reason: MissingReason {
    switch self {
    case .timeout: .timeout
    case .nameNotFound: .nameNotFound
    case .connectionRefused: .connectionRefused
    case .unreachable: .unreachable
    case .connectionLost, .portLost: .connectionLost
    case .portNotFound: .portNotFound
    case .permissionDenied: .permissionDenied
    case .portBusy: .portBusy
    case .noAcknowledge: .noAcknowledge
    case .arbitrationLost: .arbitrationLost
    case .busStuck: .busStuck
    case .notSupported: .notSupported
    case .badChecksum: .badChecksum
    case .notReady: .notReady
    case .wrongDevice: .wrongDevice
    case .setupLost: .setupLost
    case .exception(let exception): exception.reason
    case .badResponse: .badResponse
    case .sysfs(let error): error.reason
    case .system: .busError
    }
  }

  /// Whether it is the registers that were asked for which the device refuses.
  var isAboutRegisters: Bool {
    self == .exception(.illegalDataAddress) || self == .exception(.illegalDataValue)
  }

  /// Whether other registers of the same device may answer nevertheless.
  ///
  /// A bad register or a bad frame tells nothing of the next. Silence does, and so does a gateway
  /// that reports it in the device's place: asking on would cost the line one timeout a request.
  public var concernsOneRequest: Bool {
    switch self {
    case .exception(.gatewayPathUnavailable), .exception(.gatewayTargetFailed): false
    case .exception, .badResponse, .badChecksum, .notReady, .sysfs: true
    case .timeout, .nameNotFound, .connectionRefused, .unreachable, .connectionLost, .portLost,
      .portNotFound, .permissionDenied, .portBusy, .noAcknowledge, .arbitrationLost, .busStuck,
      .notSupported,
      .wrongDevice, .setupLost, .system:
      false
    }
  }

  /// Whether it is the line that cannot be used, whichever device is asked.
  ///
  /// A connection that breaks is not among them: there are servers that hang up on a request for a
  /// unit that is not there.
  public var concernsLine: Bool {
    switch self {
    case .nameNotFound, .connectionRefused, .unreachable, .portLost, .portNotFound,
      .permissionDenied, .portBusy, .arbitrationLost, .busStuck, .system:
      true
    case .timeout, .connectionLost, .exception, .badResponse, .noAcknowledge, .notSupported,
      .badChecksum, .notReady, .wrongDevice, .setupLost, .sysfs:
      false
    }
  }

  /// Whether the same request may bring the answer at once: where it, or its answer, was lost or
  /// broken on the way.
  public var isWorthRetrying: Bool { self == .timeout || self == .badResponse }
}

/// A device's answer that it will not do what was asked (MODBUS Application Protocol V1.1b3, 7).
public struct ModbusException: Equatable, Sendable {
  /// The exception code as it came.
  public let code: UInt8

  /// Wraps an exception code; any may come, also those that the specification does not name.
  public init(code: UInt8) {
    self.code = code
  }

  /// 01: the device does not know the function.
  public static let illegalFunction = ModbusException(code: 0x01)
  /// 02: the device has no such register.
  public static let illegalDataAddress = ModbusException(code: 0x02)
  /// 03: the device does not allow the request's content.
  public static let illegalDataValue = ModbusException(code: 0x03)
  /// 04: the device failed.
  public static let deviceFailure = ModbusException(code: 0x04)
  /// 05: the device has accepted a long job.
  public static let acknowledge = ModbusException(code: 0x05)
  /// 06: the device is busy.
  public static let deviceBusy = ModbusException(code: 0x06)
  /// 08: the device's memory has a parity error.
  public static let memoryParityError = ModbusException(code: 0x08)
  /// 0A: the gateway has no path to the device.
  public static let gatewayPathUnavailable = ModbusException(code: 0x0A)
  /// 0B: the device behind the gateway did not answer.
  public static let gatewayTargetFailed = ModbusException(code: 0x0B)

  /// What the readings say that could not be taken.
  public var reason: MissingReason {
    switch self {
    case .illegalFunction: .illegalFunction
    case .illegalDataAddress: .illegalDataAddress
    case .illegalDataValue: .illegalDataValue
    case .deviceFailure: .deviceFailure
    case .acknowledge: .acknowledge
    case .deviceBusy: .deviceBusy
    case .memoryParityError: .memoryParityError
    case .gatewayPathUnavailable: .gatewayPathUnavailable
    case .gatewayTargetFailed: .gatewayTargetFailed
    default: .unknownException
    }
  }
}
