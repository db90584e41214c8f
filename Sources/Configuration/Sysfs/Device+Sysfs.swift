extension Device {
  /// Where the kernel has it, which it must have: a configuration gives no device a bus of another
  /// kind than its profile's.
  public var sysfs: SysfsSite {
    guard case .sysfs(let site) = site else { preconditionFailure("a device of the kernel") }
    return site
  }
}

extension DeviceProfile {
  /// What it says of a device with which the kernel speaks, which it must be for.
  public var sysfs: SysfsProfile {
    guard case .sysfs(let profile) = body else { preconditionFailure("a profile of the kernel's") }
    return profile
  }
}
