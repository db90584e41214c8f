/// What one gateway is to do: the checked content of its configuration file.
public struct GatewayConfiguration: Sendable {
  /// The gateway's name, which topics and readings bear.
  public let gateway: String
  /// Where readings go.
  public let broker: Broker
  /// How they are kept until they are there.
  public let queue: Queue
  /// The lines on which devices are.
  public let buses: [Bus]
  /// The devices that are read.
  public let devices: [Device]

  /// A configuration from its parts, which the caller has checked.
  public init(gateway: String, broker: Broker, queue: Queue, buses: [Bus], devices: [Device]) {
    self.gateway = gateway
    self.broker = broker
    self.queue = queue
    self.buses = buses
    self.devices = devices
  }
}

/// The MQTT broker that takes the readings.
public struct Broker: Equatable, Sendable {
  /// Where it is; several are tried in this order.
  public var endpoints: [BrokerEndpoint]
  /// The user name, where the broker wants one.
  public var username: String?
  /// The password, where the broker wants one; never logged.
  public var password: String?
  /// The name by which the broker knows this client.
  public var clientID: String
  /// How long the link may be silent before it is tried; zero for ever (MQTT 3.1.1, 3.1.2.10).
  public var keepAlive: Duration
  /// The longest pause between two attempts to connect.
  public var reconnectMax: Duration
  /// How long a broker that is not the first is stayed with before the first is tried again.
  public var returnAfter: Duration

  /// A broker at its endpoints, one at least; the rest is set where the configuration says so.
  public init(endpoints: [BrokerEndpoint], clientID: String) {
    self.endpoints = endpoints
    self.clientID = clientID
    username = nil
    password = nil
    keepAlive = .seconds(60)
    reconnectMax = .seconds(60)
    returnAfter = .seconds(600)
  }
}

/// A place where a broker can be reached.
public struct BrokerEndpoint: Equatable, Sendable {
  /// A host name, or an address without brackets.
  public var host: String
  /// The TCP port.
  public var port: UInt16

  /// A broker's host and port.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}

/// The queue on disk between the gateway and the broker.
public struct Queue: Equatable, Sendable {
  /// The directory that holds it.
  public var path: String
  /// When what it has accepted survives a power cut.
  public var durability: Durability

  /// The queue of a configuration that says nothing of it.
  public init(path: String = "/var/lib/godwit", durability: Durability = .every(.seconds(1))) {
    self.path = path
    self.durability = durability
  }

  /// When a batch that was accepted survives a power cut.
  public enum Durability: Equatable, Sendable {
    /// At once: every batch is synchronized by itself.
    case eachRecord
    /// After at most this long: what came in the meantime is synchronized together.
    case every(Duration)
  }
}

/// A line on which devices are; one thread owns it.
public struct Bus: Equatable, Sendable {
  /// The name that devices refer to.
  public var name: String
  /// What the line is.
  public var link: Link

  /// A bus of that name.
  public init(name: String, link: Link) {
    self.name = name
    self.link = link
  }

  /// The kinds of line.
  public enum Link: Equatable, Sendable {
    /// A Modbus TCP server: a host name or an address without brackets, and its port.
    case modbusTCP(host: String, port: UInt16)
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
  /// The time from one reading to the next; nil where the profile's poll classes rule.
  public var every: Duration?
  /// The time over which readings are gathered to a batch; zero sends each by itself.
  public var batch: Duration
  /// Indices of the points that are read, in the profile's order.
  public var points: [Int]

  /// A device from its parts.
  public init(
    name: String, profile: DeviceProfile, bus: Int, unit: UInt8, every: Duration?,
    batch: Duration, points: [Int]
  ) {
    self.name = name
    self.profile = profile
    self.bus = bus
    self.unit = unit
    self.every = every
    self.batch = batch
    self.points = points
  }
}
