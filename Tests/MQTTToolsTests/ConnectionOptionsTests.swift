import Foundation
import MQTT
import MQTTClient
import System
import Testing

@testable import MQTTTools

struct ConnectionOptionsTests {
  private func parse(_ words: String...) throws -> ConnectionOptions {
    try PublishOptions(words + ["-n"] + (words.contains("-L") ? [] : ["-t", "t"])).connection
  }

  private func session(_ words: [String]) throws -> Session.Options {
    try PublishOptions(words + ["-n", "-t", "t"]).connection.makeClientOptions(clientID: "me")
      .session
  }

  @Test func `without options it is localhost, 1883, 5_0 with the way back to 3_1_1`() throws {
    let options = try parse()
    let route = try options.makeRoute()
    #expect(route.endpoint.host == "localhost" && route.endpoint.port == 1_883)
    #expect(route.tls == nil && route.webSocketPath == nil && route.proxy == nil)
    let client = options.makeClientOptions(clientID: "me")
    #expect(client.fallsBackToVersion311 && client.session.version == .v5)
    #expect(client.session.cleanStart && client.session.sessionExpiry == 0)
    #expect(client.session.keepAlive == .seconds(60) && client.session.will == nil)
    #expect(client.session.username == nil && client.session.password == nil)
  }

  @Test func `host, port, keep alive, user and password`() throws {
    let options = try parse(
      "-h", "::1", "-p", "1884", "-k", "5", "-u", "barn", "-P", "se cret")
    let route = try options.makeRoute()
    #expect(route.endpoint.host == "::1" && route.endpoint.port == 1_884)
    let session = options.makeClientOptions(clientID: "me").session
    #expect(session.keepAlive == .seconds(5))
    #expect(session.username == "barn" && session.password == Array("se cret".utf8))
  }

  @Test(arguments: [
    ("5", ProtocolVersion.v5), ("mqttv5", .v5), ("311", .v311), ("mqttv311", .v311),
  ])
  func `a version that is asked for is spoken, and no other`(
    word: String, version: ProtocolVersion
  ) throws {
    let client = try parse("-V", word).makeClientOptions(clientID: "me")
    #expect(client.session.version == version && !client.fallsBackToVersion311)
  }

