/// Gathers the buses of a configuration.
struct BusList {
  private(set) var buses: [Bus] = []
  private var places: [Place] = []
  /// What a serial line's own keys leave to the profiles of its devices; one a bus.
  private var openSettings: [OpenSettings?] = []

  private static let kinds = [
    "modbus-tcp", "modbus-rtu", "modbus-rtu-tcp", "i2c", "gpio", "sysfs",
  ]
  /// The port of Modbus TCP (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 4.3.1).
  private static let defaultPort: UInt16 = 502

  /// Reads a bus, e.g. `plc: { modbus-tcp: 192.0.2.10, port: 502 }`.
  mutating func add(_ entry: Node.Entry) throws(ConfigurationError) {
    let name = try entry.key.name("a name for the bus", .topicLevel)
    let expected = Words.list(BusList.kinds, conjunction: "or")
    let mapping = try entry.value.mapping("a mapping with the bus's \(expected)")
    guard let kind = mapping.entries.first(where: { BusList.kinds.contains($0.key.text) }) else {
      try mapping.refuseKeys(besides: BusList.kinds + ["port"])
      throw mapping.place.error("missing key \(expected)")
    }
    var open: OpenSettings?
    let link: Bus.Link
    switch kind.key.text {
    case "modbus-rtu":
      try mapping.refuseKeys(besides: SerialPort.keys + RTUFraming.keys)
      let port = try SerialPort(mapping, path: kind.value)
      open = OpenSettings(mapping)
      link = .modbusRTU(port, try RTUFraming(mapping, gap: port.line.frameGap))
    case "modbus-rtu-tcp":
      try mapping.refuseKeys(besides: ["modbus-rtu-tcp", "port"] + RTUFraming.keys)
      link = .modbusRTUOverTCP(
        host: try BusList.host(kind.value),
        // There is no usual one.
        port: try BusList.port(mapping.required("port")),
        // Most lines behind a device server run at 9600 baud.
        try RTUFraming(mapping, gap: SerialLine().frameGap))
    case "gpio":
      try mapping.refuseKeys(besides: ["gpio"])
      link = .gpio(chip: try kind.value.text("a GPIO chip such as gpiochip0"))
    case "sysfs":
      try mapping.refuseKeys(besides: ["sysfs"])
      link = .sysfs(root: try kind.value.text("the folder /sys"))
    case "i2c":
      try mapping.refuseKeys(besides: ["i2c"])
      link = .i2c(try I2CPort(kind.value))
    default:
      try mapping.refuseKeys(besides: ["modbus-tcp", "port"])
      link = .modbusTCP(
        host: try BusList.host(kind.value),
        port: try mapping["port"].map(BusList.port(_:)) ?? BusList.defaultPort)
    }
    for (index, other) in buses.enumerated() where isSame(link, other.link) {
      throw kind.value.place.error(
        "bus '\(name)' has the address of bus '\(other.name)' (line \(places[index].line)),"
          + " expected one bus for both")
    }
    buses.append(Bus(name: name, link: link))
    places.append(entry.key.place)
    openSettings.append(open)
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
