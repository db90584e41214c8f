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
