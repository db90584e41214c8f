import Testing

@testable import MQTTTools

struct OptionReaderTests {
  private func read(
    _ words: [String], of tool: ToolOption.Tool = .sub
  ) throws -> [(option: ToolOption, word: String, value: String)] {
    let reader = OptionReader(words, of: tool)
    var found: [(ToolOption, String, String)] = []
    while let option = try reader.next() { found.append((option, reader.word, reader.value)) }
    return found
  }

  @Test(
    arguments: [
      ["-p", "1884"], ["-p1884"], ["--port", "1884"], ["--port=1884"],
    ])
  func `a value follows its option, or is attached`(words: [String]) throws {
    let found = try read(words)
    #expect(found.count == 1)
    #expect(found[0].option == .port && found[0].value == "1884")
    #expect(found[0].word == (words[0].hasPrefix("--") ? "--port" : "-p"))
  }

  @Test(arguments: ["-1", "--help", "", "-", "a b", "ü"])
  func `a value may look like anything`(value: String) throws {
    let found = try read(["-x", value, "--will-payload", value])
    #expect(found.map(\.value) == [value, value])
  }

  @Test func `letters without values may share a dash with one that has one`() throws {
    let found = try read(["-dvC3", "-vN"])
    #expect(found.map(\.option) == [.debug, .verbose, .count, .verbose, .noNewline])
    #expect(found[2].value == "3" && found[2].word == "-C")
  }

  @Test(
    arguments: [
      ["--confog"], ["-Z"], ["--hos", "x"], ["-vZ"], ["--"], ["--=x"], ["-ü"], ["--qos2", "x"],
      ["-=", "x"],
    ])
  func `what is no option is named`(words: [String]) {
    let error = #expect(throws: UsageError.self) { _ = try read(words) }
    #expect(error?.kind == .unknownOption)
    let culprit = words[0] == "-vZ" ? "-Z" : words[0] == "--=x" ? "--" : words[0]
    #expect(error?.text == "unknown option '\(culprit)', expected one of those in --help")
  }

  @Test(arguments: [
    (["-m", "x"], ToolOption.Tool.sub), (["-F", "x"], .pub), (["--repeat", "1"], .sub),
  ])
  func `each tool has its own`(words: [String], tool: ToolOption.Tool) throws {
    #expect(throws: UsageError.unknownOption(words[0])) { _ = try read(words, of: tool) }
    #expect(try read(words, of: tool == .pub ? .sub : .pub).count == 1)
  }

  @Test(arguments: ["word", "", "-", "1883"])
  func `a word alone is unexpected`(word: String) {
    #expect(throws: UsageError.unexpectedWord(word)) { _ = try read(["-v", word]) }
  }

  @Test(arguments: [["-p"], ["--port"], ["-vp"], ["-d", "--will-topic"]])
  func `a missing value is told`(words: [String]) {
    let error = #expect(throws: UsageError.self) { _ = try read(words) }
    #expect(error?.kind == .missingValue)
    let option = words == ["-vp"] ? "-p" : words[words.count - 1]
    #expect(error?.text == "\(option): expected a value")
  }

  @Test func `an option without a value takes none`() {
    #expect(throws: UsageError.superfluousValue("--quiet")) { _ = try read(["--quiet=yes"]) }
  }

  @Test func `what an error repeats stays on one line and is cut`() {
    let long = String(repeating: "ä\n", count: 100)
    let text = UsageError.unexpectedWord(long).text
    #expect(!text.contains("\n") && text.utf8.count < 200)
    #expect(text.contains("...'"))
  }

  /// The letters and names that `mosquitto_pub --help` and `mosquitto_sub --help` tell.
  @Test(
    arguments: [
      ("-h --host", ToolOption.host), ("-p --port", .port), ("-L --url", .url),
      ("-t --topic", .topic), ("-i --id", .clientID), ("-I --id-prefix", .clientIDPrefix),
      ("-k --keepalive", .keepAlive), ("-c --disable-clean-session", .keepSession),
      ("-x", .sessionExpiry), ("-V --protocol-version", .version), ("-D --property", .property),
      ("-u --username", .username), ("-P --pw", .password), ("-q --qos", .qos),
      ("-d --debug", .debug), ("--quiet", .quiet), ("--help", .help),
      ("--will-topic", .willTopic), ("--will-payload", .willPayload), ("--will-qos", .willQoS),
      ("--will-retain", .willRetain), ("--cafile", .caFile), ("--capath", .caPath),
      ("--cert", .certificate), ("--key", .key), ("--keyform", .keyForm),
      ("--tls-version", .tlsVersion), ("--tls-alpn", .tlsALPN), ("--insecure", .insecure),
      ("--psk", .psk), ("--psk-identity", .pskIdentity), ("--proxy", .proxy),
      ("--tls-use-os-certs", .systemCAs), ("--nodelay", .noDelay), ("--ws", .webSocket),
      ("--ws-path", .webSocketPath), ("--pw-file", .passwordFile), ("--psk-file", .pskFile),
      ("--key-pw-file", .keyPasswordFile),
    ] as [(String, ToolOption)])
  func `both tools know these`(words: String, option: ToolOption) {
    for tool in [ToolOption.Tool.pub, .sub] { expect(words, option, tool) }
  }

  @Test(
    arguments: [
      ("-m --message", ToolOption.message), ("-f --file", .file), ("-l --stdin-line", .lines),
      ("-s --stdin-file", .standardInput), ("-n --null-message", .nullMessage),
      ("-r --retain", .retain), ("--repeat", .repeatCount), ("--repeat-delay", .repeatDelay),
      ("-M --max-inflight", .inFlightMax),
    ] as [(String, ToolOption)])
  func `pub knows these`(words: String, option: ToolOption) { expect(words, option, .pub) }

  @Test(
    arguments: [
      ("-C", ToolOption.count), ("-E", .exitAfterSubscribe), ("-W", .timeout), ("-F", .format),
      ("-N", .noNewline), ("-v --verbose", .verbose), ("-R", .noRetained),
      ("--retained-only", .retainedOnly), ("--retain-as-published", .retainAsPublished),
      ("-T --filter-out", .filterOut), ("-U --unsubscribe", .unsubscribe),
    ] as [(String, ToolOption)])
  func `sub knows these`(words: String, option: ToolOption) { expect(words, option, .sub) }

  private func expect(_ words: String, _ option: ToolOption, _ tool: ToolOption.Tool) {
    for word in words.split(separator: " ") {
      let isLetter = !word.hasPrefix("--")
      let name = Array(word.utf8)[(isLetter ? 1 : 2)...]
      #expect(ToolOption.find(name, isLetter: isLetter, of: tool)?.option == option, "\(word)")
    }
  }
}
