internal import COpenSSL
internal import System

/// One connection of TLS, this end being the client, without the connection below: ciphertext goes
/// in and comes out as bytes (OpenSSL's memory BIOs, BIO_s_mem(3)).
///
/// ```swift
/// var tls = try TLSSession(context, host: "broker.example.org")
/// try tls.advance()                      // then send takeOutput()
/// try tls.receive(ciphertext)            // whenever some has come
/// if !tls.isEstablished { try tls.advance() }
/// while let count = try tls.read(into: buffer), count > 0 { … }
/// ```
/// After each call there may be output to send, after an error too: the alert that tells the server.
/// An error ends the session; whatever is called then throws it again.
public struct TLSSession: ~Copyable {
  private let ssl: OpaquePointer
  private let peer: TLSPeer
  private var failure: TLSError?
  private var hasEnded = false
  private var isClosed = false

  /// Whether the handshake is over: the server is who it should be, and data can go both ways.
  public private(set) var isEstablished = false

  /// No data is taken while this much ciphertext waits to be sent: two records. What is taken last
  /// may be one record more.
  public static let outputMax = 32 * 1_024

  /// So much more may wait because the server asks for answers (TLS 1.3 key updates) or for a long
  /// chain of certificates.
  static let answersMax = 64 * 1_024

  /// This much ciphertext is kept until it is read: three of the longest records.
  public static let inputMax = 64 * 1_024

  /// The most data that a record holds (RFC 8446 section 5.1).
  private static let recordMax = 16 * 1_024

  /// A buffer that has grown beyond this is given back when it is empty; a broker's
  /// acknowledgements need less.
  private static let idleBufferMax = 4 * 1_024

  /// A session that has not begun; `advance` begins it.
  /// - Parameter host: the name or the address to which the server's certificate must belong. A
  ///   name is also told to the server (SNI, RFC 6066 section 3).
  /// - Throws: `.invalidHost`, `.library`.
  public init(_ context: TLSContext, host: String) throws(TLSError) {
    let host = try TLSHostName(host)
    self.init(
      owning: try TLSSession.makeSSL(context, host),
      peer: TLSPeer(context: context, host: host.text))
  }

  private init(owning ssl: OpaquePointer, peer: TLSPeer) {
    self.ssl = ssl
    self.peer = peer
    peer.attach(to: ssl)
    if let session = peer.context.session(for: peer.host) {
      // Where it is of no use there is a full handshake.
      SSL_set_session(ssl, session)
      SSL_SESSION_free(session)
    }
  }

  deinit {
    // A session whose connection just breaks is as good for resumption as any (RFC 5246 section
    // 7.2.1), but OpenSSL would spoil it. After an error it has done so already.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
    SSL_free(ssl)
  }

