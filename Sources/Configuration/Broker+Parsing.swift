extension Broker {
  /// A shorter one would find a slow link dead; the longest is the protocol's
  /// (MQTT 3.1.1, 3.1.2.10).
  private static let keepAliveRange: ClosedRange<Duration> = .seconds(5) ... .seconds(65_535)
  /// A broker that is tried more often than once a second, or less than once an hour, is no longer
  /// waited for but attacked or given up.
  private static let reconnectMaxRange: ClosedRange<Duration> = .seconds(1) ... .seconds(3_600)
  /// Going back costs a connection, so not all the time; a day is longer than a fault lasts that
  /// nobody mends.
  private static let returnAfterRange: ClosedRange<Duration> = .seconds(1) ... .seconds(86_400)
  /// The longest text of the protocol (MQTT 3.1.1, 1.5.3).
  private static let textMax = 65_535

  /// Reads the key `broker`.
  init(_ node: Node, gateway: String) throws(ConfigurationError) {
    let keys = [
      "url", "username", "password", "client-id", "mqtt-version", "keep-alive", "reconnect-max",
      "return-after", "tls", "proxy",
    ]
    let mapping = try node.mapping("a mapping with the broker's url", keys: keys)
    let endpoints = try BrokerEndpoint.list(mapping.required("url"))
    self.init(endpoints: endpoints, clientID: "godwit-\(gateway)")
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
    if let node = mapping["mqtt-version"] {
      mqttVersion = try node.choice([("3.1.1", .only311), ("5", .only5), ("5.0", .only5)])
    }
    if let node = mapping["keep-alive"] {
      keepAlive = try node.duration(in: Broker.keepAliveRange, allowsZero: true)
    }
    if let node = mapping["reconnect-max"] {
      reconnectMax = try node.duration(in: Broker.reconnectMaxRange)
    }
    if let node = mapping["return-after"] {
      returnAfter = try node.duration(in: Broker.returnAfterRange)
      guard endpoints.count > 1 else {
        throw node.place.error("return-after with one url, expected a list of brokers")
      }
    }
    if let node = mapping["tls"] {
      tls = try BrokerTLS(node)
      guard endpoints.contains(where: { $0.scheme.isSecure }) else {
        throw node.place.error("TLS settings without TLS, expected a url with mqtts or wss")
      }
    }
    proxy = try mapping["proxy"].map(BrokerProxy.init(_:))
  }
}
