/// Where a device is on an I2C bus.
public struct I2CSite: Equatable, Sendable {
  /// Its address of 7 bits.
  public var address: UInt8
}
