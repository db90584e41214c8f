/// What most tests begin with: a broker that runs, a subscriber that waits, a meter that answers.
final class Site {
  let broker: Mosquitto
  let subscriber: Subscriber
  let meter: ModbusPeer
  private let workplace: Workplace

  init(in workplace: Workplace) async throws {
    self.workplace = workplace
    broker = try Mosquitto(in: workplace)
    try await broker.start()
    subscriber = try await Subscriber(to: broker, in: workplace)
    meter = try ModbusPeer(in: workplace, [1: SDM630.example])
    try await meter.start()
  }

  /// Writes the configuration of a gateway between them.
  func configure(
    device: String = "every: 100 ms, batch: 200 ms", durability: String = "every 50 ms"
  ) throws {
    try workplace.configure(
      broker: broker.url, meter: meter.port, device: device, durability: durability)
  }
}

extension Workplace {
  /// Writes the configuration of a gateway called barn with one meter.
  /// - Parameters:
  ///   - broker: its URL or a list of them, and further keys.
  ///   - device: the keys of the meter besides its profile, bus and unit.
  func configure(
    broker: String, meter: UInt16, device: String = "every: 100 ms, batch: 200 ms",
    durability: String = "every 50 ms"
  ) throws {
    try write(
      """
      gateway: barn
      broker: { url: \(broker), reconnect-max: 1 s }
      queue: { path: queue, durability: \(durability) }
      buses:
        plc: { modbus-tcp: 127.0.0.1, port: \(meter) }
      devices:
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, \(device) }
      """, to: "godwit.yaml")
  }
}
