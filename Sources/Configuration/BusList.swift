/// Gathers the buses of a configuration.
struct BusList {
  private(set) var buses: [Bus] = []
  private var places: [Place] = []

  /// The kinds of line that have a name already and no code.
  private static let futureKinds = ["modbus-rtu", "i2c", "gpio"]
  /// The port of Modbus TCP (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 4.3.1).
  private static let defaultPort: UInt16 = 502

  /// Reads a bus, e.g. `plc: { modbus-tcp: 192.0.2.10, port: 502 }`.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let name = try entry.key.name("a name for the bus", .topicLevel)
    let mapping = try entry.value.mapping("a mapping with the bus's modbus-tcp")
    for entry in mapping.entries where BusList.futureKinds.contains(entry.key.text) {
      throw entry.key.place.error(
        "\(entry.key.text) is not supported by this version, expected modbus-tcp")
    }
    try mapping.refuseKeys(besides: ["modbus-tcp", "port"])
    let address = try mapping.required("modbus-tcp")
    let host = try BusList.host(address)
    let port =
      try mapping["port"].map { (node) throws(ConfigurationError) in
        UInt16(truncatingIfNeeded: try node.integer("a port", in: 1...65_535))
      } ?? BusList.defaultPort

    for (index, other) in buses.enumerated() {
      guard case .modbusTCP(let otherHost, port) = other.link, isSame(host, otherHost) else {
        continue
      }
      throw address.place.error(
        "bus '\(name)' has the address of bus '\(other.name)' (line \(places[index].line)),"
          + " expected one bus for both")
    }
    buses.append(Bus(name: name, link: .modbusTCP(host: host, port: port)))
    places.append(entry.key.place)
  }

  private static func host(_ node: Node) throws(ConfigurationError) -> String {
    if case .list = node.content {
      throw node.place.error(
        "expected a host name or address, found a list (an IPv6 address in brackets needs quotes)")
    }
    let text = try node.text("a host name or address")
    if HostAddress.isIPv6(Array(text.utf8)[...]) { return text }
    guard let authority = HostAddress.authority(text) else {
      throw node.mismatch(expected: "a host name or address")
    }
    guard authority.port == nil else {
      throw node.place.error("expected a host name or address, with the port in a key 'port'")
    }
    return authority.host
  }

  /// Host names and hexadecimal digits have no case.
  private func isSame(_ a: String, _ b: String) -> Bool {
    a.utf8.elementsEqual(b.utf8) { $0.lowerCased == $1.lowerCased }
  }
}
