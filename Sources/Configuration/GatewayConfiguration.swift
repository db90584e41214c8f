/// What one gateway is to do: the checked content of its configuration file.
public struct GatewayConfiguration: Sendable {
  /// The gateway's name, which topics and readings bear.
  public let gateway: String
  /// Where readings go.
  public let broker: Broker
  /// How they are kept until they are there.
  public let queue: Queue
  /// Whether the machine's clock is right although nobody has told the kernel so.
  public let isClockTrusted: Bool
  /// The lines on which devices are.
  public let buses: [Bus]
  /// The devices that are read.
  public let devices: [Device]

  /// A configuration from its parts, which the caller has checked.
  public init(
    gateway: String, broker: Broker, queue: Queue, isClockTrusted: Bool = false, buses: [Bus],
    devices: [Device]
  ) {
    self.gateway = gateway
    self.broker = broker
    self.queue = queue
    self.isClockTrusted = isClockTrusted
    self.buses = buses
    self.devices = devices
  }
}

/// A device that is read.
public struct Device: Sendable {
  /// The name that topics and readings bear.
  public var name: String
  /// The kind of device it is.
  public var profile: DeviceProfile
  /// Index of its line in the configuration's `buses`.
  public var bus: Int
  /// Its unit identifier on that line.
  public var unit: UInt8
  /// How it is asked there.
  public var requests: RequestManner
  /// The time from one reading to the next; nil where the profile's poll classes rule.
  public var every: Duration?
  /// Indices of the points that are read, in the profile's order.
  public var points: [Int]
  /// When it is read, and how its readings become messages.
  public var sampling: Sampling

  /// A device from its parts; without `requests` it is asked once, as its profile wants it.
  /// - Parameter sampling: has as many points as there are; nil for the usual of each.
  public init(
    name: String, profile: DeviceProfile, bus: Int, unit: UInt8, requests: RequestManner? = nil,
    every: Duration?, points: [Int], sampling: Sampling? = nil
  ) {
    self.name = name
    self.profile = profile
    self.bus = bus
    self.unit = unit
    self.requests = requests ?? RequestManner(profile.connection)
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
}

/// A part of the queue.
public enum QueueLane: Sendable {
  /// Emptied first.
  case alarm
  /// All the rest.
  case telemetry
}
