internal import CLinux

/// The variables that the process was started with.
public enum Environment {
  /// The value of a variable; nil where there is none of that name (getenv(3)).
  public static subscript(name: String) -> [UInt8]? {
    guard let value = name.withCString({ getenv($0) }) else { return nil }
    return Array(String(cString: value).utf8)
  }
}