  private static func makeSSL(
    _ context: TLSContext, _ host: TLSHostName
  ) throws(TLSError) -> OpaquePointer {
    OpenSSLErrors.clear()
    guard let ssl = SSL_new(context.pointer) else { throw .library(OpenSSLErrors.drain().text) }
    let input = BIO_new(BIO_s_mem())
    let output = BIO_new(BIO_s_mem())
    // Even where one of them is nil: SSL_free frees the other.
    SSL_set0_rbio(ssl, input)
    SSL_set0_wbio(ssl, output)
    SSL_set_connect_state(ssl)
    guard input != nil, output != nil, host.set(on: ssl) else {
      SSL_free(ssl)
      throw .library(OpenSSLErrors.drain().text)
    }
    if let floor = context.earliestTime, Clock.unixMilliseconds / 1_000 < floor {
      X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), time_t(floor))
    }
    return ssl
  }

  /// Takes ciphertext that has come from the server.
  /// - Throws: `.inputNotTaken` where `inputMax` bytes are not read yet; `.library`.
  public mutating func receive(_ ciphertext: Span<UInt8>) throws(TLSError) {
    if let failure { throw failure }
    guard !ciphertext.isEmpty else { return }
    let input = SSL_get_rbio(ssl)
    guard copenssl_pending(input) + ciphertext.count <= TLSSession.inputMax else {
      throw end(.inputNotTaken)
    }
    OpenSSLErrors.clear()
    var count = 0
    let result = ciphertext.withUnsafeBytes {
      BIO_write_ex(input, $0.baseAddress, $0.count, &count)
    }
    guard result == 1, count == ciphertext.count else {
      throw end(.library(OpenSSLErrors.drain().text))
    }
  }

  /// Takes note that no more ciphertext will come: the server has closed the connection below. What
  /// has come can still be read; then `read` tells an orderly end from a broken one.
  public mutating func receiveEnd() {
    hasEnded = true
  }

  /// Goes on with the handshake as far as what was received allows.
  /// - Throws: `.certificateRefused`, `.preSharedKeyIgnored`, `.alert`, `.protocolFailure`,
  ///   `.truncated`, `.outputNotTaken`, `.library`.
  public mutating func advance() throws(TLSError) {
    if let failure { throw failure }
    guard !isEstablished else { return }
    OpenSSLErrors.clear()
    let result = SSL_do_handshake(ssl)
    if result == 1 {
      guard peer.context.preSharedKey == nil || usesPreSharedKey else {
        throw end(.preSharedKeyIgnored)
      }
      isEstablished = true
    } else {
      _ = try outcome(of: result)
    }
    try checkOutput()
  }

  /// Reads data that the server has sent, up to `buffer.count` bytes, at least one of which must be
  /// asked for.
  /// - Returns: how many bytes; nil where there are none now; 0 where the server has closed in
  ///   order, with close_notify.
  /// - Throws: `.truncated` at an end without close_notify; `.alert`, `.protocolFailure`,
  ///   `.outputNotTaken`, `.library`.
  public mutating func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(TLSError) -> Int? {
    if let failure { throw failure }
    guard isEstablished, !buffer.isEmpty else { return nil }
    OpenSSLErrors.clear()
    var count = 0
    let result = SSL_read_ex(ssl, buffer.baseAddress, buffer.count, &count)
    if result != 1 {
      guard try outcome(of: result) == .closed else {
        shrinkInput()
        try checkOutput()
        return nil
      }
      return 0
    }
    try checkOutput()
    return count
  }

  /// Encrypts data for the server.
  /// - Returns: how many of the bytes were taken: fewer where `outputMax` bytes of ciphertext wait to
  ///   be sent, none before the handshake is over and after `close`.
  /// - Throws: `.protocolFailure`, `.library`.
  public mutating func write(_ data: Span<UInt8>) throws(TLSError) -> Int {
    if let failure { throw failure }
    guard isEstablished, !isClosed else { return 0 }
    var taken = 0
    while taken < data.count, outputCount < TLSSession.outputMax {
      let end = min(taken + TLSSession.recordMax, data.count)
      var count = 0
      OpenSSLErrors.clear()
      let result = data.extracting(taken..<end).withUnsafeBytes {
        SSL_write_ex(ssl, $0.baseAddress, $0.count, &count)
      }
      if result != 1 {
        _ = try outcome(of: result)
        break
      }
      taken += count
    }
    return taken
  }

  /// Whether ciphertext waits to be sent.
  public var hasOutput: Bool { outputCount > 0 }

  /// The ciphertext that is to be sent now, in this order, after what was taken before.
  public mutating func takeOutput() -> [UInt8] {
    let output = SSL_get_wbio(ssl)
    let waiting = copenssl_pending(output)
    guard waiting > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: waiting) { buffer, count in
      BIO_read_ex(output, buffer.baseAddress, waiting, &count)
    }
    if isEstablished, copenssl_capacity(output) > TLSSession.idleBufferMax,
      let fresh = BIO_new(BIO_s_mem())
    {
      SSL_set0_wbio(ssl, fresh)
    }
    return bytes
  }

  /// Says goodbye with close_notify, so that the server knows that nothing is missing. Reading goes
  /// on until the server has said so too.
  public mutating func close() {
    guard failure == nil, isEstablished, !isClosed else { return }
    isClosed = true
    OpenSSLErrors.clear()
    // The memory BIO takes it; that the server's own is not there yet is no failure.
    SSL_shutdown(ssl)
    OpenSSLErrors.clear()
  }
}

