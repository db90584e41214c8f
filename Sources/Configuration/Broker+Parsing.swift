extension Broker {
  /// The port that MQTT over TCP has (MQTT 3.1.1, 4.2).
  private static let defaultPort: UInt16 = 1_883
  /// A shorter one would find a slow link dead; the longest is the protocol's
  /// (MQTT 3.1.1, 3.1.2.10).
  private static let keepAliveRange: ClosedRange<Duration> = .seconds(5) ... .seconds(65_535)
  /// A broker that is tried more often than once a second, or less than once an hour, is no longer
  /// waited for but attacked or given up.
  private static let reconnectMaxRange: ClosedRange<Duration> = .seconds(1) ... .seconds(3_600)
  /// The longest text of the protocol (MQTT 3.1.1, 1.5.3).
  private static let textMax = 65_535
  private static let example = "a URL such as mqtt://192.0.2.5:1883"

  /// Reads the key `broker`.
  init(_ node: Node, gateway: String) throws(ConfigurationError) {
    let keys = ["url", "username", "password", "client-id", "keep-alive", "reconnect-max"]
    let mapping = try node.mapping("a mapping with the broker's url", keys: keys)
    let (host, port) = try Broker.address(mapping.required("url"))
    self.init(host: host, port: port, clientID: "godwit-\(gateway)")
    if let node = mapping["username"] {
      username = try node.text("a user name", bytesMax: Broker.textMax)
    }
    if let node = mapping["password"] {
      password = try node.text("a password", bytesMax: Broker.textMax, isSecret: true)
      guard username != nil else {
        // MQTT 3.1.1, 3.1.2.9 [MQTT-3.1.2-22].
        throw node.place.error("a password without a username, expected both or none")
      }
    }
    if let node = mapping["client-id"] {
      clientID = try node.text("a client identifier", bytesMax: Broker.textMax)
    }
    if let node = mapping["keep-alive"] {
      keepAlive = try node.duration(in: Broker.keepAliveRange, allowsZero: true)
    }
    if let node = mapping["reconnect-max"] {
      reconnectMax = try node.duration(in: Broker.reconnectMaxRange)
    }
  }

  /// Reads `mqtt://HOST[:PORT]`.
  private static func address(
    _ node: Node
  ) throws(ConfigurationError) -> (host: String, port: UInt16) {
    let bytes = Array(try node.text(example, bytesMax: 1_024).utf8)
    let form = "expected mqtt://HOST:PORT"
    for scheme in ["mqtts", "ws", "wss"] where bytes.starts(with: "\(scheme)://".utf8) {
      throw node.place.error("\(scheme) is not supported by this version, \(form)")
    }
    let prefix = "mqtt://"
    guard bytes.starts(with: prefix.utf8) else {
      // A password could be in it, so it is not repeated.
      guard !bytes.contains(Byte.at) else { throw node.place.error(form) }
      throw node.mismatch(expected: example)
    }
    let rest = bytes.dropFirst(prefix.utf8.count)
    guard !rest.contains(Byte.at) else {
      throw node.place.error("user and password have keys of their own, \(form)")
    }
    let authority = rest.prefix { $0 != Byte.slash }
    guard rest.count - authority.count <= 1 else {
      throw node.place.error("a path means nothing to MQTT over TCP, \(form)")
    }
    guard let address = HostAddress.authority(String(decoding: authority, as: UTF8.self)) else {
      throw node.mismatch(expected: example)
    }
    guard let portText = address.port else { return (address.host, defaultPort) }
    guard let port = NumberText.integer(portText).flatMap({ UInt16(exactly: $0) }), port > 0 else {
      throw node.place.error("expected a port from 1 to 65535, found \(Excerpt.quoting(portText))")
    }
    return (address.host, port)
  }
}
