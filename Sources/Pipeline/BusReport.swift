public import Configuration
internal import Drivers
internal import Telemetry

/// What a configuration will ask of one of its lines, in words; `godwit check` prints it.
public struct BusReport {
  private let bus: Bus
  private let devices: [Device]
  private let asked: [ModbusDevice]
  private let sensed: [I2CDevice]
  private let load: BusLoad
  /// How many devices are on it, of whatever kind.
  private let count: Int

  /// What the devices on a bus will ask.
  /// - Parameter index: the bus's place in the configuration.
  public init(_ configuration: GatewayConfiguration, bus index: Int) {
    let bus = configuration.buses[index]
    self.bus = bus
    devices = configuration.devices
    count = configuration.devices.count { $0.bus == index }
    asked = configuration.devices.indices
      .filter { configuration.devices[$0].bus == index && bus.link.kind == .modbus }
      .map { ModbusDevice(configuration: configuration.devices[$0], index: $0) }
    sensed = configuration.devices.indices
      .filter { configuration.devices[$0].bus == index && bus.link.kind == .i2c }
      .map { I2CDevice(configuration: configuration.devices[$0], index: $0) }
    load =
      bus.link.kind == .i2c
      ? BusLoad(jobs: sensed.flatMap { $0.jobs }) : BusLoad(of: asked, on: BusLoad.Line(bus.link))
  }

  /// Whether there are readings that the bus has no time for.
  public var isTooBusy: Bool { !load.late.isEmpty }

  /// How busy the bus will be, and whose readings will be left out.
  public var summary: String {
    if count == 0 { return "\(bus.name): no devices\n" }
    if asked.isEmpty && sensed.isEmpty { return "\(bus.name): \(count) devices\n" }
    let condition =
      bus.link.kind == .i2c
      ? "at 100 kHz"
      : "if an answer takes \(BusLoad.Line(bus.link).answerTime.words) to begin"
    var text = "\(bus.name): \(load.percent) % loaded, \(condition)\n"
    for late in load.late {
      let group =
        asked.first { $0.index == late.job.device }?.groups[late.job.group].channels
        ?? sensed.first { $0.index == late.job.device }?.groups[late.job.group].channels
      text +=
        "  \(devices[late.job.device].name) will miss \(late.missedPercent) % of its readings every"
        + " \(late.job.interval.words): \(BusReport.names(group))\n"
    }
    return text
  }

  /// Every request that will be made, with the points that it brings.
  public var plan: String {
    var text = ""
    for device in asked {
      let configured = devices[device.index]
      text += "\(configured.name): \(configured.profile.id), unit \(device.unit) on \(bus.name)\n"
      for group in device.groups {
        text +=
          "  every \(group.interval.words), batches of \(configured.sampling.batch.time.words)\n"
        for request in group.plan.requests {
          let unit = request.table.isOfBits ? "bits" : "registers"
          text += "    \(request.table.word) \(request.address), \(request.count) \(unit):"
          for value in request.values { text += " \(group.name(of: value))" }
          text += "\n"
        }
      }
    }
    for device in sensed {
      let configured = devices[device.index]
      text += "\(configured.name): \(configured.profile.id), \(device.place) on \(bus.name)\n"
      for group in device.groups {
        text +=
          "  every \(group.interval.words), batches of \(configured.sampling.batch.time.words)"
        text += ":"
        for channel in group.channels { text += " \(channel.name)" }
        text += "\n"
      }
    }
    return text
  }

  /// A screen's worth of names is enough to see which group is meant.
  private static let namesMax = 8

  private static func names(_ channels: [Channel]?) -> String {
    guard let channels else { return "" }
    let names = channels.prefix(namesMax).map { $0.name }.joined(separator: ", ")
    let rest = channels.count - namesMax
    return rest > 0 ? "\(names) and \(rest) more" : names
  }
}

extension BusLoad.Line {
  /// What is reckoned with where nothing has been measured: a device on a serial line takes some twenty
  /// milliseconds to look its values up, one in a local network about ten.
  private static let networkAnswer: Duration = .milliseconds(10)
  private static let serialAnswer: Duration = .milliseconds(20)

  init(_ link: Bus.Link) {
    switch link {
    case .modbusTCP:
      self.init(
        characterTime: .zero, frameGap: .zero, answerTime: BusLoad.Line.networkAnswer)
    case .modbusRTU(let port, let framing):
      self.init(
        characterTime: port.line.characterTime, frameGap: framing.gap,
        answerTime: BusLoad.Line.serialAnswer)
    case .modbusRTUOverTCP(_, _, let framing):
      // The device server's own line has the speed that most have.
      self.init(
        characterTime: SerialLine().characterTime, frameGap: framing.gap,
        answerTime: BusLoad.Line.networkAnswer + BusLoad.Line.serialAnswer)
    case .i2c, .gpio, .sysfs:
      self.init(characterTime: .zero, frameGap: .zero, answerTime: .zero)
    }
  }
}