  @Test(arguments: [["-x", "60"], ["-D", "connect", "user-property", "a", "b"]])
  func `what only 5_0 can do is not given up in silence`(words: [String]) throws {
    let options = try PublishOptions(words + ["-n", "-t", "t"]).connection
    #expect(!options.makeClientOptions(clientID: "me").fallsBackToVersion311)
    let option = words[0] == "-D" ? "-D connect user-property" : words[0]
    #expect(throws: UsageError.excluded(option, "-V 311")) {
      try PublishOptions(words + ["-n", "-t", "t", "-V", "311"])
    }
  }

  @Test func `a session that is kept lives for ever, or as long as -x says`() throws {
    #expect(try session(["-c", "-i", "me"]).sessionExpiry == .max)
    #expect(try !session(["-c", "-i", "me"]).cleanStart)
    #expect(try session(["-c", "-i", "me", "-x", "60"]).sessionExpiry == 60)
    #expect(try session(["-x", "60"]).sessionExpiry == 60)
    #expect(try session(["-i", "me", "-x", "-1"]).sessionExpiry == .max)
    #expect(try session(["-i", "me", "-x", "∞"]).sessionExpiry == .max)
    #expect(try session(["-i", "me", "-x", "4294967295"]).sessionExpiry == .max)
    #expect(
      try session(["-D", "connect", "session-expiry-interval", "9"]).sessionExpiry == 9)
    for words in [["-c"], ["-c", "-I", "me"], ["-x", "-1"]] {
      #expect(throws: UsageError.needs(words[0], "-i")) { _ = try session(words) }
    }
  }

  @Test func `a client identifier is given, made of a prefix, or random`() throws {
    #expect(try parse("-i", "me").makeClientID() == "me")
    #expect(
      try parse("-I", "barn-").makeClientID() == "barn-\(ProcessInfo.processInfo.processIdentifier)"
    )
    let (one, other) = (try parse().makeClientID(), try parse().makeClientID())
    #expect(one != other && one.utf8.count == 23 && one.hasPrefix("godwit"))
    #expect(
      one.utf8.allSatisfy { Character(Unicode.Scalar($0)).isLetter || (48...57).contains($0) })
    #expect(throws: UsageError.excluded("-i", "-I")) { _ = try parse("-i", "a", "-I", "b") }
    #expect(throws: UsageError.excluded("-I", "--id")) { _ = try parse("-I", "b", "--id", "a") }
  }

  @Test func `a will has its topic, payload, QoS and retain flag`() throws {
    let will = try session([
      "--will-topic", "gone", "--will-payload", "bye", "--will-qos", "2", "--will-retain",
      "-D", "will", "will-delay-interval", "3",
    ]).will
    #expect(will?.topic.text == "gone" && will?.message == Array("bye".utf8))
    #expect(will?.qos == .exactlyOnce && will?.retain == true)
    #expect(will?.properties.willDelayInterval == 3)
    let small = try session(["--will-topic", "gone"]).will
    #expect(small?.message == [] && small?.qos == .atMostOnce && small?.retain == false)
    for words in [["--will-payload", "x"], ["--will-qos", "1"], ["--will-retain"]] {
      #expect(throws: UsageError.needs(words[0], "--will-topic")) { _ = try session(words) }
    }
    #expect(throws: UsageError.needs("-D will", "--will-topic")) {
      _ = try session(["-D", "will", "content-type", "x"])
    }
  }

  @Test(
    arguments: [
      ["-p", "0"], ["-p", "65536"], ["-p", "x"], ["-p", ""], ["-k", "-1"], ["-k", "65536"],
      ["-q", "3"], ["-q", "-1"], ["-q", "x"], ["-q", "257"], ["-V", "4"], ["-V", "31"],
      ["-V", "mqttv31"], ["-x", "-2"], ["-x", "4294967296"], ["-h", ""], ["-i", ""],
      ["--will-topic", "a/#"], ["--will-topic", ""], ["--will-qos", "3"], ["--ws-path", "a b"],
      ["--tls-version", "tlsv1.1"], ["--tls-version", "ssl3"], ["--keyform", "engine"],
      ["--tls-alpn", ""], ["--psk-identity", ""], ["-p", "+1883"], ["-p", "99999999999999999999"],
    ])
  func `a wrong value is told with its option`(words: [String]) {
    let error = #expect(throws: UsageError.self) { _ = try parse(words[0], words[1]) }
    #expect(error?.kind == .invalid)
    #expect(error?.text.hasPrefix("\(words[0]): '\(words[1])', expected ") == true)
  }

  @Test(
    arguments: [
      ("mqtt://h/a/b", "h", 1_883, false, nil), ("MQTT://h:1884/a/b", "h", 1_884, false, nil),
      ("mqtts://h/a/b", "h", 8_883, true, nil), ("ws://h", "h", 80, false, "/mqtt"),
      ("ws://h:9001/", "h", 9_001, false, "/mqtt"), ("wss://h/way?x=1", "h", 443, true, "/way?x=1"),
      ("mqtt://[::1]:1884/a/b", "::1", 1_884, false, nil),
      ("mqtt://user@h/a/b", "h", 1_883, false, nil),
    ] as [(String, String, UInt16, Bool, String?)])
  func `a URL says where and how`(
    url: String, host: String, port: UInt16, isSecure: Bool, path: String?
  ) throws {
    let options = try PublishOptions(["-L", url, "-n"] + (path == nil ? [] : ["-t", "a/b"]))
    #expect(options.topic?.text == "a/b")
    #expect(options.connection.host == host && options.connection.port == port)
    #expect(options.connection.isSecure == isSecure)
    #expect(options.connection.webSocketPath == path)
  }

  @Test func `user and password of a URL are decoded, a topic is not`() throws {
    let options = try PublishOptions(["-L", "mqtt://b%40rn:p%3A%2F%25w:x@h/50%25", "-n"])
    #expect(options.connection.username == "b@rn")
    #expect(options.connection.password == Array("p:/%w:x".utf8))
    #expect(options.topic?.text == "50%25")
    let empty = try PublishOptions(["-L", "mqtt://barn:@h/t", "-n"]).connection
    #expect(empty.password == [] && empty.username == "barn")
    #expect(try PublishOptions(["-L", "mqtt://barn@h/t", "-n"]).connection.password == nil)
  }

  @Test(
    arguments: [
      "http://h/t", "h/t", "mqtt:/h/t", "mqtt://", "mqtt://:1883/t", "mqtt://h:0/t",
      "mqtt://h:65536/t", "mqtt://h:x/t", "mqtt://[::1/t", "mqtt://[::1]1883/t",
      "mqtt://user:sesame%4@h/t", "mqtt://user:sesame%zz@h/t", "mqtt://user:sesame@/t", "",
    ])
  func `a URL that is none is not repeated, for a password may be in it`(url: String) {
    let error = #expect(throws: UsageError.self) { _ = try parse("-L", url) }
    #expect(error?.text.hasPrefix("-L: expected mqtt[s]://") == true)
    #expect(error?.text.contains("sesame") == false)
  }

  @Test func `the kind of a connection decides about its port`() throws {
    #expect(try parse("--cafile", "x").port == 8_883)
    #expect(try parse("--tls-use-os-certs").port == 8_883)
    #expect(try parse("--psk", "00", "--psk-identity", "x").port == 8_883)
    #expect(try parse("--ws").port == 80)
    #expect(try parse("--ws", "--cafile", "x").port == 443)
    #expect(try parse("-p", "8883").isSecure)
    #expect(try !parse("--insecure").isSecure)
    #expect(try parse("--ws-path", "way").webSocketPath == "/way")
    #expect(try parse("--ws-path", "/way").webSocketPath == "/way")
  }

  @Test func `TLS options reach OpenSSL`() throws {
    let folder = FileManager.default.temporaryDirectory
    let secret = folder.appendingPathComponent("godwit-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: secret) }
    try Data("sesame\r\nmore\n".utf8).write(to: secret)
    let tls = try parse(
      "--cafile", "ca", "--capath", "cas", "--cert", "c", "--key", "k", "--key-pw-file",
      secret.path,
      "--tls-version", "tlsv1.3", "--tls-alpn", "mqtt", "--insecure", "--keyform", "pem"
    ).tls.options
    #expect(tls.caFile == "ca" && tls.caDirectory == "cas")
    #expect(tls.clientCertificate?.certificateFile == "c" && tls.clientCertificate?.keyFile == "k")
    #expect(tls.clientCertificate?.passphrase == Array("sesame".utf8))
    #expect(tls.minimumVersion == .tls13 && tls.applicationProtocols == ["mqtt"])
    #expect(tls.insecureAcceptAnyServer)
    let system = try parse("--tls-use-os-certs", "--cafile", "x").tls.options
    #expect(system.caDirectory == TLSOptions.systemCADirectory && system.caFile == "x")

    try Data("0aFF\n".utf8).write(to: secret)
    let shared = try parse("--psk-file", secret.path, "--psk-identity", "barn").tls.options
    #expect(shared.preSharedKey?.key == [0x0A, 0xFF] && shared.preSharedKey?.identity == "barn")
    #expect(try parse("--pw-file", secret.path, "-u", "x").password == Array("0aFF".utf8))
  }

  @Test(
    arguments: [
      (["--cert", "x"], "--cert: expected --key too"),
      (["--key", "x"], "--key: expected --cert too"),
      (["--psk", "00"], "--psk: expected --psk-identity too"),
      (["--psk-identity", "x"], "--psk-identity: expected --psk too"),
      (
        ["--psk", "00", "--psk-identity", "x", "--cafile", "y"],
        "--psk and --cafile, --capath or --cert together, expected one of them"
      ),
      (["--psk", "sesame"], "--psk: expected 1 to 256 bytes in hexadecimal"),
      (["--psk", "0"], "--psk: expected 1 to 256 bytes in hexadecimal"),
      (["--psk", ""], "--psk: expected 1 to 256 bytes in hexadecimal"),
      (["--pw-file", "/nope"], "--pw-file: '/nope' cannot be read: No such file or directory"),
      (["-P", "sesame", "-V", "311"], "-P: expected -u too"),
    ])
  func `what goes together is told`(words: [String], text: String) {
    let error = #expect(throws: UsageError.self) {
      _ = try PublishOptions(words + ["-n", "-t", "t"])
    }
    #expect(error?.text == text)
  }

  @Test func `a proxy is SOCKS or HTTP`() throws {
    guard
      case .socks5(let socks, let credentials) = try parse("--proxy", "socks5h://u:p%40@h").proxy
    else { throw TestFailure() }
    #expect(socks.host == "h" && socks.port == 1_080)
    #expect(credentials?.username == "u" && credentials?.password == "p@")
    guard case .http(let http, nil) = try parse("--proxy", "http://h:3128").proxy else {
      throw TestFailure()
    }
    #expect(http.port == 3_128)
    for url in ["http://h", "ftp://h", "h", "socks5h://sesame:x@"] {
      let error = #expect(throws: UsageError.self) { _ = try parse("--proxy", url) }
      #expect(error?.text.hasPrefix("--proxy: expected socks5h://") == true)
    }
  }

  private struct TestFailure: Error {}
}
