public import Configuration
internal import Drivers
internal import System
public import Telemetry

/// A device read once, for people; nothing of it goes to the queue.
public struct OneReading {
  /// What came of one point.
  public struct Value {
    /// The point's name, unit and digits.
    public let channel: Channel
    /// A value, or why there is none.
    public let outcome: Outcome
    /// What the device has sent for it, e.g. "input 52: c4bb 8000"; empty where nothing came, or
    /// other points are behind it.
    public let raw: String
  }

  /// In the order of the profile.
  public let values: [Value]

  /// Whether a point has no value because pulses are counted only while a gateway runs.
  public private(set) var needsGateway = false

  /// Whether all points have a value.
  public var isWhole: Bool {
    values.allSatisfy { if case .missing = $0.outcome { false } else { true } }
  }

  /// Opens the device's line, and reads all its points.
  /// - Parameter index: the device's place in the configuration.
  public init(_ configuration: GatewayConfiguration, device index: Int) {
    let configured = configuration.devices[index]
    if case .gpio(let chip) = configuration.buses[configured.bus].link {
      let reading = PinReading(configured, index: index, chip: chip)
      needsGateway = reading.needsTime
      values = reading.samples.flatMap { sample in
        zip(sample.channels, sample.outcomes).map { Value(channel: $0, outcome: $1, raw: "") }
      }.sorted { $0.channel.index < $1.channel.index }
      return
    }
    let line = BusLine(configuration.buses[configured.bus].link)
    line.beginRecord()
    var device = BusDevice(configured, index: index)
    var values: [Value] = []
    for group in device.groups.indices {
      let reading = device.sample(
        group: group, over: line, mayRetry: true, patience: nil,
        unixMilliseconds: Clock.unixMilliseconds, sinceBoot: Clock.sinceBoot,
        pause: Clock.sleep(for:))
      for place in reading.sample.channels.indices {
        values.append(
          Value(
            channel: reading.sample.channels[place], outcome: reading.sample.outcomes[place],
            raw: device.raw(group: group, channel: place, of: line)))
      }
    }
    values.sort { $0.channel.index < $1.channel.index }
    self.values = values
  }
}
