/// What a profile says of a device that a driver of the kernel speaks with.
public struct SysfsProfile: Sendable {}
