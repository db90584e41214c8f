import MQTTClient
import System
import Testing

@Suite struct TLSVerificationTests {
  struct BadCertificate: Sendable {
    let name: String
    let code: Int
    let words: String
    var host = TestCA.host
    var arguments = ""
  }

  /// The codes and the words of OpenSSL's x509_vfy.h and X509_verify_cert_error_string(3).
  static let bad: [BadCertificate] = [
    .init(name: "expired", code: 10, words: "certificate has expired"),
    .init(name: "early", code: 9, words: "certificate is not yet valid"),
    .init(name: "self-signed", code: 18, words: "self-signed certificate"),
    .init(name: "unknown-ca", code: 20, words: "unable to get local issuer certificate"),
    .init(name: "other-name", code: 62, words: "hostname mismatch"),
    .init(name: "address", code: 62, words: "hostname mismatch"),
    .init(name: "good", code: 62, words: "hostname mismatch", host: "broker.test.example"),
    .init(name: "good", code: 62, words: "hostname mismatch", host: "sub.broker.test"),
    .init(name: "good", code: 64, words: "IP address mismatch", host: "127.0.0.1"),
    .init(name: "address", code: 64, words: "IP address mismatch", host: "127.0.0.2"),
    .init(name: "purpose", code: 26, words: "purpose"),
    // A name in the subject is none beside one where names belong (RFC 6125, 6.4.4), nor an address.
    .init(name: "good", code: 62, words: "hostname mismatch", host: "good"),
    .init(name: "common-name", code: 62, words: "hostname mismatch", host: "another.test"),
    .init(name: "chained", code: 20, words: "unable to get local issuer certificate"),
    .init(
      name: "by-server", code: 79, words: "invalid CA certificate",
      arguments: "-cert_chain good.pem"),
  ]

  @Test(arguments: bad)
  func `a bad certificate is refused with its own words`(_ bad: BadCertificate) throws {
    let server = try TLSServer(certificate: bad.name, bad.arguments)
    let context = try TLSContext(tlsOptions())
    let error = try tlsError { _ = try TLSLink(context, to: server, host: bad.host) }
    guard case .certificateRefused(let code, let reason, let host) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(code == bad.code)
    #expect(reason.contains(bad.words))
    #expect(host == bad.host)
    #expect(error?.text.contains(bad.words) == true)
  }

  /// 2047-07-01, 2048-07-01, 2049-07-01 and 2020-07-01, by date(1).
  private static let (y2047, y2048, y2049, y2020): (Int64, Int64, Int64, Int64) = (
    2_445_552_000, 2_477_174_400, 2_508_710_400, 1_593_561_600
  )

