internal import COpenSSL

/// The host to which a server's certificate must belong.
///
/// A certificate without names of its own (subjectAltName) is taken by the common name of its
/// subject, which is OpenSSL's default and not what RFC 9525 section 2 wants. Those that brokers'
/// owners make for themselves are often such (mosquitto-tls(7) makes them so), and who cannot use
/// his own would turn to `insecureAcceptAnyServer`, which checks nothing. No public authority issues
/// any. Beside a name of its own a common name counts for nothing, and never for an address.
struct TLSHostName {
  /// The name without the dot of the root, or the address without its zone: neither is part of what
  /// a certificate says (RFC 6066 section 3, RFC 4007 section 11).
  let text: String

  /// The longest name of the domain name system as text (RFC 1035 section 2.3.4).
  private static let sizeMax = 253

  /// - Throws: `.invalidHost` where the check of the name would be none: OpenSSL takes an empty name
  ///   for any, and one with a dot in front for any below.
  init(_ host: String) throws(TLSError) {
    var bytes = Array(host.utf8)
    if bytes.contains(UInt8(ascii: ":")), let zone = bytes.firstIndex(of: UInt8(ascii: "%")) {
      bytes.removeSubrange(zone...)
    } else if bytes.last == UInt8(ascii: ".") {
      bytes.removeLast()
    }
    guard !bytes.isEmpty, bytes.count <= TLSHostName.sizeMax, !bytes.contains(0),
      bytes[0] != UInt8(ascii: ".")
    else { throw .invalidHost(host) }
    text = String(decoding: bytes, as: UTF8.self)
  }

  /// Has the certificate checked for it, and tells a name to the server; false where there is no
  /// memory for it.
  func set(on ssl: OpaquePointer) -> Bool {
    let parameters = SSL_get0_param(ssl)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, text) == 1 { return true }
    OpenSSLErrors.clear()
    X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    return X509_VERIFY_PARAM_set1_host(parameters, text, 0) == 1
      && copenssl_set_server_name(ssl, text) == 1
  }
}
