internal import CModbus
internal import Drivers
internal import System

extension BusError {
  /// What an error number means that a socket call or libmodbus has left.
  ///
  /// libmodbus numbers its own errors above all of the system's: first the exceptions by their
  /// code, up to 0B, then faults of the frame (modbus.h).
  init(errno: Int32) {
    self =
      switch errno {
      case ETIMEDOUT, EINPROGRESS, EAGAIN: .timeout
      case ECONNREFUSED: .connectionRefused
      case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .unreachable
      // The second line is what a serial adapter gives that has been unplugged.
      case ECONNRESET, ECONNABORTED, ENETRESET, EPIPE, EBADF, ENOTCONN,
        EIO, ENODEV, ENXIO:
        .connectionLost
      case cmodbus_error_base...cmodbus_last_exception:
        .exception(ModbusException(code: UInt8(errno - cmodbus_error_base)))
      case (cmodbus_last_exception + 1)...cmodbus_last_error: .badResponse
      default: .system(errno)
      }
  }

  /// What a failure to open a serial port means.
  init(opening errno: Int32) {
    self =
      switch errno {
      case ENOENT, ENODEV, ENXIO: .portNotFound
      case EACCES, EPERM: .permissionDenied
      case EBUSY: .portBusy
      default: BusError(errno: errno)
      }
  }

  /// Whether the line has to be opened anew before it is used again.
  var endsLine: Bool {
    switch self {
    case .connectionLost, .portLost, .system: true
    case .timeout, .nameNotFound, .connectionRefused, .unreachable, .portNotFound,
      .permissionDenied, .portBusy, .exception, .badResponse, .noAcknowledge, .arbitrationLost,
      .busStuck, .notSupported, .badChecksum, .notReady, .wrongDevice, .setupLost, .sysfs:
      false
    }
  }

  /// What a failure to connect means.
  init(_ error: SocketError) {
    self =
      switch error {
      case .nameNotFound: .nameNotFound
      case .connectFailed(let errno): BusError(errno: errno.rawValue)
      // Nobody cancels: a request has its timeout.
      case .cancelled: .timeout
      }
  }
}
