public import Configuration
internal import Telemetry

/// Whether a device that answers could be of a profile's kind.
public struct ProfileMatch {
  private let identities: [PointIdentity]
  private let configuration: Device

  /// How long the device may take to answer a scan's question; it has just answered another.
  private static let timeoutMax: Duration = .milliseconds(500)

  /// - Returns: nil where the profile does not say how such a device is told.
  public init?(_ profile: DeviceProfile, unit: UInt8) {
    guard case .modbus(let body) = profile.body, !body.identities.isEmpty else { return nil }
    var requests = RequestManner(body.connection)
    requests.timeout = min(requests.timeout, ProfileMatch.timeoutMax)
    identities = body.identities
    configuration = Device(
      name: profile.id, profile: profile, bus: 0, unit: unit, requests: requests,
      every: .seconds(1), points: identities.map { $0.point })
  }

  /// How many values the device is told by.
  public var testCount: Int { identities.count }

  /// Asks the device for the values that tell it.
  public func fits<Master: ModbusMaster & ~Copyable>(
    _ master: inout Master, pause: (Duration) -> Void
  ) -> Bool {
    var device = ModbusDevice(configuration: configuration, index: 0)
    for group in device.groups.indices {
      let sample = device.sample(
        group: group, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: pause
      ).sample
      for (channel, outcome) in zip(sample.channels, sample.outcomes)
      where !identities[channel.index].test.holds(of: outcome) { return false }
    }
    return true
  }
}

extension PointIdentity.Test {
  func holds(of outcome: Outcome) -> Bool {
    switch (self, outcome) {
    case (.within(let range), .integer(let value)): range.contains(Double(value))
    case (.within(let range), .float(let value)): range.contains(Double(value))
    case (.within(let range), .double(let value)): range.contains(value)
    case (.text(let text), .text(let value)): text == value
    case (.text(let text), .boolean(let value)): text == (value ? "true" : "false")
    default: false
    }
  }
}
