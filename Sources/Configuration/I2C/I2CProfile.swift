/// What a profile says of a device on an I2C bus.
public struct I2CProfile: Sendable {}
