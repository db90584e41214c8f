internal import Buses
internal import Configuration
internal import Drivers
internal import Telemetry

/// A device of any kind, as the thread of its bus sees it.
///
/// One type for all kinds, with one of its parts there: what works on devices is in the program once,
/// and a part is changed in its place. A device is on a line of its own kind, which the configuration
/// has checked.
struct BusDevice {
  private var modbus: ModbusDevice?
  private var i2c: I2CDevice?

  /// Points that are due at the same times.
  struct Group {
    /// The time from one sample to the next.
    let interval: Duration
    /// What its samples have.
    let channels: [Channel]
  }

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  init(_ configuration: Device, index: Int) {
    self.index = index
    timing = configuration.sampling.timing
    switch configuration.site {
    case .modbus:
      let device = ModbusDevice(configuration: configuration, index: index)
      groups = device.groups.map { Group(interval: $0.interval, channels: $0.channels) }
      modbus = device
    case .i2c:
      let device = I2CDevice(configuration: configuration, index: index)
      groups = device.groups.map { Group(interval: $0.interval, channels: $0.channels) }
      i2c = device
    case .gpio, .sysfs: preconditionFailure("no such device is taken")
    }
  }

  /// Its index in the configuration, which its samples bear.
  let index: Int
  /// Its points by the times at which they are due.
  let groups: [Group]
  /// Where in time its turns are.
  let timing: Sampling.Timing

  /// Reads all points of a group once.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - line: the line that the device is on.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  ///   - pause: stops this thread.
  mutating func sample(
    group: Int, over line: BusLine, unixMilliseconds: Int64, sinceBoot: Duration,
    pause: (Duration) -> Void
  ) -> DeviceReading {
    switch line {
    case .modbus(var master):
      if let reading = modbus?.sample(
        group: group, over: &master, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        pause: pause)
      {
        return reading
      }
    case .i2c(var adapter):
      if let reading = i2c?.sample(
        group: group, over: &adapter, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        pause: pause)
      {
        return reading
      }
    }
    preconditionFailure("a device is on a line of its kind")
  }

  /// The sample of a device that is not asked: all its values are missing.
  func missingSample(
    group: Int, _ reason: MissingReason, unixMilliseconds: Int64, sinceBoot: Duration
  ) -> Sample {
    let channels = groups[group].channels
    return Sample(
      device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot, channels: channels,
      outcomes: [Outcome](repeating: .missing(reason), count: channels.count))
  }

  /// Forgets what the device has refused: it was away, and another may stand in its place.
  mutating func forgetRefusals() {
    modbus?.forgetRefusals()
  }
}

/// A line of any kind; nothing is opened before it is used.
enum BusLine {
  case modbus(BusMaster)
  case i2c(I2CAdapter)

  init(_ link: Bus.Link) {
    switch link {
    case .modbusTCP, .modbusRTU, .modbusRTUOverTCP: self = .modbus(BusMaster(link))
    case .i2c(let port): self = .i2c(I2CAdapter(port))
    case .gpio, .sysfs: preconditionFailure("no such bus is taken")
    }
  }
}
