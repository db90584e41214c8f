internal import CLinux

extension Files {
  /// The name of the group that a file belongs to, or its number where it has no name; nil where there
  /// is no such file, or it cannot be looked at (stat(2), getgrgid_r(3)).
  public static func groupName(of path: String) -> String? {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
    var entry = CLinux.group()
    var found: UnsafeMutablePointer<CLinux.group>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: groupEntryMax) { buffer in
      guard getgrgid_r(status.st_gid, &entry, buffer.baseAddress, buffer.count, &found) == 0,
        found != nil, let name = entry.gr_name
      else { return "\(status.st_gid)" }
      return String(cString: name)
    }
  }

  /// An entry has all members' names; one that is longer is told by its number.
  private static let groupEntryMax = 4_096
}

extension Files {
  /// Lets the owner write a file and a group read it, where this is root's process and there is such a
  /// group; else the owner alone has it (chown(2), chmod(2), getgrnam_r(3)).
  public static func share(_ path: String, withGroup name: String) throws(Errno) {
    var permissions: mode_t = 0o600
    if geteuid() == 0, let number = number(ofGroup: name) {
      permissions = 0o640
      _ = try path.withCPath { (path) throws(Errno) in
        try retryingOnInterrupt { chown(path, 0, number) }
      }
    }
    _ = try path.withCPath { (path) throws(Errno) in
      try retryingOnInterrupt { chmod(path, permissions) }
    }
  }

  private static func number(ofGroup name: String) -> gid_t? {
    var entry = CLinux.group()
    var found: UnsafeMutablePointer<CLinux.group>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: groupEntryMax) { buffer in
      let result = name.withCString {
        getgrnam_r($0, &entry, buffer.baseAddress, buffer.count, &found)
      }
      return result == 0 && found != nil ? entry.gr_gid : nil
    }
  }
}
