public import System

/// Why there is no TLS connection, or no more.
///
/// Those of a `TLSContext` are the user's to mend, and come before anything is sent. Those of a
/// `TLSSession` end it: what its `takeOutput` still gives is the alert for the server, and worth
/// sending.
public enum TLSError: Error, Equatable, Sendable {
  // What the user gave is of no use.

  /// A file or directory cannot be read.
  case unreadable(path: String, Errno)
  /// A file does not hold what it should; the reason is OpenSSL's.
  case unusable(path: String, reason: String)
  /// The key is encrypted, and there is no passphrase.
  case passphraseMissing(path: String)
  /// The passphrase does not decrypt the key.
  case wrongPassphrase(path: String)
  /// The private key is not the certificate's.
  case keyMismatch(certificate: String, key: String)
  /// An option has a value that it cannot have, or two contradict each other.
  case invalidOption(String)
  /// No certificate can be checked for this: it is neither a host's name nor an address.
  case invalidHost(String)

  // What the server did.

  /// The server's certificate is refused: OpenSSL's X509_V_ERR code, its words
  /// (X509_verify_cert_error_string(3)), and whose certificate was wanted.
  case certificateRefused(code: Int, reason: String, host: String)
  /// The server does not go by the pre-shared key, but shows a certificate.
  case preSharedKeyIgnored
  /// The server gave the connection up and said why.
  case alert(TLSAlert)
  /// The server broke the protocol, or has nothing in common with this end; the reason is OpenSSL's.
  case protocolFailure(String)
  /// The connection ended without the server's close_notify: what came before may be a part only.
  case truncated(duringHandshake: Bool)
  /// The server makes this end answer and does not take the answers; bytes wait.
  case outputNotTaken
  /// More was received than is kept before it is read; see `TLSSession.inputMax`.
  case inputNotTaken

  // What the machine did.

  /// OpenSSL could not do what it always can; the reason is its own, mostly no memory.
  case library(String)

  /// What happened, in words.
  public var text: String {
    switch self {
    case .unreadable(let path, let errno): "\(path) cannot be read: \(errno.text)"
    case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
    case .passphraseMissing(let path): "\(path) is encrypted, and there is no passphrase"
    case .wrongPassphrase(let path): "the passphrase does not decrypt \(path)"
    case .keyMismatch(let certificate, let key):
      "the private key in \(key) does not belong to the certificate in \(certificate)"
    case .invalidOption(let reason): reason
    case .invalidHost(let host): "'\(host)' is no name or address that a certificate can have"
    case .certificateRefused(_, let reason, let host):
      "the server's certificate is not accepted for \(host): \(reason)"
    case .preSharedKeyIgnored: "the server does not accept the pre-shared key"
    case .alert(let alert): "the server refused TLS: \(alert.name)"
    case .protocolFailure(let reason): "TLS failed: \(reason)"
    case .truncated(duringHandshake: true):
      "the server closed the connection during the TLS handshake"
    case .truncated(duringHandshake: false):
      "the connection ended without TLS being closed: something may be missing"
    case .outputNotTaken: "the server does not take the answers of TLS"
    case .inputNotTaken: "more bytes of TLS were received than are kept"
    case .library(let reason): "OpenSSL failed: \(reason)"
    }
  }
}
