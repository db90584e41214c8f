/// Where the kernel has a device.
public struct SysfsSite: Equatable, Sendable {}
