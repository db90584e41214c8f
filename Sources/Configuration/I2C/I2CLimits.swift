/// What bounds a profile of an I2C device, so that no file can hold up a bus.
public enum I2CLimits {
  /// Bytes written or read at a time: what a bus at 100 kHz carries in 25 ms.
  public static let bytesMax = 255
  /// Steps of a list; the longest known, of a gas sensor, has some twenty.
  public static let stepsMax = 64
  /// A transfer that takes longer means a bus that hangs: at 100 kHz the longest takes 25 ms, and
  /// SMBus lets a device stretch the clock for 25 ms (SMBus 3.2, table 2).
  public static let transferMax: Duration = .milliseconds(200)
  /// All waits of a sample together. CO2 sensors take 5 s for the first value.
  public static let waitMax: Duration = .seconds(10)
  /// Transfers of a sample together, repeated ones included.
  public static let transfersMax = 2_000
  /// The shortest wait that is written out, and the time between two looks at a status bit; more looks
  /// only heat the bus.
  public static let pollMin: Duration = .milliseconds(1)
  /// A step is tried so often again.
  public static let retriesMax = 50
  /// Channels of a device; the largest multiplexers have sixteen.
  public static let channelsMax = 16
  /// Named values of a profile: fields, constants, options.
  public static let namesMax = 256
  /// Options of a profile.
  public static let optionsMax = 32
}
