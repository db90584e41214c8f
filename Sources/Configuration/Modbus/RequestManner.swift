/// How a configured device is asked.
public struct RequestManner: Equatable, Sendable {
  /// How long it may take to begin its answer. On a serial line the time that the frames take comes
  /// on top.
  public var timeout: Duration
  /// How many times a request is made again that brought no answer or a broken one.
  public var retries: Int
  /// The silence it wants between its answer and the next request.
  public var turnaround: Duration

  /// What a profile says; no retries.
  public init(_ connection: ModbusConnection) {
    timeout = connection.responseTimeout
    retries = 0
    turnaround = connection.betweenRequests
  }

  /// The keys of a device that are about this.
  static let keys = ["timeout", "retries", "turnaround"]

  /// The shortest is below any device's answer, the longest is a device that will never answer.
  private static let timeoutRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(60)
  /// More would only keep the line from the other devices.
  private static let retriesMax = 5
  /// A longer silence than this would hold up the whole line.
  private static let turnaroundRange: ClosedRange<Duration> = .zero ... .seconds(10)

  /// Reads a device's keys; what is not there comes from its profile, and the retries from its line.
  ///
  /// In RTU frames a lost bit costs the frame, and nobody else repeats it: one retry. TCP repeats
  /// what is lost by itself, so there a second request only doubles what a dead device costs.
  init(
    _ mapping: Mapping, _ connection: ModbusConnection, on link: Bus.Link
  ) throws(ConfigurationError) {
    self.init(connection)
    switch link {
    case .modbusTCP, .i2c, .gpio, .sysfs: retries = 0
    case .modbusRTU, .modbusRTUOverTCP: retries = 1
    }
    if let node = mapping["timeout"] {
      timeout = try node.duration(in: RequestManner.timeoutRange)
    }
    if let node = mapping["retries"] {
      retries = try node.integer("a number of retries", in: 0...RequestManner.retriesMax)
    }
    if let node = mapping["turnaround"] {
      turnaround = try node.duration(in: RequestManner.turnaroundRange)
    }
  }
}
