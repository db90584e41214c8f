/// What came of reading one channel once: a value, or the reason why there is none.
public enum Outcome: Equatable, Sendable {
  /// A whole number, exact.
  case integer(Int64)
  /// A value that the device holds in single precision.
  case float(Float)
  /// A value in double precision.
  case double(Double)
  /// Yes or no.
  case boolean(Bool)
  /// A text, or the name of what a number stands for.
  case text(String)
  /// The names of the flags that are set.
  case texts([String])
  /// There is no value.
  case missing(MissingReason)
}

/// Why a reading has no value. The names go into the payload, so they are never changed.
public enum MissingReason: UInt8, Equatable, Sendable, CaseIterable {
  /// The device did not answer in time.
  case timeout
  /// The host's name is not known to the name service.
  case nameNotFound
  /// The host is there, but nothing listens at the port.
  case connectionRefused
  /// There is no way to the host.
  case unreachable
  /// The connection broke.
  case connectionLost
  /// Modbus exception 01: the device does not know the function.
  case illegalFunction
  /// Modbus exception 02: the device has no such register.
  case illegalDataAddress
  /// Modbus exception 03: the device does not allow the request's content.
  case illegalDataValue
  /// Modbus exception 04: the device failed.
  case deviceFailure
  /// Modbus exception 05: the device has accepted a long job, and no value yet.
  case acknowledge
  /// Modbus exception 06: the device is busy.
  case deviceBusy
  /// Modbus exception 08: the device's memory has a parity error.
  case memoryParityError
  /// Modbus exception 0A: the gateway before the device has no path to it.
  case gatewayPathUnavailable
  /// Modbus exception 0B: the device behind a gateway did not answer.
  case gatewayTargetFailed
  /// An exception that the specification does not name.
  case unknownException
  /// The answer does not fit the question, or its check does not fit its content.
  case badResponse
  /// The line could not be used, for a reason that the log tells.
  case busError
  /// The device gave a number that is none (IEEE 754 NaN or infinity).
  case notANumber
  /// The device gave the pattern by which it says that it has no value.
  case notAvailable
  /// The value is outside of what the profile holds possible.
  case outOfRange
  /// There is no such serial port or I2C bus; its adapter is not plugged in.
  case portNotFound
  /// The gateway's user may not open the serial port or I2C bus.
  case permissionDenied
  /// Another program, or a driver of the kernel, has the serial port or the address.
  case portBusy
  /// A counter stepped further, or back, than the profile holds possible.
  case implausibleStep
  /// The chip has no line of that number or name.
  case lineNotFound
  /// The sensor gave the value that it has before its first measurement: its power came back.
  case powerOnValue
  /// Nobody acknowledged the address on the I2C bus, or the device did not take a byte.
  case noAcknowledge
  /// Another master took the I2C bus in the middle of a transfer, again and again.
  case arbitrationLost
  /// A line of the I2C bus stays low, so that nobody can use it.
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
  /// The value is at the end of what the device can measure.
  case saturated

  /// The name in payloads and logs, e.g. "connection-refused".
  public var name: String {
    switch self {
    case .timeout: "timeout"
    case .nameNotFound: "name-not-found"
    case .connectionRefused: "connection-refused"
    case .unreachable: "unreachable"
    case .connectionLost: "connection-lost"
    case .illegalFunction: "illegal-function"
    case .illegalDataAddress: "illegal-data-address"
    case .illegalDataValue: "illegal-data-value"
    case .deviceFailure: "device-failure"
    case .acknowledge: "acknowledge"
    case .deviceBusy: "device-busy"
    case .memoryParityError: "memory-parity-error"
    case .gatewayPathUnavailable: "gateway-path-unavailable"
    case .gatewayTargetFailed: "gateway-target-failed"
    case .unknownException: "unknown-exception"
    case .badResponse: "bad-response"
    case .busError: "bus-error"
    case .notANumber: "not-a-number"
    case .notAvailable: "not-available"
    case .outOfRange: "out-of-range"
    case .portNotFound: "port-not-found"
    case .permissionDenied: "permission-denied"
    case .portBusy: "port-busy"
    case .implausibleStep: "implausible-step"
    case .lineNotFound: "line-not-found"
    case .powerOnValue: "power-on-value"
    case .noAcknowledge: "no-acknowledge"
    case .arbitrationLost: "arbitration-lost"
    case .busStuck: "bus-stuck"
    case .notSupported: "not-supported"
    case .badChecksum: "bad-checksum"
    case .notReady: "not-ready"
    case .wrongDevice: "wrong-device"
    case .setupLost: "setup-lost"
    case .saturated: "saturated"
    }
  }
}
