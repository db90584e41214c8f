import Configuration
import Testing

/// Secrets that the configuration names and does not hold.
@Suite struct SecretTests {
  /// What is looked up here, as the service manager would give it.
  private static let store: [(SecretReference, [UInt8])] = [
    (.credential("mqtt-password"), Array("geheim\n".utf8)),
    (.file("/etc/godwit/two lines"), Array("zeile\n\n".utf8)),
    (.file("/etc/godwit/bare"), Array("grüße".utf8)),
    (.environment("PSK"), Array("00ff".utf8)),
    (.environment("BAD_PSK"), Array("topsecretx".utf8)),
    (.environment("PROXY"), Array("http://user:topsecret@192.0.2.1:3128".utf8)),
    (.environment("BAD_PROXY"), Array("topsecret:99".utf8)),
    (.environment("BAD_PORT"), Array("http://192.0.2.1:topsecret".utf8)),
    (.credential("empty"), []),
    (.credential("newline"), [10]),
    (.credential("nul"), Array("top\0secret".utf8)),
    (.credential("latin"), [0x74, 0xE9]),
    (.credential("large"), Array(repeating: 0x74, count: 64 * 1_024 + 1)),
    (.credential("long"), Array(repeating: 0x74, count: 64 * 1_024)),
  ]

  private func parse(
    _ broker: String, isAssuming: Bool = false
  ) throws(ConfigurationError) -> GatewayConfiguration {
    let yaml = gatewayYAML(broker: "broker: { url: mqtts://a, \(broker) }")
    return try GatewayConfiguration.parse(Array(yaml.utf8), file: "g.yaml") {
      (reference) throws(SecretLookupError) in
      for (known, content) in SecretTests.store where known == reference { return content }
      if isAssuming { return nil }
      throw SecretLookupError(reason: "No such file or directory")
    } profile: { (_) throws(ProfileLookupError) in
      throw .notFound(folders: [], names: [])
    }
  }

  @Test func `each of the three tags brings its secret`() throws {
    let broker = try parse(
      "username: u, password: !credential mqtt-password, proxy: !environment PROXY, "
        + "tls: { certificate: /c, key-passphrase: !file /etc/godwit/bare }"
    ).broker
    #expect(broker.password == "geheim")
    #expect(broker.tls.certificate?.passphrase == "grüße")
    #expect(broker.proxy?.password == "topsecret")
    #expect(broker.proxy?.host == "192.0.2.1")
  }

  @Test func `a user name may be a token, and a key is a key`() throws {
    let broker = try parse(
      "username: !credential \"mqtt-password\", "
        + "tls: { psk-identity: barn, psk: !environment 'PSK' }"
    ).broker
    #expect(broker.username == "geheim")
    #expect(broker.tls.preSharedKey?.key == [0x00, 0xFF])
  }

  @Test func `it is known where each secret is`() throws {
    let uses = try parse(
      "username: u, password: hunter2, proxy: \"http://u:p@h:1\", "
        + "tls: { psk-identity: barn, psk: !environment PSK }"
    ).secrets
    #expect(uses.map(\.key) == ["password", "proxy", "psk"])
    #expect(uses.map(\.reference) == [nil, nil, .environment("PSK")])
    #expect(uses[0].place == "g.yaml:2:50")
    #expect(try parse("username: u, proxy: \"http://h:1\"").secrets.isEmpty)
  }

  @Test(
    arguments: [
      (
        "password: !file relative",
        "expected a path that begins with / after !file, found 'relative'"
      ),
      ("password: !file", "expected a path that begins with / after !file, found ''"),
      (
        "password: !credential ../shadow",
        "expected the name of a credential after !credential, found '../shadow'"
      ),
      (
        "password: !credential ..",
        "expected the name of a credential after !credential, found '..'"
      ),
      (
        "password: !environment 1A",
        "expected the name of a variable after !environment, found '1A'"
      ),
      (
        "password: !environment \"A=B\"",
        "expected the name of a variable after !environment, found 'A=B'"
      ),
      (
        "password: !secret a", "tags (!name) are not supported, expected a value alone"
      ),
      (
        "password: !file [a]", "tags (!name) are not supported, expected a value alone"
      ),
      (
        "password: !credential none",
        "cannot look up !credential 'none': No such file or directory"
      ),
      (
        "password: !credential empty",
        "!credential 'empty' is no secret: it is empty, expected one line of text"
      ),
      (
        "password: !credential newline",
        "!credential 'newline' is no secret: it is empty, expected one line of text"
      ),
      (
        "password: !credential nul",
        "!credential 'nul' is no secret: there is a NUL character in it, expected one line of text"
      ),
      (
        "password: !credential latin",
        "!credential 'latin' is no secret: it is not UTF-8 text, expected one line of text"
      ),
      (
        "password: !credential large",
        "!credential 'large' is no secret: it is larger than 64 KiB, expected one line of text"
      ),
      ("password: !credential long", "expected a password of at most 65535 bytes"),
      (
        "password: !file /etc/godwit/two lines",
        "expected a password in one line, found control characters"
      ),
    ])
  func `a secret that cannot be used is told with its place`(text: String, error: String) {
    let found = #expect(throws: ConfigurationError.self) { try parse("username: u, \(text)") }
    #expect(found?.text == "g.yaml:2:50: \(error)")
  }

  @Test(
    arguments: [
      "tls: { psk-identity: a, psk: !environment BAD_PSK }",
      "proxy: !environment BAD_PROXY", "proxy: !environment BAD_PORT",
      "proxy: !credential nul",
    ])
  func `no error has a part of the secret in it`(text: String) throws {
    let found = #expect(throws: ConfigurationError.self) { try parse(text) }
    let message = try #require(found?.text)
    #expect(message.hasPrefix("g.yaml:2:"))
    #expect(!message.contains("topsecret"))
  }

  @Test(
    arguments: [
      ("client-id: !credential a", "!credential 'a'"),
      ("keep-alive: !file /a", "!file '/a'"),
      ("tls: { psk-identity: !environment A, psk: 00 }", "!environment 'A'"),
      ("tls: { ca-file: !file /a }", "!file '/a'"),
    ])
  func `a value that is no secret is not looked up`(text: String, words: String) throws {
    let found = #expect(throws: ConfigurationError.self) { try parse(text) }
    #expect(
      found?.message == "\(words) is no secret, expected a plain value (only username, password, "
        + "key-passphrase, psk and proxy are looked up)")
  }

  @Test(arguments: ["gateway: !file /a", "!file /a", "!file /a: b", "[!file /a]"])
  func `nor is anything else of the file`(yaml: String) {
    #expect(gatewayError("\(yaml)\n")?.hasPrefix("g.yaml:1:") == true)
  }

  @Test func `nor anything of a profile`() {
    let error = profileError(profileYAML(title: "title: !file /etc/shadow"))
    #expect(error?.contains("is no secret, expected a plain value") == true)
  }

  @Test func `who only checks goes on without`() throws {
    let broker = try parse(
      "username: !file /x, password: !credential x, proxy: !environment X, "
        + "tls: { psk-identity: barn, psk: !environment X }", isAssuming: true
    ).broker
    #expect(broker.password != nil)
    #expect(broker.tls.preSharedKey != nil)
    // What is there is still judged.
    #expect(throws: ConfigurationError.self) {
      try parse("proxy: !environment BAD_PROXY", isAssuming: true)
    }
  }
}
