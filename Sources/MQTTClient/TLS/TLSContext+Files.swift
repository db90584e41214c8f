internal import COpenSSL
internal import System

extension TLSContext {
  /// Loads the authorities that are trusted.
  func setTrust(_ options: TLSOptions) throws(TLSError) {
    if let file = options.caFile {
      OpenSSLErrors.clear()
      guard SSL_CTX_load_verify_file(pointer, try file.forOpenSSL()) == 1 else {
        throw OpenSSLErrors.drain().error(about: file)
      }
    }
    let usesSystem = options.caFile == nil && !options.insecureAcceptAnyServer
    if let directory = options.caDirectory ?? (usesSystem ? TLSOptions.systemCADirectory : nil) {
      // OpenSSL looks into it during handshakes only, and says nothing where it is not there.
      do throws(Errno) {
        _ = try FileDescriptor(opening: directory, [.readOnly, .directory])
      } catch {
        throw .unreadable(path: directory, error)
      }
      guard SSL_CTX_load_verify_dir(pointer, try directory.forOpenSSL()) == 1 else {
        throw OpenSSLErrors.drain().error(about: directory)
      }
    }
  }

  /// Loads what this end shows when the server asks who it is.
  func setClientCertificate(_ certificate: TLSOptions.ClientCertificate) throws(TLSError) {
    if let passphrase = certificate.passphrase, passphrase.count > PEM_BUFSIZE {
      throw .invalidOption("a passphrase has at most \(PEM_BUFSIZE) bytes")
    }
    let request = PassphraseRequest(certificate.passphrase)
    // Without a callback of ours OpenSSL would ask at the terminal.
    SSL_CTX_set_default_passwd_cb(pointer, answerPassphrase)
    SSL_CTX_set_default_passwd_cb_userdata(pointer, Unmanaged.passUnretained(request).toOpaque())
    defer {
      SSL_CTX_set_default_passwd_cb_userdata(pointer, nil)
      withExtendedLifetime(request) {}
    }

    OpenSSLErrors.clear()
    let file = certificate.certificateFile
    guard SSL_CTX_use_certificate_chain_file(pointer, try file.forOpenSSL()) == 1 else {
      throw OpenSSLErrors.drain().error(about: file)
    }
    request.wasAsked = false
    try setKey(certificate, request)
  }

  private func setKey(
    _ certificate: TLSOptions.ClientCertificate, _ request: PassphraseRequest
  ) throws(TLSError) {
    let file = certificate.keyFile
    let isLoaded =
      SSL_CTX_use_PrivateKey_file(pointer, try file.forOpenSSL(), SSL_FILETYPE_PEM) == 1
    if isLoaded && SSL_CTX_check_private_key(pointer) == 1 { return }
    let errors = OpenSSLErrors.drain()
    // Keys of one kind are compared when the key is loaded, keys of two kinds afterwards.
    if isLoaded || errors.contains(library: ERR_LIB_X509, reason: X509_R_KEY_VALUES_MISMATCH) {
      throw .keyMismatch(certificate: certificate.certificateFile, key: file)
    }
    // What a wrong passphrase decrypts is noise, and OpenSSL's complaints about it are of all kinds.
    if request.wasAsked {
      throw certificate.passphrase == nil
        ? .passphraseMissing(path: file) : .wrongPassphrase(path: file)
    }
    throw errors.error(about: file)
  }
}

/// What OpenSSL is told when it meets an encrypted key.
private final class PassphraseRequest {
  let passphrase: [UInt8]?
  var wasAsked = false

  init(_ passphrase: [UInt8]?) {
    self.passphrase = passphrase
  }
}

/// The callback of pem_password_cb(3); -1 is an error, where 0 would be an empty passphrase.
private func answerPassphrase(
  buffer: UnsafeMutablePointer<CChar>?, size: Int32, isWriting: Int32,
  data: UnsafeMutableRawPointer?
) -> Int32 {
  guard let data, let buffer else { return -1 }
  let request = Unmanaged<PassphraseRequest>.fromOpaque(data).takeUnretainedValue()
  request.wasAsked = true
  guard let passphrase = request.passphrase, passphrase.count <= size else { return -1 }
  for (index, byte) in passphrase.enumerated() { buffer[index] = CChar(bitPattern: byte) }
  return Int32(passphrase.count)
}

extension OpenSSLErrors {
  /// What is wrong with a file: it cannot be read, or its content is of no use.
  fileprivate func error(about path: String) -> TLSError {
    if let errno { return .unreadable(path: path, errno) }
    return .unusable(path: path, reason: text)
  }
}

extension String {
  /// The same path, unless C would see another, shorter one.
  fileprivate func forOpenSSL() throws(TLSError) -> String {
    guard !utf8.contains(0) else { throw .unreadable(path: self, .invalidArgument) }
    return self
  }
}
