import MQTTClient
import System
import Testing

/// Who this end is: client certificates and pre-shared keys.
@Suite struct TLSIdentityTests {
  private static func options(
    certificate: String = "client.pem", key: String, passphrase: [UInt8]? = nil
  ) throws -> TLSOptions {
    try tlsOptions {
      $0.clientCertificate = .init(
        certificateFile: try TestCA.shared.path(certificate),
        keyFile: try TestCA.shared.path(key), passphrase: passphrase)
    }
  }

  private static let asking = "-rev -Verify 1 -CAfile root.pem -verify_return_error"

  /// "client.key" is PKCS #8 in plain, what openssl-genrsa(1) writes.
  @Test(
    arguments: [
      ("client.pem", "client.key", nil), ("client.pem", "client-plain-traditional.key", nil),
      ("client.pem", "client-pkcs8.key", TestCA.passphrase),
      ("client.pem", "client-traditional.key", TestCA.passphrase),
      ("client-both.pem", "client-both.pem", TestCA.passphrase),
      ("client-ec.pem", "client-ec.key", nil), ("client-chain.pem", "client.key", nil),
    ] as [(String, String, [UInt8]?)])
  func `a server that asks for a certificate gets it`(
    certificate: String, key: String, passphrase: [UInt8]?
  ) throws {
    let server = try TLSServer(Self.asking)
    let context = try TLSContext(
      try Self.options(certificate: certificate, key: key, passphrase: passphrase))
    let link = try TLSLink(context, to: server)
    try link.write(Array("abc\n".utf8))
    #expect(try link.read(4) == Array("cba\n".utf8))
  }

  /// certificate_required is of TLS 1.3, where the client hears of it after its handshake.
  @Test(arguments: [("-tls1_2", 40), ("-tls1_3", 116)] as [(String, UInt8)])
  func `a server that asks for a certificate and gets none says so`(
    version: String, alert: UInt8
  ) throws {
    let server = try TLSServer("\(Self.asking) \(version)")
    let context = try TLSContext(tlsOptions())
    let error = try tlsError { _ = try TLSLink(context, to: server).read(1) }
    #expect(error == .alert(TLSAlert(code: alert)))
  }

  @Test func `a server that does not know the client's authority says so`() throws {
    let server = try TLSServer(Self.asking)
    let context = try TLSContext(try Self.options(certificate: "stranger.pem", key: "client.key"))
    let error = try tlsError { _ = try TLSLink(context, to: server).read(1) }
    #expect(error == .alert(TLSAlert(code: 48)))
    #expect(error?.text == "the server refused TLS: unknown ca")
  }

