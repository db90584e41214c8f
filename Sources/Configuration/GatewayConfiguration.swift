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
  /// Where it tells how it does.
  public let status: StatusSettings
  /// The lines on which devices are.
  public let buses: [Bus]
  /// The devices that are read.
  public let devices: [Device]

  /// A configuration from its parts, which the caller has checked.
  public init(
    gateway: String, broker: Broker, queue: Queue, isClockTrusted: Bool = false,
    status: StatusSettings = StatusSettings(), buses: [Bus], devices: [Device]
  ) {
    self.gateway = gateway
    self.broker = broker
    self.queue = queue
    self.isClockTrusted = isClockTrusted
    self.status = status
    self.buses = buses
    self.devices = devices
  }
}

/// A part of the queue.
public enum QueueLane: Sendable {
  /// Emptied first.
  case alarm
  /// All the rest.
  case telemetry
}
