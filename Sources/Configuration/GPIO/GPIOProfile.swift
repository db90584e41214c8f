/// What a profile says of a device on the lines of a GPIO chip.
public struct GPIOProfile: Sendable {}
