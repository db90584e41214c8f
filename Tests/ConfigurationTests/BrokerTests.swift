import Configuration
import Testing

/// How a broker is reached besides plain TCP.
@Suite struct BrokerTests {
  private func broker(_ text: String) throws -> Broker {
    try gateway(gatewayYAML(broker: "broker: { \(text) }")).broker
  }

  @Test(
    arguments: [
      ("mqtts://a", .init(scheme: .mqtts, host: "a", port: 8883)),
      ("mqtts://[::1]:1", .init(scheme: .mqtts, host: "::1", port: 1)),
      ("ws://a", .init(scheme: .ws, host: "a", port: 80, path: "/mqtt")),
      ("ws://a:8080/", .init(scheme: .ws, host: "a", port: 8080, path: "/mqtt")),
      ("wss://a/b/c?d=e", .init(scheme: .wss, host: "a", port: 443, path: "/b/c?d=e")),
    ] as [(String, BrokerEndpoint)])
  func `each scheme has its port, and a WebSocket its path`(
    url: String, endpoint: BrokerEndpoint
  ) throws {
    #expect(try broker("url: \"\(url)\"").endpoints == [endpoint])
  }

  @Test func `an endpoint is told as the URL it came from`() throws {
    let endpoints = try broker("url: [mqtt://a, \"wss://[::1]:8443/x\"]").endpoints
    #expect(endpoints.map(\.text) == ["mqtt://a:1883", "wss://[::1]:8443/x"])
  }

  @Test func `without settings the system's authorities are trusted, from TLS 1.2 on`() throws {
    let tls = try broker("url: mqtts://a").tls
    #expect(tls == BrokerTLS())
    #expect(!tls.insecure)
    #expect(!tls.requiresTLS13)
  }

  @Test func `all TLS settings of a certificate`() throws {
    let tls = try broker(
      "url: mqtts://a, tls: { ca-file: /ca.pem, ca-directory: /certs, certificate: /c.pem, "
        + "key: /c.key, key-passphrase: open sesame, minimum-version: 1.3, insecure: true }"
    ).tls
    #expect(tls.caFile == "/ca.pem")
    #expect(tls.caDirectory == "/certs")
    #expect(tls.certificate?.file == "/c.pem")
    #expect(tls.certificate?.keyFile == "/c.key")
    #expect(tls.certificate?.passphrase == "open sesame")
    #expect(tls.preSharedKey == nil)
    #expect(tls.requiresTLS13)
    #expect(tls.insecure)
  }

  @Test func `a certificate's file may hold its key`() throws {
    let tls = try broker("url: wss://a, tls: { certificate: /both.pem }").tls
    #expect(tls.certificate?.keyFile == "/both.pem")
    #expect(tls.certificate?.passphrase == nil)
  }

  @Test func `a pre-shared key is hexadecimal`() throws {
    let tls = try broker("url: mqtts://a, tls: { psk-identity: barn, psk: 00fFa1 }").tls
    #expect(tls.preSharedKey?.identity == "barn")
    #expect(tls.preSharedKey?.key == [0x00, 0xFF, 0xA1])
  }

  @Test func `a proxy by HTTP or SOCKS, with or without a user`() throws {
    let http = try #require(try broker("url: mqtt://a, proxy: \"http://p:3128\"").proxy)
    #expect(http.kind == .http)
    #expect(http.host == "p")
    #expect(http.port == 3128)
    #expect(http.username == nil)
    let socks = try #require(
      try broker("url: mqtt://a, proxy: \"socks5://u:s:ecret@[::1]:1080/\"").proxy)
    #expect(socks.kind == .socks5)
    #expect(socks.host == "::1")
    #expect(socks.username == "u")
    #expect(socks.password == "s:ecret")
  }

  private static let proxyHint =
    "expected a URL such as http://192.0.2.1:3128 or socks5://192.0.2.1:1080"
  private static let refusals: [(String, String)] = [
    (
      "url: mqtt://a, tls: { insecure: true }",
      "31: TLS settings without TLS, expected a url with mqtts or wss"
    ),
    ("url: mqtts://a, tls: { insecure: yes }", "44: expected false or true, found 'yes'"),
    ("url: mqtts://a, tls: { minimum-version: 1.1 }", "51: expected 1.2 or 1.3, found '1.1'"),
    ("url: mqtts://a, tls: { key: /k }", "39: key without a certificate, expected both or none"),
    (
      "url: mqtts://a, tls: { key-passphrase: x }",
      "50: key-passphrase without a certificate, expected both or none"
    ),
    ("url: mqtts://a, tls: { psk: 00 }", "32: missing key 'psk-identity'"),
    (
      "url: mqtts://a, tls: { psk-identity: a }",
      "48: psk-identity without a psk, expected both or none"
    ),
    (
      "url: mqtts://a, tls: { psk-identity: a, psk: 0f0 }",
      "56: expected a key of 1 to 64 bytes in hexadecimal digits"
    ),
    (
      "url: mqtts://a, tls: { psk-identity: a, psk: secret }",
      "56: expected a key of 1 to 64 bytes in hexadecimal digits"
    ),
    (
      "url: mqtts://a, tls: { psk-identity: a, psk: 00, certificate: /c }",
      "56: a pre-shared key and a certificate, expected one of them"
    ),
    ("url: mqtts://a, tls: { ca: /c }", "34: unknown key 'ca', "),
    ("url: mqtt://a, proxy: 192.0.2.1:3128", "33: \(proxyHint), found '192.0.2.1:3128'"),
    ("url: mqtt://a, proxy: \"http://p\"", "33: \(proxyHint)"),
    ("url: mqtt://a, proxy: \"http://u:secret\"", "33: expected a port from 1 to 65535"),
    ("url: mqtt://a, proxy: \"http://p:1/x\"", "33: \(proxyHint)"),
    (
      "url: mqtt://a, proxy: \"socks5://secret@p:1\"",
      "33: expected USER:PASSWORD before the @"
    ),
    ("url: mqtt://a, proxy: \"ftp://u:secret@p:1\"", "33: \(proxyHint)"),
  ]

  @Test(arguments: refusals)
  func `what cannot be meant is refused, and no secret repeated`(text: String, message: String) {
    let error = gatewayError(gatewayYAML(broker: "broker: { \(text) }"))
    #expect(error?.hasPrefix("g.yaml:2:\(message)") == true, "\(error ?? "none")")
    #expect(error?.contains("secret") != true)
  }
}
