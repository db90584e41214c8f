/// A device that is read.
public struct Device: Sendable {
  /// The name that topics and readings bear.
  public var name: String
  /// The kind of device it is.
  public var profile: DeviceProfile
  /// Index of its line in the configuration's `buses`.
  public var bus: Int
  /// Where it is on that line, and how it is asked there.
  public var site: Site
  /// The time from one reading to the next; nil where the profile's poll classes rule.
  public var every: Duration?
  /// Indices of the points that are read, in the profile's order.
  public var points: [Int]
  /// When it is read, and how its readings become messages.
  public var sampling: Sampling
  /// Another number where its text in the configuration, or its profile's, is another.
  public var fingerprint: UInt64 = 0

  /// Where a device is on its line, by the kind of line.
  public enum Site: Sendable {
    /// A unit, and how it is asked.
    case modbus(unit: UInt8, RequestManner)
    /// An address.
    case i2c(I2CSite)
    /// Lines of a chip.
    case gpio(GPIOSite)
    /// A place in the folder /sys.
    case sysfs(SysfsSite)
  }

  /// A device from its parts, of which the site is of the profile's kind.
  /// - Parameter sampling: has as many points as there are; nil for the usual of each.
  public init(
    name: String, profile: DeviceProfile, bus: Int, site: Site, every: Duration?, points: [Int],
    sampling: Sampling? = nil
  ) {
    self.name = name
    self.profile = profile
    self.bus = bus
    self.site = site
    self.every = every
    self.points = points
    if let sampling {
      precondition(sampling.points.count == points.count, "something is said of each point")
      self.sampling = sampling
    } else {
      self.sampling = Sampling()
      self.sampling.points = points.map { _ in Sampling.Point() }
    }
  }

  /// The time from one reading of a point to the next.
  /// - Parameter place: the point's place in `points`.
  public func interval(ofPoint place: Int) -> Duration {
    let pollClass = profile.points[points[place]].pollClass
    return sampling.points[place].every ?? every ?? profile.pollClasses[pollClass].interval
  }

  /// The places in `points` by the time from one reading to the next, in the order in which each time
  /// first stands there.
  public var placesByInterval: [(interval: Duration, places: [Int])] {
    var groups: [(interval: Duration, places: [Int])] = []
    for place in points.indices {
      let interval = interval(ofPoint: place)
      if let known = groups.firstIndex(where: { $0.interval == interval }) {
        groups[known].places.append(place)
      } else {
        groups.append((interval, [place]))
      }
    }
    return groups
  }
}
