/// Whom a broker's TLS connection trusts, and who this end is. Chain and host name are verified
/// unless `insecure` is set.
public struct BrokerTLS: Equatable, Sendable {
  /// A file in PEM with the authorities that are trusted.
  public var caFile: String?
  /// A folder with such files under their hashed names; the system's where neither is given.
  public var caDirectory: String?
  /// The client's certificate and key, in files in PEM.
  public var certificate: Certificate?
  /// A secret that both ends know, in place of certificates.
  public var preSharedKey: PreSharedKey?
  /// Whether TLS 1.2 is refused, too.
  public var requiresTLS13 = false
  /// Whether any certificate of the server is accepted, from anybody.
  public var insecure = false

  /// The system's authorities, TLS 1.2 or newer.
  public init() {}

  /// By what this end shows who it is.
  public struct Certificate: Equatable, Sendable {
    /// The certificate, followed by the intermediate ones.
    public var file: String
    /// Its private key.
    public var keyFile: String
    /// What decrypts the key; never logged.
    public var passphrase: String?
  }

  /// A secret and its name.
  public struct PreSharedKey: Equatable, Sendable {
    /// By what the server finds the key.
    public var identity: String
    /// The secret; never logged.
    public var key: [UInt8]
  }
}

/// A proxy through which the broker is reached.
public struct BrokerProxy: Equatable, Sendable {
  /// The kinds of proxy.
  public enum Kind: Equatable, Sendable {
    /// HTTP's CONNECT (RFC 9110, 9.3.6).
    case http
    /// SOCKS version 5 (RFC 1928).
    case socks5
  }

  /// How it is spoken to.
  public var kind: Kind
  /// A host name, or an address without brackets.
  public var host: String
  /// The TCP port.
  public var port: UInt16
  /// The user name, where the proxy wants one.
  public var username: String?
  /// The password; never logged.
  public var password: String?
}
