internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// A device of any kind, as the thread of its bus sees it.
///
/// One type for all kinds, with one of its parts there: what works on devices is in the program once,
/// and a part is changed in its place. A device is on a line of its own kind, which the configuration
/// has checked.
struct BusDevice {
  private var modbus: ModbusDevice?
  private var i2c: I2CDevice?
  private var sysfs: SysfsDevice?

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
      timeout = device.requests.timeout
      let requestsMax = device.groups.reduce(0) { max($0, $1.plan.requests.count) }
      longestTurn =
        timeout * (device.requests.retries + 1) * (requestsMax + BusDevice.bisectingRequests)
      modbus = device
    case .i2c:
      let device = I2CDevice(configuration: configuration, index: index)
      groups = device.groups.map { Group(interval: $0.interval, channels: $0.channels) }
      timeout = .zero
      longestTurn = BusDevice.longestLocalTurn
      i2c = device
    case .sysfs:
      let device = SysfsDevice(configuration: configuration, index: index)
      groups = device.groups.map { Group(interval: $0.interval, channels: $0.channels) }
      timeout = .zero
      longestTurn = BusDevice.longestLocalTurn
      sysfs = device
    case .gpio: preconditionFailure("pins have a thread of another kind")
    }
  }

  /// Its index in the configuration, which its samples bear.
  let index: Int
  /// Its points by the times at which they are due.
  let groups: [Group]
  /// How long it may take to answer; zero where that is the adapter's matter.
  let timeout: Duration
  /// Where in time its turns are.
  let timing: Sampling.Timing
  /// A turn that takes longer hangs.
  let longestTurn: Duration

  /// Requests that are slow because they are refused in parts; those are answered, and take a part of
  /// the timeout each.
  private static let bisectingRequests = 8

  /// A conversion that is waited for takes 6 s at most, an adapter's own timeout 1 s, and a 1-Wire
  /// sensor a second.
  private static let longestLocalTurn: Duration = .seconds(60)

  /// Reads all points of a group once.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - line: the line that the device is on.
  ///   - mayRetry: whether a request may be made again, as often as is configured.
  ///   - patience: how long the answer of a device in doubt is waited for.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  ///   - pause: stops this thread.
  mutating func sample(
    group: Int, over line: BusLine, mayRetry: Bool, patience: Duration?,
    unixMilliseconds: Int64, sinceBoot: Duration, pause: (Duration) -> Void
  ) -> DeviceReading {
    switch line {
    case .modbus(var master):
      if let reading = modbus?.sample(
        group: group, retries: mayRetry ? nil : 0, patience: patience, over: &master,
        unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot, pause: pause)
      {
        return reading
      }
    case .sysfs(var tree):
      if let reading = sysfs?.sample(
        group: group, in: &tree, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot)
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

  /// What was sent for a channel, as people look it up in manuals; empty where that is not known.
  /// - Parameter line: has kept a record since before the channel was read.
  func raw(group: Int, channel: Int, of line: BusLine) -> String {
    switch line {
    case .modbus(let master):
      guard let place = modbus?.groups[group].registers(ofChannel: channel),
        let words = master.record?.lazy.reversed().compactMap({
          $0.words(of: place.table, at: place.address, count: place.count)
        }).first
      else { return "" }
      return words.reduce("\(place.table.word) \(Int(place.address)):") {
        $0 + " " + Hexadecimal.text(UInt64($1), digits: 4)
      }
    case .i2c, .sysfs: return ""
    }
  }

  /// Forgets what the device has refused: it was away, and another may stand in its place.
  mutating func forgetRefusals() {
    modbus?.forgetRefusals()
    sysfs?.forget()
  }
}

/// A line of any kind; nothing is opened before it is used.
enum BusLine {
  case modbus(BusMaster)
  case i2c(I2CAdapter)
  case sysfs(SysfsFolder)

  init(_ link: Bus.Link) {
    switch link {
    case .modbusTCP, .modbusRTU, .modbusRTUOverTCP: self = .modbus(BusMaster(link))
    case .i2c(let port): self = .i2c(I2CAdapter(port))
    case .sysfs(let root): self = .sysfs(SysfsFolder(root))
    case .gpio: preconditionFailure("pins have a thread of another kind")
    }
  }

  /// From now on what is read is kept, to be shown.
  func beginRecord() {
    switch self {
    case .modbus(let master): master.record = []
    case .i2c, .sysfs: break
    }
  }
}
