internal import MQTT
internal import MQTTClient
internal import System

/// How the broker is reached and who connects: what both tools are told alike.
final class ConnectionOptions {
  /// Who this client is to the broker.
  enum ClientID: Equatable {
    /// A random name, new with each start.
    case random
    /// `-i`.
    case given(String)
    /// `-I`: the prefix with the process identifier behind it.
    case prefix(String)
  }

  private(set) var host: String?
  private var givenPort: UInt16?
  private(set) var clientID = ClientID.random
  private(set) var keepAlive: Duration = .seconds(60)
  private(set) var cleanStart = true
  private var givenExpiry: UInt32?
  /// What `-V` says; nil is 5.0, and 3.1.1 where the broker refuses that.
  private(set) var version: ProtocolVersion?
  private(set) var username: String?
  private(set) var password: [UInt8]?
  private(set) var tls = TLSSettings()
  private(set) var proxy: Route.Proxy?
  private(set) var properties = PropertyOption()
  private(set) var isDebug = false
  private(set) var isQuiet = false
  private(set) var wantsHelp = false

  private var isSecureURL = false
  private var usesWebSocket = false
  private var givenPath: String?
  private var willTopic: TopicName?
  private var willPayload: [UInt8] = []
  private var willQoS = QoS.atMostOnce
  private var willRetain = false
  /// One of the options that mean nothing without `--will-topic`.
  private var willOption: String?
  /// The first option that only MQTT 5.0 can fulfil.
  private(set) var needsVersion5: String?

  /// Whether the `-L` that was taken last names a topic: then it is the reader's value.
  private(set) var hasURLTopic = false

  private static var urlExpected: String {
    "mqtt[s]://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC] or ws[s]://[USER[:PASSWORD]@]HOST[:PORT][/PATH]"
  }
  private static var proxyExpected: String {
    "socks5h://[USER[:PASSWORD]@]HOST[:PORT] or http://[USER[:PASSWORD]@]HOST:PORT"
  }

  /// Takes an option; false where it is not one of these.
  func take(
    _ option: ToolOption, _ reader: OptionReader
  ) throws(UsageError) -> Bool {
    switch option {
    case .host:
      guard !reader.value.isEmpty else { throw reader.invalid("a host name or an address") }
      host = reader.value
    case .port: givenPort = UInt16(try reader.number(1, 65_535))
    case .url: try take(url: reader)
    case .clientID:
      guard !reader.value.isEmpty else { throw reader.invalid("a client identifier") }
      if case .prefix = clientID { throw .excluded("-I", reader.word) }
      clientID = .given(reader.value)
    case .clientIDPrefix:
      if case .given = clientID { throw .excluded("-i", reader.word) }
      clientID = .prefix(reader.value)
    case .keepAlive: keepAlive = .seconds(try reader.number(0, 65_535))
    case .keepSession: cleanStart = false
    case .sessionExpiry:
      givenExpiry = try ConnectionOptions.expiry(reader)
      requireVersion5(reader.word)
    case .version: version = try ConnectionOptions.version(reader)
    case .property:
      try properties.take(reader)
      requireVersion5(reader.word)
    case .username: username = reader.value
    case .password: password = Array(reader.value.utf8)
    case .passwordFile: password = try reader.secretFromFile()
    case .proxy: proxy = try ConnectionOptions.proxy(reader)
    case .webSocket: usesWebSocket = true
    case .webSocketPath:
      guard reader.value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !reader.value.isEmpty
      else { throw reader.invalid("a path without spaces") }
      givenPath = reader.value
      usesWebSocket = true
    case .noDelay: break  // It is always so.
    case .debug: isDebug = true
    case .quiet: isQuiet = true
    case .help: wantsHelp = true
    default: return try takeWill(option, reader) ? true : try tls.take(option, reader)
    }
    return true
  }

  /// Notes that an option means something to MQTT 5.0 only.
  func requireVersion5(_ option: String) {
    if needsVersion5 == nil { needsVersion5 = option }
  }

