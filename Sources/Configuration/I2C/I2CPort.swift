/// An I2C adapter of this machine.
public struct I2CPort: Equatable, Sendable {
  /// Its device, e.g. `/dev/i2c-1`; best by a name that a replugged adapter gets again.
  public var path: String

  /// An adapter by its path.
  public init(path: String) {
    self.path = path
  }
}
