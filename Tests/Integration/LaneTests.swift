import Foundation
import Glibc
import TestSupport
import Testing

/// Which batches go first after an outage, and how fast.
struct LaneTests {
  private let workplace: Workplace
  private let broker: Mosquitto
  private let meter: ModbusPeer

  init() async throws {
    workplace = try Workplace()
    broker = try Mosquitto(in: workplace)
    meter = try ModbusPeer(in: workplace, [1: SDM630.example, 2: SDM630.example])
    try await meter.start()
  }

  private func configure(queue: String) throws {
    try workplace.write(
      """
      gateway: barn
      broker: { url: \(broker.url), reconnect-max: 1 s }
      queue: { path: queue, durability: every 50 ms, \(queue) }
      buses: { plc: { modbus-tcp: 127.0.0.1, port: \(meter.port) } }
      devices:
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 200 ms, batch: 0 s,
                 points: [power] }
        siren: { profile: eastron-sdm630, bus: plc, unit: 2, every: 200 ms, batch: 0 s,
                 points: [power], lane: alarm }
      """, to: "godwit.yaml")
  }

  @Test func `alarms go first`() async throws {
    try configure(queue: "drain: oldest-first, rate-limit: { messages-per-second: 40 }")
    // The subscriber has to be there before the first message is.
    try await broker.start()
    let subscriber = try await Subscriber(to: broker, in: workplace)
    try await broker.stop()
    let gateway = try workplace.startGateway()
    #expect(
      try await eventually { (Report(in: gateway.output)?["queued"] ?? 0) >= 40 },
      "\(gateway.output)")
    try await broker.start()
    #expect(try await eventually { subscriber.arrivals.count >= 40 }, "\(gateway.output)")
    let topics = subscriber.arrivals.prefix(15).map(\.topic)
    #expect(topics.allSatisfy { $0 == "godwit/barn/siren" }, "\(topics)")
    #expect(subscriber.arrivals.contains { $0.topic == "godwit/barn/meter" })
    // Each lane is in order by itself.
    for device in ["meter", "siren"] {
      let times = subscriber.arrivals.filter { $0.topic.hasSuffix(device) }.flatMap(\.readings)
        .compactMap { $0["ts"] as? Double }
      #expect(times == times.sorted())
    }
  }

  @Test func `a backlog keeps to the rate, and what is live overtakes it`() async throws {
    try configure(
      queue: "drain: live-first, backlog-share: 50 %, rate-limit: { messages-per-second: 20 }")
    try await broker.start()
    let subscriber = try await Subscriber(to: broker, in: workplace)
    try await broker.stop()
    let gateway = try workplace.startGateway()
    #expect(
      try await eventually { (Report(in: gateway.output)?["queued"] ?? 0) >= 60 },
      "\(gateway.output)")
    let before = Date()
    try await broker.start()
    #expect(
      try await eventually {
        let times = subscriber.arrivals.filter { $0.topic.hasSuffix("meter") }
          .flatMap(\.readings).compactMap { $0["ts"] as? Double }
        // Something newer came before something older, which came too.
        return times != times.sorted()
      }, "\(gateway.output)")
    // 20 a second, and those of a second that may be saved up before.
    let limit = Date().timeIntervalSince(before) * 20 + 20
    #expect(Double(subscriber.arrivals.count) <= limit + 1)
  }
}
