extension BrokerEndpoint {
  /// Each is tried for up to its timeout before the next; more of them would make a round last for
  /// minutes.
  private static let countMax = 8
  private static let example = "a URL such as mqtt://192.0.2.5:1883"
  /// Where mosquitto and hosted brokers have it.
  private static let defaultPath = "/mqtt"

  /// Reads one URL, or a list of them.
  static func list(_ node: Node) throws(ConfigurationError) -> [BrokerEndpoint] {
    guard case .list(let items) = node.content else { return [try BrokerEndpoint(node)] }
    guard (1...countMax).contains(items.count) else {
      throw node.place.error("expected 1 to \(countMax) URLs, found \(items.count)")
    }
    var endpoints: [BrokerEndpoint] = []
    for item in items {
      let endpoint = try BrokerEndpoint(item)
      guard !endpoints.contains(endpoint) else {
        throw item.place.error("this broker is in the list already, expected another one")
      }
      endpoints.append(endpoint)
    }
    return endpoints
  }

  /// Reads `SCHEME://HOST[:PORT][/PATH]`.
  private init(_ node: Node) throws(ConfigurationError) {
    let url = try URLText(
      node, schemes: Scheme.allCases.map { $0.name }, example: BrokerEndpoint.example)
    let scheme = Scheme.allCases[url.scheme]
    guard url.userInfo == nil else {
      throw node.place.error(
        "user and password have keys of their own, expected \(scheme.name)://HOST:PORT")
    }
    if !scheme.isWebSocket && url.path.utf8.count > 1 {
      throw node.place.error(
        "a path means nothing to \(scheme.name), expected \(scheme.name)://HOST:PORT")
    }
    let hasPath = url.path.utf8.count > 1
    self.init(
      scheme: scheme, host: url.host, port: url.port ?? scheme.defaultPort,
      path: scheme.isWebSocket ? (hasPath ? url.path : BrokerEndpoint.defaultPath) : "")
  }
}

extension BrokerEndpoint.Scheme {
  /// As IANA has registered them.
  fileprivate var defaultPort: UInt16 {
    switch self {
    case .mqtt: 1_883
    case .mqtts: 8_883
    case .ws: 80
    case .wss: 443
    }
  }
}
