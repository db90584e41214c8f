import Foundation
import Glibc
import TestSupport
import Testing

struct BusFaultTests {
  @Test func `every kind of fault gives a reading without a value and with its reason`()
    async throws
  {
    let workplace = try Workplace()
    let broker = try Mosquitto(in: workplace)
    try await broker.start()
    let subscriber = try await Subscriber(to: broker, in: workplace)
    // Unit 2 has the first 96 registers only; unit 3 is not there, which pymodbus 3.8 says with a
    // frame that is no Modbus.
    let words = SDM630.example[0] ?? []
    let meter = try ModbusPeer(in: workplace, [1: SDM630.example, 2: [0: Array(words[..<96])]])
    try await meter.start()
    let silence = try Listener()
    let refused = try freePort()
    try workplace.write(
      """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1:\(broker.port)" }
      queue: { path: queue, durability: every 50 ms }
      buses:
        plc: { modbus-tcp: 127.0.0.1, port: \(meter.port) }
        silent: { modbus-tcp: 127.0.0.1, port: \(silence.port) }
        closed: { modbus-tcp: 127.0.0.1, port: \(refused) }
        nowhere: { modbus-tcp: no-such-host.invalid }
      devices:
        good: { profile: eastron-sdm630, bus: plc, unit: 1, every: 100 ms, batch: 0 s }
        partial: { profile: eastron-sdm630, bus: plc, unit: 2, every: 100 ms, batch: 0 s }
        absent: { profile: eastron-sdm630, bus: plc, unit: 3, every: 100 ms, batch: 0 s }
        mute: { profile: eastron-sdm630, bus: silent, every: 100 ms, batch: 0 s, points: [power] }
        shut: { profile: eastron-sdm630, bus: closed, every: 100 ms, batch: 0 s, points: [power] }
        lost: { profile: eastron-sdm630, bus: nowhere, every: 100 ms, batch: 0 s, points: [power] }
      """, to: "godwit.yaml")
    let gateway = try workplace.startGateway()

    func last(_ device: String) -> [String: Any] {
      subscriber.arrivals.last { $0.topic == "godwit/barn/\(device)" }?.readings.last ?? [:]
    }
    func reason(_ device: String, _ point: String) -> String? {
      (last(device)["errors"] as? [String: String])?[point]
    }
    #expect(
      try await eventually {
        ["good", "partial", "absent", "mute", "shut", "lost"].allSatisfy { !last($0).isEmpty }
      }, "\(gateway.output)")
    #expect(last("good")["power"] as? Double == -1_500)
    #expect(last("good")["errors"] == nil)
    #expect(last("partial")["power"] as? Double == -1_500)
    #expect(last("partial")["total_energy"] is NSNull)
    #expect(reason("partial", "total_energy") == "illegal-data-address")
    #expect(reason("partial", "power") == nil)
    #expect(last("absent")["power"] is NSNull)
    #expect(reason("absent", "power") != nil)
    #expect(reason("mute", "power") == "timeout")
    #expect(reason("shut", "power") == "connection-refused")
    #expect(reason("lost", "power") == "name-not-found")

    // A second later each fault is counted many times and told once.
    let counted = try #require(Report(in: gateway.output))["bus_errors"]
    #expect(
      try await eventually { (Report(in: gateway.output)?["bus_errors"] ?? 0) > counted + 30 })
    for device in ["partial", "absent", "mute", "shut", "lost"] {
      let lines = gateway.output.split(separator: "\n")
        .filter { $0.contains("reading failed device=\(device) ") }
      #expect((1...3).contains(lines.count), "\(device): \(lines)")
    }
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
  }

  @Test func `a meter that goes away and comes back is read again`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let (meter, subscriber) = (site.meter, site.subscriber)
    try site.configure(device: "every: 100 ms, batch: 0 s, points: [power]")
    let gateway = try workplace.startGateway()
    func power() -> Any? { subscriber.arrivals.last?.readings.last?["power"] }
    #expect(try await eventually { power() as? Double == -1_500 }, "\(gateway.output)")
    meter.stop()
    #expect(try await eventually { power() is NSNull }, "\(gateway.output)")
    try await meter.start()
    #expect(try await eventually { power() as? Double == -1_500 }, "\(gateway.output)")
    #expect(gateway.output.contains("device answers again device=meter"))
  }
}
