internal import COpenSSL
internal import System

/// What the connections to one server have in common: whom to trust, who this end is, and the last
/// session, by which the next handshake is shorter.
///
/// It costs 2 to 3 MB of memory, so make it when it is first needed, and once. It can be used by
/// several threads.
public final class TLSContext: Sendable {
  /// OpenSSL guards an SSL_CTX itself, and all is set before another thread can see this.
  nonisolated(unsafe) let pointer: OpaquePointer
  let preSharedKey: TLSOptions.PreSharedKey?
  private let kept: Locked<KeptSession?>
  private let floor: Locked<Int64?>

  /// A session that a server gave, and the host that it showed to be; for another host it must not
  /// be used, because with it no certificate is looked at.
  private struct KeptSession {
    let host: String
    let pointer: OpaquePointer
  }

  /// Loads OpenSSL, once; what is missing of it, or nil.
  private static let missingLibrary: String? = copenssl_load().map { String(cString: $0) }

  /// A chain of four certificates with RSA keys has 6 KB; with keys and signatures made against
  /// quantum computers some 30 KB. A server may send this many bytes of them.
  static let certificateListMax = 64 * 1_024

  /// Reads the files that `options` names.
  /// - Throws: what the user has to mend: `.unreadable`, `.unusable`, `.passphraseMissing`,
  ///   `.wrongPassphrase`, `.keyMismatch`, `.invalidOption`; or `.library`.
  public init(_ options: TLSOptions) throws(TLSError) {
    if let missing = TLSContext.missingLibrary { throw .library(missing) }
    OpenSSLErrors.clear()
    // OpenSSL would clean up at exit(3) while another thread still uses it, and crash that.
    OPENSSL_init_ssl(copenssl_no_atexit, nil)
    guard let pointer = SSL_CTX_new(TLS_client_method()) else {
      throw .library(OpenSSLErrors.drain().text)
    }
    self.pointer = pointer
    preSharedKey = options.preSharedKey
    kept = Locked(nil)
    floor = Locked(options.earliestTime)

    copenssl_set_mode(
      pointer, Int(SSL_MODE_RELEASE_BUFFERS) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    SSL_CTX_set_options(pointer, copenssl_no_renegotiation | copenssl_no_compression)
    copenssl_set_max_certificate_list(pointer, TLSContext.certificateListMax)
    try setVersions(options)
    try setApplicationProtocols(options.applicationProtocols)
    if let key = options.preSharedKey {
      try setPreSharedKey(key)
    } else {
      try setTrust(options)
      keepSessions()
    }
    SSL_CTX_set_verify(
      pointer, options.insecureAcceptAnyServer ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
    if let certificate = options.clientCertificate { try setClientCertificate(certificate) }
  }

  /// `TLSOptions.earliestTime` for the connections that begin from now on, e.g. nil once the clock is
  /// set.
  public var earliestTime: Int64? {
    get { floor.withLock { $0 } }
    set { floor.withLock { $0 = newValue } }
  }

  deinit {
    if let session = kept.withLock({ $0 }) { SSL_SESSION_free(session.pointer) }
    SSL_CTX_free(pointer)
  }

  /// Keeps a session in place of the last one.
  /// - Parameter session: a reference that becomes this context's.
  func keep(_ session: OpaquePointer, for host: String) {
    let last = kept.withLock { (kept) -> OpaquePointer? in
      let last = kept?.pointer
      kept = KeptSession(host: host, pointer: session)
      return last
    }
    if let last { SSL_SESSION_free(last) }
  }

  /// The session for a new connection to `host`, a reference for the caller to free.
  ///
  /// A ticket of TLS 1.3 is used once only, so that nobody can tell that two connections come from
  /// one place (RFC 8446 appendix C.4); a session of TLS 1.2 stays.
  func session(for host: String) -> OpaquePointer? {
    kept.withLock { kept in
      guard let session = kept, session.host == host else { return nil }
      if SSL_SESSION_get_protocol_version(session.pointer) >= TLS1_3_VERSION {
        kept = nil
      } else {
        SSL_SESSION_up_ref(session.pointer)
      }
      return session.pointer
    }
  }

  /// Forgets the session: a handshake with it has failed, and the next is to go without.
  func forgetSession() {
    let last = kept.withLock { (kept) -> OpaquePointer? in
      defer { kept = nil }
      return kept?.pointer
    }
    if let last { SSL_SESSION_free(last) }
  }
}

extension TLSContext {
  private func setVersions(_ options: TLSOptions) throws(TLSError) {
    if let maximum = options.maximumVersion, maximum < options.minimumVersion {
      throw .invalidOption("the maximum version of TLS is below the minimum version")
    }
    let maximum = options.maximumVersion.map { $0.openSSLNumber } ?? 0
    guard copenssl_set_min_version(pointer, options.minimumVersion.openSSLNumber) == 1,
      copenssl_set_max_version(pointer, maximum) == 1
    else { throw .library(OpenSSLErrors.drain().text) }
  }

  /// The list in the form of RFC 7301 section 3.1: each name after its length.
  private func setApplicationProtocols(_ names: [String]) throws(TLSError) {
    guard !names.isEmpty else { return }
    var list: [UInt8] = []
    for name in names {
      guard (1...255).contains(name.utf8.count) else {
        throw .invalidOption("the name of an application protocol has 1 to 255 bytes")
      }
      list.append(UInt8(name.utf8.count))
      list.append(contentsOf: name.utf8)
    }
    guard list.count <= TLSContext.applicationProtocolsSizeMax else {
      throw .invalidOption("the names of the application protocols are too long together")
    }
    // Of all of OpenSSL's functions this one returns 0 where it has worked.
    guard SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0 else {
      throw .library(OpenSSLErrors.drain().text)
    }
  }

  /// Room for dozens of names, and the first message of the handshake still fits into one packet.
  private static let applicationProtocolsSizeMax = 512

  /// Sessions come to `keep` only; OpenSSL's own store would look them up for servers.
  private func keepSessions() {
    copenssl_set_session_cache_mode(
      pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
    SSL_CTX_sess_set_new_cb(pointer) { ssl, session in
      guard let session, let peer = TLSPeer.of(ssl) else { return 0 }
      peer.context.keep(session, for: peer.host)
      return 1
    }
  }

  private func setPreSharedKey(_ key: TLSOptions.PreSharedKey) throws(TLSError) {
    guard (1...255).contains(key.identity.utf8.count), !key.identity.utf8.contains(0) else {
      throw .invalidOption("the identity of a pre-shared key has 1 to 255 bytes and no NUL")
    }
    guard (1...TLSOptions.PreSharedKey.keySizeMax).contains(key.key.count) else {
      throw .invalidOption(
        "a pre-shared key has 1 to \(TLSOptions.PreSharedKey.keySizeMax) bytes")
    }
    // For TLS 1.2: first those that keep a recording secret when the key gets out later. Suites
    // that also have certificates, or that do not encrypt, are not among them. Those of TLS 1.3 are
    // in a list of their own.
    guard SSL_CTX_set_cipher_list(pointer, "kECDHEPSK:kDHEPSK:kPSK:!eNULL") == 1 else {
      throw .library(OpenSSLErrors.drain().text)
    }
    // In TLS 1.3 OpenSSL asks the same callback and takes the key with SHA-256.
    SSL_CTX_set_psk_client_callback(pointer) { ssl, _, identity, identitySize, key, keySize in
      guard let secret = TLSPeer.of(ssl)?.context.preSharedKey, let identity, let key,
        secret.identity.utf8.count < identitySize, secret.key.count <= keySize
      else { return 0 }
      var end = identity
      for byte in secret.identity.utf8 {
        end.pointee = CChar(bitPattern: byte)
        end += 1
      }
      end.pointee = 0
      key.update(from: secret.key, count: secret.key.count)
      return UInt32(secret.key.count)
    }
  }
}

extension TLSOptions.Version {
  fileprivate var openSSLNumber: Int32 {
    switch self {
    case .tls12: TLS1_2_VERSION
    case .tls13: TLS1_3_VERSION
    }
  }
}

/// What OpenSSL's callbacks need to know of a connection; OpenSSL hands it to them as its
/// application data (SSL_set_ex_data(3), index 0).
final class TLSPeer {
  let context: TLSContext
  let host: String

  init(context: TLSContext, host: String) {
    self.context = context
    self.host = host
  }

  /// Makes this the application data of `ssl`, which does not keep it alive.
  func attach(to ssl: OpaquePointer) {
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
  }

  static func of(_ ssl: OpaquePointer?) -> TLSPeer? {
    guard let data = SSL_get_ex_data(ssl, 0) else { return nil }
    return Unmanaged<TLSPeer>.fromOpaque(data).takeUnretainedValue()
  }
}
