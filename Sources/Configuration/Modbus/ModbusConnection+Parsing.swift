extension ModbusConnection {
  /// The shortest is below any device's answer, the longest is a device that will never answer.
  private static let responseRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(60)
  /// A longer silence than this would hold up the whole line.
  private static let betweenRange: ClosedRange<Duration> = .zero ... .seconds(10)

  /// Reads a profile's key `connection`.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of the connection", keys: ["unit_id", "tcp_port", "serial", "limits", "timing"])
    if let node = mapping["unit_id"] {
      unit = try node.unit()
    }
    if let node = mapping["tcp_port"] {
      tcpPort = UInt16(truncatingIfNeeded: try node.integer("a port", in: 1...65_535))
    }
    if let node = mapping["serial"] { serial = try SerialLine(node) }
    if let node = mapping["limits"] {
      let limits = try node.mapping(
        "a mapping of limits", keys: ["registers_per_read", "join_gap"])
      if let node = limits["registers_per_read"] {
        registersPerRead = try node.integer(
          "a number of registers", in: 1...ModbusConnection.registersPerReadMax)
      }
      if let node = limits["join_gap"] {
        joinGap = try node.integer(
          "a number of registers", in: 0...(ModbusConnection.registersPerReadMax - 1))
      }
    }
    if let node = mapping["timing"] {
      let timing = try node.mapping("a mapping of times", keys: ["response", "between_requests"])
      if let node = timing["response"] {
        responseTimeout = try node.duration(in: ModbusConnection.responseRange)
      }
      if let node = timing["between_requests"] {
        betweenRequests = try node.duration(in: ModbusConnection.betweenRange)
      }
    }
  }
}

extension SerialLine {
  /// Reads a profile's key `serial`.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of the serial line", keys: ["baud", "parity", "data_bits", "stop_bits"])
    if let node = mapping["baud"] {
      baud = try node.integer("bits per second", in: 300...4_000_000)
    }
    if let node = mapping["parity"] {
      parity = try node.choice([("none", .none), ("even", .even), ("odd", .odd)])
    }
    if let node = mapping["data_bits"] { dataBits = try node.integer("data bits", in: 7...8) }
    if let node = mapping["stop_bits"] { stopBits = try node.integer("stop bits", in: 1...2) }
  }
}
