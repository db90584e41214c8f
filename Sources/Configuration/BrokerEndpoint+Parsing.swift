extension BrokerEndpoint {
  /// The port that MQTT over TCP has (MQTT 3.1.1, 4.2).
  private static let defaultPort: UInt16 = 1_883
  /// Each is tried for up to its timeout before the next; more of them would make a round last for
  /// minutes.
  private static let countMax = 8
  private static let example = "a URL such as mqtt://192.0.2.5:1883"
  private static let form = "expected mqtt://HOST:PORT"

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

  /// Reads `mqtt://HOST[:PORT]`.
  private init(_ node: Node) throws(ConfigurationError) {
    let bytes = Array(try node.text(BrokerEndpoint.example, bytesMax: 1_024).utf8)
    let form = BrokerEndpoint.form
    for scheme in ["mqtts", "ws", "wss"] where bytes.starts(with: "\(scheme)://".utf8) {
      throw node.place.error("\(scheme) is not supported by this version, \(form)")
    }
    let prefix = "mqtt://"
    guard bytes.starts(with: prefix.utf8) else {
      // A password could be in it, so it is not repeated.
      guard !bytes.contains(Byte.at) else { throw node.place.error(form) }
      throw node.mismatch(expected: BrokerEndpoint.example)
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
      throw node.mismatch(expected: BrokerEndpoint.example)
    }
    guard let portText = address.port else {
      self.init(host: address.host, port: BrokerEndpoint.defaultPort)
      return
    }
    guard let port = NumberText.integer(portText).flatMap({ UInt16(exactly: $0) }), port > 0 else {
      throw node.place.error("expected a port from 1 to 65535, found \(Excerpt.quoting(portText))")
    }
    self.init(host: address.host, port: port)
  }
}
