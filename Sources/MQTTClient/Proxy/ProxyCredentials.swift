/// A user name and a password that a proxy asks for.
public struct ProxyCredentials: Sendable {
  /// From 1 to 255 bytes, what SOCKS can carry (RFC 1929, 2).
  public let username: String
  /// From 1 to 255 bytes for SOCKS; for HTTP it may be empty.
  public let password: String

  /// The longest user name and the longest password, in bytes: a length is one byte (RFC 1929, 2).
  public static let lengthMax = 255

  /// What the user configured; the proxy's initializer checks it.
  public init(username: String, password: String) {
    self.username = username
    self.password = password
  }
}
