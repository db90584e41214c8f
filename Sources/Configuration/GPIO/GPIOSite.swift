/// Which lines of a GPIO chip a device is.
public struct GPIOSite: Equatable, Sendable {}
