/// Gathers the buses of a configuration.
struct BusList {
  private(set) var buses: [Bus] = []
  private var places: [Place] = []
  /// What a serial line's own keys leave to the profiles of its devices; one a bus.
  private var openSettings: [OpenSettings?] = []

  /// The key that says what a bus is.
  private enum Kind: String, CaseIterable {
    case modbusTCP = "modbus-tcp"
    case modbusRTU = "modbus-rtu"
    case modbusRTUOverTCP = "modbus-rtu-tcp"
    case i2c
    case gpio
    case sysfs

    static var words: [String] { allCases.map { $0.rawValue } }
  }

  /// The port of Modbus TCP (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 4.3.1).
  private static let defaultPort: UInt16 = 502

  /// Reads a bus, e.g. `plc: { modbus-tcp: 192.0.2.10, port: 502 }`.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let name = try entry.key.name("a name for the bus", .topicLevel)
    let expected = Words.list(Kind.words, conjunction: "or")
    let mapping = try entry.value.mapping("a mapping with the bus's \(expected)")
    let (kind, value) = try BusList.kind(of: mapping, expected)
    let open = kind == .modbusRTU ? OpenSettings(mapping) : nil
    let link = try BusList.link(kind, value, mapping)
    for (index, other) in buses.enumerated() where isSame(link, other.link) {
      throw value.place.error(
        "bus '\(name)' has the address of bus '\(other.name)' (line \(places[index].line)),"
          + " expected one bus for both")
    }
    buses.append(Bus(name: name, link: link))
    places.append(entry.key.place)
    openSettings.append(open)
  }

  private static func kind(
    of mapping: Mapping, _ expected: String
  ) throws(ConfigurationError) -> (Kind, Node) {
    for entry in mapping.entries {
      if let kind = Kind(rawValue: entry.key.text) { return (kind, entry.value) }
    }
    try mapping.refuseKeys(besides: Kind.words + ["port"])
    throw mapping.place.error("missing key \(expected)")
  }

  private static func link(
    _ kind: Kind, _ value: Node, _ mapping: Mapping
  ) throws(ConfigurationError) -> Bus.Link {
    switch kind {
    case .modbusTCP:
      try mapping.refuseKeys(besides: ["modbus-tcp", "port"])
      return .modbusTCP(
        host: try host(value), port: try mapping["port"].map(port(_:)) ?? defaultPort)
    case .modbusRTU:
      try mapping.refuseKeys(besides: SerialPort.keys + RTUFraming.keys)
      let port = try SerialPort(mapping, path: value)
      return .modbusRTU(port, try RTUFraming(mapping, gap: port.line.frameGap))
    case .modbusRTUOverTCP:
      try mapping.refuseKeys(besides: ["modbus-rtu-tcp", "port"] + RTUFraming.keys)
      return .modbusRTUOverTCP(
        host: try host(value),
        // There is no usual one.
        port: try port(mapping.required("port")),
        // Most lines behind a device server run at 9600 baud.
        try RTUFraming(mapping, gap: SerialLine().frameGap))
    case .i2c:
      try mapping.refuseKeys(besides: ["i2c"])
      return .i2c(try I2CPort(value))
    case .gpio:
      try mapping.refuseKeys(besides: ["gpio"])
      return .gpio(chip: try value.text("a GPIO chip such as gpiochip0"))
    case .sysfs:
      try mapping.refuseKeys(besides: ["sysfs"])
      return .sysfs(root: try value.text("the folder /sys"))
    }
  }

  /// Gives a serial line the settings that its own keys do not have, from the profile of a device on
  /// it; all devices on a line must want the same.
  mutating func take(
    _ wanted: SerialLine, of device: String, at place: Place, on index: Int
  ) throws(ConfigurationError) {
    guard let open = openSettings[index], case .modbusRTU(var port, var framing) = buses[index].link
    else { return }
    let line = open.filled(port.line, from: wanted)
    if let first = open.source {
      guard line == port.line else {
        throw place.error(
          "the profile of '\(device)' wants \(wanted.words), and that of '\(first)' on the same bus"
            + " \(port.line.words), expected baud, parity and stop-bits at bus"
            + " '\(buses[index].name)'")
      }
      return
    }
    guard SerialLine.bauds.contains(line.baud) else {
      throw place.error(
        "the profile of '\(device)' wants \(line.baud) baud, which is not supported,"
          + " expected another baud at bus '\(buses[index].name)'")
    }
    port.line = line
    if !open.hasGap { framing.gap = line.frameGap }
    buses[index].link = .modbusRTU(port, framing)
    openSettings[index]?.source = device
  }

  private struct OpenSettings {
    let hasBaud: Bool
    let hasParity: Bool
    let hasStopBits: Bool
    let hasGap: Bool
    /// The device whose profile has given the rest.
    var source: String?

    init(_ mapping: Mapping) {
      hasBaud = mapping["baud"] != nil
      hasParity = mapping["parity"] != nil
      hasStopBits = mapping["stop-bits"] != nil
      hasGap = mapping["inter-frame-gap"] != nil
    }

    func filled(_ line: SerialLine, from wanted: SerialLine) -> SerialLine {
      var line = line
      if !hasBaud { line.baud = wanted.baud }
      if !hasParity { line.parity = wanted.parity }
      if !hasStopBits { line.stopBits = wanted.stopBits }
      return line
    }
  }

  private static func port(_ node: Node) throws(ConfigurationError) -> UInt16 {
    UInt16(truncatingIfNeeded: try node.integer("a port", in: 1...65_535))
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

  private func isSame(_ a: Bus.Link, _ b: Bus.Link) -> Bool {
    switch (a, b) {
    case (.modbusRTU(let a, _), .modbusRTU(let b, _)): return a.path == b.path
    case (.i2c(let a), .i2c(let b)): return a.path == b.path
    case (.gpio(let a), .gpio(let b)): return a == b
    case (.sysfs(let a), .sysfs(let b)): return a == b
    case (.modbusTCP(let hostA, let portA), .modbusTCP(let hostB, let portB)),
      (.modbusTCP(let hostA, let portA), .modbusRTUOverTCP(let hostB, let portB, _)),
      (.modbusRTUOverTCP(let hostA, let portA, _), .modbusTCP(let hostB, let portB)),
      (.modbusRTUOverTCP(let hostA, let portA, _), .modbusRTUOverTCP(let hostB, let portB, _)):
      // Host names and hexadecimal digits have no case.
      return portA == portB
        && hostA.utf8.elementsEqual(hostB.utf8) { $0.lowerCased == $1.lowerCased }
    case (.modbusRTU, _), (_, .modbusRTU), (.i2c, _), (_, .i2c), (.gpio, _), (_, .gpio),
      (.sysfs, _), (_, .sysfs):
      return false
    }
  }
}