  /// Refuses what cannot be meant together.
  func check() throws(UsageError) {
    try tls.check()
    try properties.check()
    if !cleanStart || sessionExpiry == .max {
      guard case .given = clientID else {
        throw .needs(cleanStart ? "-x" : "-c", "-i")
      }
    }
    if let needsVersion5, version == .v311 { throw .excluded(needsVersion5, "-V 311") }
    if willTopic == nil, let willOption { throw .needs(willOption, "--will-topic") }
    if willTopic == nil, properties.hasWill { throw .needs("-D will", "--will-topic") }
    if password != nil && username == nil && version == .v311 {
      throw .needs("-P", "-u")
    }
  }

  /// Whether the connection is encrypted: a URL says so, an option for TLS is given, or the port is
  /// the one that IANA has registered for it, as with mosquitto's tools.
  var isSecure: Bool { isSecureURL || tls.isWanted || givenPort == ConnectionOptions.securePort }

  /// `-p`, or the one that is registered for the kind of connection.
  var port: UInt16 {
    if let givenPort { return givenPort }
    if usesWebSocket { return isSecure ? 443 : 80 }
    return isSecure ? ConnectionOptions.securePort : 1_883
  }

  /// The path of the WebSocket; nil for MQTT without one.
  var webSocketPath: String? {
    guard usesWebSocket else { return nil }
    guard let givenPath else { return "/mqtt" }
    return givenPath.utf8.first == UInt8(ascii: "/") ? givenPath : joined("/", givenPath)
  }

  /// For how many seconds the session outlives the connection: `-x`; without it for ever with `-c`
  /// and not at all without.
  var sessionExpiry: UInt32 {
    givenExpiry ?? properties.connect.sessionExpiryInterval ?? (cleanStart ? 0 : .max)
  }

  /// The message that the broker publishes when the connection breaks.
  var will: Connect.Will? {
    willTopic.map {
      Connect.Will(
        topic: $0, message: willPayload, qos: willQoS, retain: willRetain,
        properties: properties.will)
    }
  }

  private static let securePort: UInt16 = 8_883

  private func take(url reader: OptionReader) throws(UsageError) {
    let url = try ToolURL(
      reader, schemes: ["mqtt", "mqtts", "ws", "wss"], expected: ConnectionOptions.urlExpected)
    host = url.host
    givenPort = url.port
    if let name = url.username { username = name }
    if let secret = url.password { password = secret }
    isSecureURL = url.scheme % 2 == 1
    hasURLTopic = false
    if url.scheme >= 2 { usesWebSocket = true }
    guard !url.path.isEmpty else { return }
    if url.scheme >= 2 {
      givenPath = url.path
    } else {
      reader.replaceValue(url.path)
      hasURLTopic = true
    }
  }

  private func takeWill(_ option: ToolOption, _ reader: OptionReader) throws(UsageError) -> Bool {
    switch option {
    case .willTopic: willTopic = try reader.topicName()
    case .willPayload: willPayload = try reader.shortBytes()
    case .willQoS: willQoS = try reader.qos()
    case .willRetain: willRetain = true
    default: return false
    }
    if option != .willTopic { willOption = reader.word }
    return true
  }

  private static func expiry(_ reader: OptionReader) throws(UsageError) -> UInt32 {
    if reader.value == "-1" || reader.value == "∞" { return .max }
    return UInt32(try reader.number(0, Int64(UInt32.max)))
  }

  private static func version(_ reader: OptionReader) throws(UsageError) -> ProtocolVersion {
    switch reader.value {
    case "5", "mqttv5": return .v5
    case "311", "mqttv311": return .v311
    case "31", "mqttv31": throw reader.invalid("5 or 311; MQTT 3.1 is not supported")
    default: throw reader.invalid("5, mqttv5, 311 or mqttv311")
    }
  }

  private static func proxy(_ reader: OptionReader) throws(UsageError) -> Route.Proxy {
    let url = try ToolURL(reader, schemes: ["socks5h", "socks5", "http"], expected: proxyExpected)
    let credentials = url.username.map {
      ProxyCredentials(
        username: $0, password: String(decoding: url.password ?? [], as: UTF8.self))
    }
    guard url.scheme == 2 else {
      return .socks5(Endpoint(host: url.host, port: url.port ?? 1_080), credentials)
    }
    guard let port = url.port else {
      throw reader.invalidSecret(proxyExpected)
    }
    return .http(Endpoint(host: url.host, port: port), credentials)
  }
}
