internal import MQTT
internal import MQTTClient
internal import System

/// How the broker is reached and who connects: what both tools are told alike.
struct ConnectionOptions {
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
  private var willPayload: [UInt8]?
  private var willQoS: QoS?
  private var willRetain = false
  /// The first option that only MQTT 5.0 can fulfil.
  private(set) var needsVersion5: String?

  /// What `-L` says of the topic, for the tool to take.
  private(set) var urlTopic: OptionReader.Found?

  private static let urlExpected =
    "mqtt[s]://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC] or ws[s]://[USER[:PASSWORD]@]HOST[:PORT][/PATH]"
  private static let proxyExpected =
    "socks5h://[USER[:PASSWORD]@]HOST[:PORT] or http://[USER[:PASSWORD]@]HOST:PORT"

  /// Takes an option; false where it is not one of these.
  mutating func take(
    _ found: OptionReader.Found, _ reader: inout OptionReader, of tool: ToolOption.Tool
  ) throws(UsageError) -> Bool {
    switch found.option {
    case .host:
      guard !found.value.isEmpty else { throw found.invalid("a host name or an address") }
      host = found.value
    case .port: givenPort = UInt16(try found.number(1...65_535, "a port"))
    case .url: try take(url: found)
    case .clientID:
      guard !found.value.isEmpty else { throw found.invalid("a client identifier") }
      try exclude(.prefix(""), "-I", found)
      clientID = .given(found.value)
    case .clientIDPrefix:
      try exclude(.given(""), "-i", found)
      clientID = .prefix(found.value)
    case .keepAlive: keepAlive = .seconds(try found.number(0...65_535))
    case .keepSession: cleanStart = false
    case .sessionExpiry:
      givenExpiry = try ConnectionOptions.expiry(found)
      requireVersion5(found.word)
    case .version: version = try ConnectionOptions.version(found)
    case .property:
      try properties.take(found, &reader, of: tool)
      requireVersion5(found.word)
    case .username: username = found.value
    case .password: password = Array(found.value.utf8)
    case .passwordFile: password = try found.secretFromFile()
    case .proxy: proxy = try ConnectionOptions.proxy(found)
    case .webSocket: usesWebSocket = true
    case .webSocketPath:
      guard found.value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !found.value.isEmpty
      else { throw found.invalid("a path without spaces") }
      givenPath = found.value
      usesWebSocket = true
    case .noDelay: break  // It is always so.
    case .debug: isDebug = true
    case .quiet: isQuiet = true
    case .help: wantsHelp = true
    default: return try takeWill(found) ? true : try tls.take(found)
    }
    return true
  }

  /// Notes that an option means something to MQTT 5.0 only.
  mutating func requireVersion5(_ option: String) {
    if needsVersion5 == nil { needsVersion5 = option }
  }

  /// Refuses what cannot be meant together.
  func check() throws(UsageError) {
    try tls.check()
    if !cleanStart || sessionExpiry == .max {
      guard case .given = clientID else {
        throw .needs(option: cleanStart ? "-x" : "-c", other: "-i")
      }
    }
    if let needsVersion5, version == .v311 { throw .excluded(needsVersion5, "-V 311") }
    if willTopic == nil {
      if willPayload != nil { throw .needs(option: "--will-payload", other: "--will-topic") }
      if willQoS != nil { throw .needs(option: "--will-qos", other: "--will-topic") }
      if willRetain { throw .needs(option: "--will-retain", other: "--will-topic") }
      if properties.will != Connect.Will.Properties() {
        throw .needs(option: "-D will", other: "--will-topic")
      }
    }
    if password != nil && username == nil && version == .v311 {
      throw .needs(option: "-P", other: "-u")
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
    return givenPath.utf8.first == UInt8(ascii: "/") ? givenPath : "/\(givenPath)"
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
        topic: $0, message: willPayload ?? [], qos: willQoS ?? .atMostOnce, retain: willRetain,
        properties: properties.will)
    }
  }

  private static let securePort: UInt16 = 8_883

  private func exclude(
    _ other: ClientID, _ option: String, _ found: OptionReader.Found
  ) throws(UsageError) {
    switch (clientID, other) {
    case (.given, .given), (.prefix, .prefix): throw .excluded(option, found.word)
    case (.random, _), (.given, _), (.prefix, _): break
    }
  }

  private mutating func take(url found: OptionReader.Found) throws(UsageError) {
    let url = try ToolURL(
      found, schemes: ["mqtt", "mqtts", "ws", "wss"], expected: ConnectionOptions.urlExpected)
    host = url.host
    givenPort = url.port
    if let name = url.username { username = name }
    if let secret = url.password { password = secret }
    isSecureURL = url.scheme == "mqtts" || url.scheme == "wss"
    usesWebSocket = url.scheme == "ws" || url.scheme == "wss"
    guard let path = url.path, !path.isEmpty else { return }
    if usesWebSocket {
      givenPath = path
    } else {
      urlTopic = OptionReader.Found(option: .topic, word: found.word, value: path)
    }
  }

  private mutating func takeWill(_ found: OptionReader.Found) throws(UsageError) -> Bool {
    switch found.option {
    case .willTopic: willTopic = try found.topicName()
    case .willPayload:
      guard found.value.utf8.count <= EncodedString.lengthMax else {
        throw found.invalid("at most \(EncodedString.lengthMax) bytes")
      }
      willPayload = Array(found.value.utf8)
    case .willQoS: willQoS = try found.qos()
    case .willRetain: willRetain = true
    default: return false
    }
    return true
  }

  private static func expiry(_ found: OptionReader.Found) throws(UsageError) -> UInt32 {
    if found.value == "-1" || found.value == "∞" { return .max }
    return UInt32(try found.number(0...Int64(UInt32.max)))
  }

  private static func version(_ found: OptionReader.Found) throws(UsageError) -> ProtocolVersion {
    switch found.value {
    case "5", "mqttv5": return .v5
    case "311", "mqttv311": return .v311
    case "31", "mqttv31": throw found.invalid("5 or 311; MQTT 3.1 is not supported")
    default: throw found.invalid("5, mqttv5, 311 or mqttv311")
    }
  }

  private static func proxy(_ found: OptionReader.Found) throws(UsageError) -> Route.Proxy {
    let url = try ToolURL(
      found, schemes: ["socks5h", "socks5", "http"], expected: proxyExpected)
    let credentials = url.username.map {
      ProxyCredentials(
        username: $0, password: String(decoding: url.password ?? [], as: UTF8.self))
    }
    if url.scheme == "http" {
      guard let port = url.port else {
        throw .invalidSecret(option: found.word, expected: proxyExpected)
      }
      return .http(Endpoint(host: url.host, port: port), credentials)
    }
    return .socks5(Endpoint(host: url.host, port: url.port ?? 1_080), credentials)
  }
}