  @Test(arguments: ["client-pkcs8.key", "client-traditional.key"])
  func `an encrypted key needs its passphrase`(key: String) throws {
    let path = try TestCA.shared.path(key)
    #expect(
      try tlsError { _ = try TLSContext(try Self.options(key: key)) }
        == .passphraseMissing(path: path))
    for wrong in ["", "sesame", String(repeating: "x", count: 1_024)] {
      let options = try Self.options(key: key, passphrase: Array(wrong.utf8))
      #expect(try tlsError { _ = try TLSContext(options) } == .wrongPassphrase(path: path))
    }
    let long = try Self.options(key: key, passphrase: Array(repeating: 0x78, count: 1_025))
    #expect(
      try tlsError { _ = try TLSContext(long) }
        == .invalidOption("a passphrase has at most 1024 bytes"))
  }

  @Test(arguments: ["client-2.key", "server.key"])
  func `a key of another certificate is told, of the same kind or not`(key: String) throws {
    let authority = try TestCA.shared
    let error = try tlsError { _ = try TLSContext(try Self.options(key: key)) }
    #expect(
      error
        == .keyMismatch(certificate: authority.path("client.pem"), key: authority.path(key)))
  }

  @Test func `a file that is not there or of no use is named`() throws {
    let authority = try TestCA.shared
    let missing = authority.path("missing.pem")
    let garbage = authority.path("garbage.pem")
    let attempts: [(TLSOptions, String)] = [
      (try tlsOptions { $0.caFile = missing }, missing),
      (try tlsOptions { $0.caDirectory = missing }, missing),
      (try Self.options(certificate: "missing.pem", key: "client.key"), missing),
      (try Self.options(key: "missing.pem"), missing),
    ]
    for (options, path) in attempts {
      let error = try tlsError { _ = try TLSContext(options) }
      #expect(error == .unreadable(path: path, .noSuchFile))
      #expect(error?.text == "\(path) cannot be read: No such file or directory")
    }
    for options in [
      try tlsOptions { $0.caFile = garbage },
      try Self.options(certificate: "garbage.pem", key: "client.key"),
      try Self.options(key: "garbage.pem"),
    ] {
      let error = try tlsError { _ = try TLSContext(options) }
      guard case .unusable(path: garbage, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    let file = try tlsOptions { $0.caDirectory = garbage }
    guard case .unreadable(path: garbage, _) = try tlsError({ _ = try TLSContext(file) }) else {
      Issue.record("a file is no directory")
      return
    }
  }

  private static let key: [UInt8] = Array(0x10..<0x30)
  private static let hexadecimal = key.map { String($0, radix: 16) }.joined()

  private static func options(key: [UInt8], identity: String = "barn") throws -> TLSOptions {
    try tlsOptions { $0.preSharedKey = .init(identity: identity, key: key) }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a pre-shared key opens the connection`(version: String) throws {
    let server = try TLSServer(
      certificate: nil, "-rev -psk \(Self.hexadecimal) -psk_identity barn \(version)")
    let context = try TLSContext(try Self.options(key: Self.key))
    for _ in 0..<2 {
      let link = try TLSLink(context, to: server)
      expect(link.tls.wasResumed, false)
      try link.write(Array("abc\n".utf8))
      #expect(try link.read(4) == Array("cba\n".utf8))
      try link.close()
    }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a wrong pre-shared key does not`(version: String) throws {
    let server = try TLSServer(
      certificate: nil, "-rev -psk \(Self.hexadecimal) -psk_identity barn \(version)")
    let context = try TLSContext(try Self.options(key: Self.key.reversed()))
    let error = try tlsError { _ = try TLSLink(context, to: server) }
    guard case .alert = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// With a key nobody is to be believed for a certificate, not even a good or an unchecked one.
  @Test(arguments: [true, false])
  func `a server that shows a certificate in place of the key is refused`(insecure: Bool) throws {
    let server = try TLSServer("-tls1_3")
    var options = try Self.options(key: Self.key)
    options.insecureAcceptAnyServer = insecure
    let context = try TLSContext(options)
    #expect(try tlsError { _ = try TLSLink(context, to: server) } == .preSharedKeyIgnored)
  }

  @Test func `options that cannot be are refused`() throws {
    let long = String(repeating: "x", count: 256)
    for options in [
      try Self.options(key: []),
      try Self.options(key: Array(repeating: 1, count: 257)),
      try Self.options(key: [1], identity: ""),
      try Self.options(key: [1], identity: "a\0b"),
      try Self.options(key: [1], identity: long),
      try tlsOptions { $0.applicationProtocols = [""] },
      try tlsOptions { $0.applicationProtocols = [long] },
      try tlsOptions { $0.applicationProtocols = Array(repeating: "mqtt", count: 103) },
      try tlsOptions {
        $0.minimumVersion = .tls13
        $0.maximumVersion = .tls12
      },
    ] {
      guard case .invalidOption(let reason) = try tlsError({ _ = try TLSContext(options) }) else {
        Issue.record("accepted")
        continue
      }
      #expect(!reason.isEmpty)
    }
    #expect(throws: Never.self) {
      let most = Array(repeating: 1 as UInt8, count: TLSOptions.PreSharedKey.keySizeMax)
      _ = try TLSContext(try Self.options(key: most, identity: String(long.dropLast())))
    }
  }
}