extension TLSSession {
  /// Whether the handshake was a short one by a session from an earlier connection.
  public var wasResumed: Bool {
    // OpenSSL calls a handshake by an external key resumed too.
    isEstablished && peer.context.preSharedKey == nil && SSL_session_reused(ssl) == 1
  }

  /// The version that is spoken, e.g. "TLSv1.3".
  public var version: String { String(cString: SSL_get_version(ssl)) }

  /// The cipher suite, e.g. "TLS_AES_256_GCM_SHA384"; "(NONE)" until it is agreed upon.
  public var cipher: String {
    String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)))
  }

  /// What the server wants to speak of `TLSOptions.applicationProtocols`; nil where it did not say.
  public var applicationProtocol: String? {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    SSL_get0_alpn_selected(ssl, &name, &count)
    guard let name, count > 0 else { return nil }
    return String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
  }

  private var usesPreSharedKey: Bool {
    if SSL_version(ssl) >= TLS1_3_VERSION { return SSL_session_reused(ssl) == 1 }
    return SSL_CIPHER_get_auth_nid(SSL_get_current_cipher(ssl)) == NID_auth_psk
  }

  private var outputCount: Int { copenssl_pending(SSL_get_wbio(ssl)) }

  /// What a call that did not succeed means for the caller.
  private enum Outcome {
    /// There is nothing more to do until more has come.
    case waiting
    /// The server has closed in order.
    case closed
  }

  /// Tells what a call that returned `result` stands at, or why it failed (SSL_get_error(3)).
  private mutating func outcome(of result: Int32) throws(TLSError) -> Outcome {
    switch SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
      // The end is not told to OpenSSL: it would forbid to resume the session of a link that broke.
      if hasEnded { throw end(.truncated(duringHandshake: !isEstablished)) }
      return .waiting
    case SSL_ERROR_ZERO_RETURN:
      guard isEstablished else { throw end(.truncated(duringHandshake: true)) }
      return .closed
    default:
      throw end(error(from: OpenSSLErrors.drain()))
    }
  }

  private func error(from errors: OpenSSLErrors) -> TLSError {
    if errors.contains(library: ERR_LIB_SSL, reason: SSL_R_CERTIFICATE_VERIFY_FAILED) {
      if peer.context.preSharedKey != nil { return .preSharedKeyIgnored }
      let code = SSL_get_verify_result(ssl)
      return .certificateRefused(
        code: code, reason: String(cString: X509_verify_cert_error_string(code)), host: peer.host)
    }
    if let alert = errors.alert { return .alert(alert) }
    return .protocolFailure(errors.text)
  }

  /// Makes `error` the end of this session.
  private mutating func end(_ error: TLSError) -> TLSError {
    if !isEstablished { peer.context.forgetSession() }
    failure = error
    return error
  }

  private mutating func checkOutput() throws(TLSError) {
    let most = TLSSession.outputMax + TLSSession.recordMax + TLSSession.answersMax
    if outputCount > most { throw end(.outputNotTaken) }
  }

  /// Gives the input's buffer back where a large one is empty.
  private func shrinkInput() {
    let input = SSL_get_rbio(ssl)
    guard copenssl_pending(input) == 0, copenssl_capacity(input) > TLSSession.idleBufferMax,
      let fresh = BIO_new(BIO_s_mem())
    else { return }
    SSL_set0_rbio(ssl, fresh)
  }
}
