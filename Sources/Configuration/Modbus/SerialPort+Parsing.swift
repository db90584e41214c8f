extension SerialPort {
  /// The keys of a bus that are about the port.
  static let keys = ["modbus-rtu", "baud", "parity", "data-bits", "stop-bits", "rs485"]

  /// Reads the keys of a bus; what is not there is 9600 8N1, until a profile says otherwise.
  init(_ mapping: Mapping, path node: Node) throws(ConfigurationError) {
    let what = "the path of a serial device, such as /dev/serial/by-id/..."
    let path = try node.text(what)
    guard path.utf8.first == Byte.slash else { throw node.mismatch(expected: what) }
    var line = SerialLine()
    if let node = mapping["baud"] { line.baud = try SerialPort.baud(node) }
    if let node = mapping["parity"] {
      line.parity = try node.choice([("none", .none), ("even", .even), ("odd", .odd)])
    }
    // RTU needs all 8 (MODBUS over Serial Line V1.02, 2.5.1).
    if let node = mapping["data-bits"] { line.dataBits = try node.choice([("8", 8)]) }
    if let node = mapping["stop-bits"] { line.stopBits = try node.choice([("1", 1), ("2", 2)]) }
    self.init(
      path: path, line: line,
      direction: try mapping["rs485"].map(LineDirection.init(_:)) ?? .automatic)
  }

  private static func baud(_ node: Node) throws(ConfigurationError) -> Int {
    guard case .scalar(let text, _) = node.content, let number = NumberText.integer(text),
      let baud = Int(exactly: number), SerialLine.bauds.contains(baud)
    else { throw node.mismatch(expected: "a usual speed such as 9600, 19200 or 115200") }
    return baud
  }
}

extension LineDirection {
  /// A transceiver switches within microseconds; the longest seen is a few characters at 1200 baud.
  private static let delayRange: ClosedRange<Duration> = .zero ... .milliseconds(100)

  /// Reads a bus's key `rs485`: `off`, `kernel`, `rts`, or a mapping.
  init(_ node: Node) throws(ConfigurationError) {
    var timing = RTSTiming()
    var direction = node
    if case .mapping = node.content {
      let mapping = try node.mapping(
        "a mapping", keys: ["direction", "rts-to-send", "delay-before", "delay-after"])
      direction = try mapping.required("direction")
      if let node = mapping["rts-to-send"] {
        timing.isOnToSend = try node.choice([("on", true), ("off", false)])
      }
      if let node = mapping["delay-before"] {
        timing.delayBefore = try node.duration(in: LineDirection.delayRange)
      }
      if let node = mapping["delay-after"] {
        timing.delayAfter = try node.duration(in: LineDirection.delayRange)
      }
    }
    switch try direction.choice([("off", 0), ("kernel", 1), ("rts", 2)]) {
    case 1: self = .kernel(timing)
    case 2: self = .rts(timing)
    default: self = .automatic
    }
  }
}

extension RTUFraming {
  /// The keys of a bus that are about the frames.
  static let keys = ["echo", "inter-frame-gap"]

  /// A longer silence would leave no time for frames.
  private static let gapRange: ClosedRange<Duration> = .zero ... .seconds(1)

  /// Reads the keys of a bus.
  init(_ mapping: Mapping, gap: Duration) throws(ConfigurationError) {
    self.init(gap: gap)
    if let node = mapping["inter-frame-gap"] {
      self.gap = try node.duration(in: RTUFraming.gapRange)
    }
    if let node = mapping["echo"] {
      isEchoed = try node.choice([("none", false), ("discard", true)])
    }
  }
}
