/// Whom a TLS connection trusts, and who this end is.
///
/// The server's certificate chain and its name are verified unless `insecureAcceptAnyServer` is set.
public struct TLSOptions: Sendable {
  /// The versions of TLS that are spoken; older ones are broken (RFC 8996).
  public enum Version: Int, Comparable, Sendable {
    /// TLS 1.2 (RFC 5246).
    case tls12
    /// TLS 1.3 (RFC 8446).
    case tls13

    /// Orders by age.
    public static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
  }

  /// By what this end shows who it is, where the server asks.
  public struct ClientCertificate: Sendable {
    /// A file in PEM with the certificate, followed by the intermediate ones up to the root.
    public var certificateFile: String
    /// A file in PEM with its private key, plain or encrypted, traditional or PKCS #8. May be the
    /// same file.
    public var keyFile: String
    /// What decrypts the key.
    public var passphrase: [UInt8]?

    /// A certificate and its key.
    public init(certificateFile: String, keyFile: String, passphrase: [UInt8]? = nil) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.passphrase = passphrase
    }
  }

  /// A secret that both ends know, in place of certificates (RFC 4279, RFC 8446 section 4.2.11).
  public struct PreSharedKey: Sendable {
    /// By what the server finds the key: 1...255 bytes of UTF-8 without a NUL.
    public var identity: String
    /// The secret: 1...`keySizeMax` bytes.
    public var key: [UInt8]

    /// OpenSSL takes 512 bytes in TLS 1.2 and 256 in TLS 1.3; 64 are 512 bits.
    public static let keySizeMax = 256

    /// The key for an identity.
    public init(identity: String, key: [UInt8]) {
      self.identity = identity
      self.key = key
    }
  }

  /// A file in PEM with the certificates of the authorities that are trusted.
  public var caFile: String?
  /// A directory with such files under their hashed names (openssl-rehash(1)). Where neither a file
  /// nor a directory is given, `systemCADirectory` is trusted; where both are, both are.
  public var caDirectory: String?
  /// For a server that asks who this end is.
  public var clientCertificate: ClientCertificate?
  /// With a pre-shared key no certificate of a server is accepted: it shows by the key who it is.
  public var preSharedKey: PreSharedKey?
  /// No older version is spoken.
  public var minimumVersion: Version = .tls12
  /// No newer version is spoken; nil is the newest that OpenSSL knows.
  public var maximumVersion: Version?
  /// What is to be spoken over TLS, the preferred first, e.g. "mqtt" (RFC 7301); a server that does
  /// not know the extension accepts all the same.
  public var applicationProtocols: [String] = []
  /// Accepts whatever certificate the server shows, for any name, from anybody: then who is in
  /// between reads and writes everything, passwords too. For trials on a bench only.
  public var insecureAcceptAnyServer = false

  /// Certificates are judged as if it were at least then, in seconds since 1970-01-01T00:00:00 UTC,
  /// for machines whose clock begins somewhere in the past at each start; nil for by the clock
  /// alone. What was in order at a time that is surely over keeps who has an old certificate out.
  public var earliestTime: Int64?

  /// Where Debian keeps the authorities that it trusts, hashed (update-ca-certificates(8)). The
  /// bundle in one file beside it costs 1.4 MB of memory once it is loaded.
  public static let systemCADirectory = "/etc/ssl/certs"

  /// A server with a certificate from an authority that the system trusts.
  public init() {}
}
