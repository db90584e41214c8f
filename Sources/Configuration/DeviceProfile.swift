/// A kind of device as data: what there is to read in it and what that means. One YAML file under
/// device-profiles/ gives one; device-profiles/README.md tells every key.
public struct DeviceProfile: Sendable {
  /// The name by which configurations refer to it, which is its file's name without `.yaml`.
  public let id: String
  /// Counted up whenever the file's meaning changes, from 1.
  public let revision: Int
  /// One line for people.
  public let title: String
  /// Where the facts come from: documents with their versions, other projects' files.
  public let references: [String]
  /// How often points are read where the installation does not say.
  public let pollClasses: [PollClass]
  /// The values that the device has, in the order of the file.
  public let points: [Point]
  /// What depends on the kind of bus.
  public let body: Body

  /// What depends on the kind of bus.
  public enum Body: Sendable {
    /// The device is asked for registers.
    case modbus(ModbusProfile)
    /// The device is written to and read from by bytes.
    indirect case i2c(I2CProfile)
    /// The device is lines of a GPIO chip.
    case gpio(GPIOProfile)
    /// The kernel's driver speaks with the device.
    case sysfs(SysfsProfile)
  }

  /// A profile from its parts, which the caller has checked.
  public init(
    id: String, revision: Int, title: String, references: [String], pollClasses: [PollClass],
    points: [Point], body: Body
  ) {
    self.id = id
    self.revision = revision
    self.title = title
    self.references = references
    self.pollClasses = pollClasses
    self.points = points
    self.body = body
  }

  /// The points that readings have where a configuration names none.
  public var shownPoints: [Int] { points.indices.filter { !points[$0].isHidden } }

  /// The points that readings of a device there have where a configuration names none.
  func shownPoints(at site: Device.Site) -> [Int] {
    guard case .i2c(let profile) = body, case .i2c(let site) = site, site.namesChannels else {
      return shownPoints
    }
    return points.indices.filter { index in
      guard let channel = profile.points[index].channel else { return !points[index].isHidden }
      return site.channels.contains { $0.index == channel }
    }
  }

  /// The kind of bus that the device is on.
  public var kind: BusKind {
    switch body {
    case .modbus: .modbus
    case .i2c: .i2c
    case .gpio: .gpio
    case .sysfs: .sysfs
    }
  }
}

/// The kinds of bus.
public enum BusKind: Equatable, Sendable, CaseIterable {
  /// Modbus over a serial line or a network.
  case modbus
  /// I2C and SMBus.
  case i2c
  /// The lines of a GPIO chip.
  case gpio
  /// What the kernel's own drivers have in the folder /sys.
  case sysfs

  /// The kind in the profile language.
  public var word: String {
    switch self {
    case .modbus: "modbus"
    case .i2c: "i2c"
    case .gpio: "gpio"
    case .sysfs: "sysfs"
    }
  }

  /// The kind in a sentence.
  var words: String {
    switch self {
    case .modbus: "a Modbus line"
    case .i2c: "an I2C bus"
    case .gpio: "a GPIO chip"
    case .sysfs: "the kernel's own drivers (sysfs)"
    }
  }
}

/// A name for an interval, e.g. `slow: 60 s`, that points of a profile share.
public struct PollClass: Equatable, Sendable {
  /// The name that points use.
  public let name: String
  /// The time from one reading to the next.
  public let interval: Duration

  /// A class of that name and interval.
  public init(name: String, interval: Duration) {
    self.name = name
    self.interval = interval
  }
}
