internal import CI2C
internal import Drivers
internal import System

extension BusError {
  /// What an error number of an I2C transfer means (Documentation/i2c/fault-codes.rst).
  init(i2c errno: Int32) {
    self =
      switch errno {
      // ENXIO is what the kernel asks of its drivers; many give EREMOTEIO, and i2c-stub ENODEV.
      case ENXIO, EREMOTEIO, ENODEV: .noAcknowledge
      case EAGAIN: .arbitrationLost
      case ETIMEDOUT: .timeout
      // The bus is not free, although nobody speaks.
      case EBUSY: .busStuck
      case EOPNOTSUPP: .notSupported
      case EPROTO, EBADMSG, EOVERFLOW: .badResponse
      case ESHUTDOWN: .portLost
      default: .system(errno)
      }
  }

  /// What a failure to open an adapter means.
  init(openingI2C errno: Int32) {
    self =
      switch errno {
      case ENOENT, ENODEV, ENXIO: .portNotFound
      case EACCES, EPERM: .permissionDenied
      default: .system(errno)
      }
  }
}
