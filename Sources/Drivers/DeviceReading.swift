public import Telemetry

/// A sample of a device of any kind, and what happened while it was taken.
public struct DeviceReading: Sendable {
  /// The values, and reasons where there are none.
  public let sample: Sample
  /// One a request that failed.
  public let errors: [BusError]
  /// How many requests were made again.
  public let retries: Int
  /// The points that a Modbus device turned out not to have, each told once.
  public let refusals: [ModbusDevice.Refusal]
  /// Whether the device has said anything at all.
  public let hasAnswered: Bool
}
