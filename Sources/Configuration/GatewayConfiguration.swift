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
  /// The time over which readings are gathered to a batch; zero sends each by itself.
  public var batch: Duration
  /// The part of the queue that its batches go through.
  public var lane: QueueLane
  /// Indices of the points that are read, in the profile's order.
  public var points: [Int]

  /// A device from its parts; without `requests` it is asked once, as its profile wants it.
  public init(
    name: String, profile: DeviceProfile, bus: Int, unit: UInt8, requests: RequestManner? = nil,
    every: Duration?, batch: Duration, lane: QueueLane = .telemetry, points: [Int]
  ) {
    self.name = name
    self.profile = profile
    self.bus = bus
    self.unit = unit
    self.requests = requests ?? RequestManner(profile.connection)
    self.every = every
    self.batch = batch
    self.lane = lane
    self.points = points
  }
}

/// A part of the queue.
public enum QueueLane: Sendable {
  /// Emptied first.
  case alarm
  /// All the rest.
  case telemetry
}
