internal import CModbus
internal import Drivers

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
      case ECONNRESET, ECONNABORTED, ENETRESET, EPIPE, EBADF, ENOTCONN: .connectionLost
      case cmodbus_error_base...cmodbus_last_exception:
        .exception(ModbusException(code: UInt8(errno - cmodbus_error_base)))
      case (cmodbus_last_exception + 1)...cmodbus_last_error: .badResponse
      default: .system(errno)
      }
  }

  /// What a failure of the name service means (getaddrinfo(3)).
  init(nameServiceError: Int32, errno: Int32) {
    self =
      switch nameServiceError {
      case EAI_SYSTEM: BusError(errno: errno)
      case EAI_MEMORY: .system(ENOMEM)
      // The name is not known, or nobody can be asked.
      default: .nameNotFound
      }
  }
}