  /// The certificates are for all of 2048, for all of 2020, and for today and tomorrow.
  @Test(
    arguments: [
      ("lasting-early", nil, 9), ("lasting-early", y2047, 9), ("lasting-early", y2048, nil),
      ("lasting-early", y2049, 10), ("lasting-good", y2048, 10), ("lasting-good", y2020, nil),
      // The clock is later than the floor, so it is the one that counts.
      ("lasting-expired", y2020, 10), ("lasting-expired", nil, 10),
    ] as [(String, Int64?, Int?)])
  func `a clock that is behind the floor counts as at the floor`(
    name: String, floor: Int64?, code: Int?
  ) throws {
    let server = try TLSServer(certificate: name)
    let context = try TLSContext(
      tlsOptions {
        $0.caFile = try? TestCA.shared.path("lasting.pem")
        $0.earliestTime = floor
      })
    let error = try tlsError { _ = try TLSLink(context, to: server) }
    guard let code else { return #expect(error == nil) }
    guard case .certificateRefused(code, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a floor can be taken away when the clock is set`() throws {
    let server = try TLSServer(certificate: "lasting-good")
    let context = try TLSContext(
      tlsOptions {
        $0.caFile = try? TestCA.shared.path("lasting.pem")
        $0.earliestTime = Self.y2049
      })
    #expect(try tlsError { _ = try TLSLink(context, to: server) } != nil)
    context.earliestTime = nil
    #expect(try tlsError { _ = try TLSLink(context, to: server) } == nil)
  }

  @Test(arguments: bad)
  func `what says insecure accepts it all the same`(_ bad: BadCertificate) throws {
    let server = try TLSServer(certificate: bad.name, "-rev \(bad.arguments)")
    let context = try TLSContext(tlsOptions { $0.insecureAcceptAnyServer = true })
    let link = try TLSLink(context, to: server, host: bad.host)
    try link.write(Array("abc\n".utf8))
    #expect(try link.read(4) == Array("cba\n".utf8))
  }

  @Test(arguments: [
    ("good", "broker.test"), ("good", "BROKER.test"), ("good", "broker.test."),
    ("address", "127.0.0.1"), ("address", "::1"), ("address", "::1%lo"),
    ("common-name", "broker.test"), ("chained -cert_chain intermediate.pem", "broker.test"),
  ])
  func `a certificate for the name or the address is accepted`(
    name: String, host: String
  ) throws {
    let words = name.split(separator: " ", maxSplits: 1).map(String.init)
    let server = try TLSServer(certificate: words[0], words.count > 1 ? words[1] : "")
    for options in [
      try tlsOptions(),
      try tlsOptions {
        $0.caFile = nil
        $0.caDirectory = try TestCA.shared.path("hashed")
      },
    ] {
      let link = try TLSLink(try TLSContext(options), to: server, host: host)
      expect(link.tls.isEstablished, true)
    }
  }

  @Test func `the system's authorities do not know the tests' one`() throws {
    let server = try TLSServer()
    let context = try TLSContext(TLSOptions())
    let error = try tlsError { _ = try TLSLink(context, to: server) }
    guard case .certificateRefused(code: 20, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  /// server_name is extension 0: a list of one name of type 0, each with its length
  /// (RFC 6066 section 3).
  @Test(arguments: [
    ("broker.test", "broker.test"), ("broker.test.", "broker.test"), ("127.0.0.1", nil),
    ("::1", nil), ("fe80::1%eth0", nil),
  ])
  func `a name is told to the server and an address is not`(host: String, told: String?) throws {
    var tls = try TLSSession(try TLSContext(tlsOptions()), host: host)
    try tls.advance()
    let extensions = try clientHelloExtensions(tls.takeOutput())
    let name = told.map { Array($0.utf8) }
    let length = UInt8(name?.count ?? 0)
    #expect(extensions[0] == name.map { [0, length + 3, 0, 0, length] + $0 })
  }

  @Test(arguments: ["", ".", ".broker.test", "a\0b", "%eth0:", String(repeating: "a", count: 254)])
  func `what no certificate can be checked for is refused`(host: String) throws {
    let context = try TLSContext(tlsOptions())
    let error = try tlsError { _ = try TLSSession(context, host: host) }
    #expect(error == .invalidHost(host))
  }

  @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
  func `a server of one version is spoken to in it`(version: String, name: String) throws {
    let server = try TLSServer(version)
    let link = try TLSLink(try TLSContext(tlsOptions()), to: server)
    expect(link.tls.version, name)
    #expect(!link.tls.cipher.isEmpty)
  }

  @Test func `a version that is too old is refused`() throws {
    let protocolVersion = TLSError.alert(TLSAlert(code: 70))
    let old = try TLSServer("-tls1_1 -cipher DEFAULT@SECLEVEL=0")
    #expect(
      try tlsError { _ = try TLSLink(try TLSContext(tlsOptions()), to: old) } == protocolVersion)
    let middle = try TLSServer("-tls1_2")
    let modern = try TLSContext(tlsOptions { $0.minimumVersion = .tls13 })
    #expect(try tlsError { _ = try TLSLink(modern, to: middle) } == protocolVersion)
    let new = try TLSServer("-tls1_3")
    let modest = try TLSContext(tlsOptions { $0.maximumVersion = .tls12 })
    #expect(try tlsError { _ = try TLSLink(modest, to: new) } == protocolVersion)
    #expect(protocolVersion.text.contains("protocol version"))
  }
}

/// The extensions of a client hello in one record (RFC 8446 section 4.1.2).
private func clientHelloExtensions(_ record: [UInt8]) throws -> [Int: [UInt8]] {
  // Record, handshake, version and random; session, cipher suites and compressions have a length.
  var rest = record.dropFirst(5 + 4 + 2 + 32)
  func take(_ count: Int) throws -> ArraySlice<UInt8> {
    try #require(rest.count >= count)
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
  func number(_ size: Int) throws -> Int { try take(size).reduce(0) { $0 << 8 | Int($1) } }
  _ = try take(try number(1))
  _ = try take(try number(2))
  _ = try take(try number(1))
  #expect(try number(2) == rest.count)
  var extensions: [Int: [UInt8]] = [:]
  while !rest.isEmpty {
    let type = try number(2)
    extensions[type] = Array(try take(try number(2)))
  }
  return extensions
}
