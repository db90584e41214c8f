public import Configuration
internal import Drivers

/// The examples that a profile has of itself (its key `tests`), run against the device logic that the
/// gateway has. Devices and buses are the examples' own; nothing is opened.
public struct ProfileTrial: Sendable {
  /// One example, and what came of it.
  public struct Example: Equatable, Sendable {
    /// What the profile calls it.
    public let name: String
    /// What is not as the profile expects, each in words; none where all is.
    public let faults: [String]
  }

  /// In the order of the profile.
  public let examples: [Example]

  /// Runs all examples of a profile.
  public init(_ profile: DeviceProfile) {
    switch profile.body {
    case .modbus(let body):
      examples = body.tests.map { Example(name: $0.name, faults: profile.faults(in: $0)) }
    case .i2c(let body):
      examples = body.tests.map { Example(name: $0.name, faults: profile.faults(in: $0)) }
    case .gpio(let body):
      examples = body.tests.map { Example(name: $0.name, faults: profile.faults(in: $0)) }
    case .sysfs(let body):
      examples = body.tests.map { Example(name: $0.name, faults: profile.faults(in: $0)) }
    }
  }

  /// How many examples do not come out.
  public var failureCount: Int {
    examples.reduce(0) { $0 + ($1.faults.isEmpty ? 0 : 1) }
  }
}
