/// The options of `godwit pub` and `godwit sub`, with the letters and names of mosquitto's tools.
enum ToolOption {
  case host, port, url, topic
  case clientID, clientIDPrefix, keepAlive, keepSession, sessionExpiry, version, property
  case username, password, passwordFile
  case willTopic, willPayload, willQoS, willRetain
  case caFile, caPath, systemCAs, certificate, key, keyPasswordFile, keyForm
  case tlsVersion, tlsALPN, insecure, psk, pskFile, pskIdentity
  case proxy, webSocket, webSocketPath
  case qos, inFlightMax, noDelay, debug, quiet, help
  case message, file, lines, standardInput, nullMessage, retain, repeatCount, repeatDelay
  case count, exitAfterSubscribe, timeout, format, noNewline, verbose
  case noRetained, retainedOnly, retainAsPublished, filterOut, unsubscribe

  /// Which of the two tools has an option.
  enum Tool {
    case pub, sub
  }

  /// How an option is written.
  struct Spelling {
    let option: ToolOption
    /// The letter behind one dash; 0 for none.
    let letter: UInt8
    /// The name behind two dashes; empty for none.
    let name: StaticString
    let takesValue: Bool
    /// The tool that has it; nil for both.
    let tool: Tool?

    init(
      _ option: ToolOption, _ letter: Unicode.Scalar?, _ name: StaticString,
      takesValue: Bool = true, only tool: Tool? = nil
    ) {
      self.option = option
      self.letter = letter.map { UInt8(truncatingIfNeeded: $0.value) } ?? 0
      self.name = name
      self.takesValue = takesValue
      self.tool = tool
    }
  }

  /// All of them. `property` takes three or four words; the reader sees to that.
  static let spellings: [Spelling] = [
    Spelling(.host, "h", "host"), Spelling(.port, "p", "port"), Spelling(.url, "L", "url"),
    Spelling(.topic, "t", "topic"), Spelling(.clientID, "i", "id"),
    Spelling(.clientIDPrefix, "I", "id-prefix"), Spelling(.keepAlive, "k", "keepalive"),
    Spelling(.keepSession, "c", "disable-clean-session", takesValue: false),
    Spelling(.sessionExpiry, "x", "session-expiry-interval"),
    Spelling(.version, "V", "protocol-version"), Spelling(.property, "D", "property"),
    Spelling(.username, "u", "username"), Spelling(.password, "P", "pw"),
    Spelling(.passwordFile, nil, "pw-file"), Spelling(.willTopic, nil, "will-topic"),
    Spelling(.willPayload, nil, "will-payload"), Spelling(.willQoS, nil, "will-qos"),
    Spelling(.willRetain, nil, "will-retain", takesValue: false),
    Spelling(.caFile, nil, "cafile"), Spelling(.caPath, nil, "capath"),
    Spelling(.systemCAs, nil, "tls-use-os-certs", takesValue: false),
    Spelling(.certificate, nil, "cert"), Spelling(.key, nil, "key"),
    Spelling(.keyPasswordFile, nil, "key-pw-file"), Spelling(.keyForm, nil, "keyform"),
    Spelling(.tlsVersion, nil, "tls-version"), Spelling(.tlsALPN, nil, "tls-alpn"),
    Spelling(.insecure, nil, "insecure", takesValue: false), Spelling(.psk, nil, "psk"),
    Spelling(.pskFile, nil, "psk-file"), Spelling(.pskIdentity, nil, "psk-identity"),
    Spelling(.proxy, nil, "proxy"), Spelling(.webSocket, nil, "ws", takesValue: false),
    Spelling(.webSocketPath, nil, "ws-path"), Spelling(.qos, "q", "qos"),
    Spelling(.noDelay, nil, "nodelay", takesValue: false),
    Spelling(.debug, "d", "debug", takesValue: false),
    Spelling(.quiet, nil, "quiet", takesValue: false),
    Spelling(.help, nil, "help", takesValue: false),

    Spelling(.message, "m", "message", only: .pub), Spelling(.file, "f", "file", only: .pub),
    Spelling(.lines, "l", "stdin-line", takesValue: false, only: .pub),
    Spelling(.standardInput, "s", "stdin-file", takesValue: false, only: .pub),
    Spelling(.nullMessage, "n", "null-message", takesValue: false, only: .pub),
    Spelling(.retain, "r", "retain", takesValue: false, only: .pub),
    Spelling(.repeatCount, nil, "repeat", only: .pub),
    Spelling(.repeatDelay, nil, "repeat-delay", only: .pub),
    Spelling(.inFlightMax, "M", "max-inflight", only: .pub),

    Spelling(.count, "C", "", only: .sub),
    Spelling(.exitAfterSubscribe, "E", "", takesValue: false, only: .sub),
    Spelling(.timeout, "W", "", only: .sub), Spelling(.format, "F", "", only: .sub),
    Spelling(.noNewline, "N", "", takesValue: false, only: .sub),
    Spelling(.verbose, "v", "verbose", takesValue: false, only: .sub),
    Spelling(.noRetained, "R", "", takesValue: false, only: .sub),
    Spelling(.retainedOnly, nil, "retained-only", takesValue: false, only: .sub),
    Spelling(.retainAsPublished, nil, "retain-as-published", takesValue: false, only: .sub),
    Spelling(.filterOut, "T", "filter-out", only: .sub),
    Spelling(.unsubscribe, "U", "unsubscribe", only: .sub),
  ]
}
