import Foundation
import Glibc
import Spool
import TestSupport
import Testing

/// The whole gateway between peers that nobody here wrote: pymodbus, mosquitto, mosquitto_sub.
struct DeliveryTests {
  @Test func `a meter's readings reach a broker with the values of its register map`() async throws
  {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let subscriber = site.subscriber
    try site.configure()
    let before = Date().timeIntervalSince1970 * 1_000
    let gateway = try workplace.startGateway()
    #expect(try await eventually { subscriber.arrivals.count >= 3 }, "\(gateway.output)")

    let arrival = try #require(subscriber.arrivals.first)
    #expect(arrival.topic == "godwit/barn/meter")
    #expect(arrival.json["gateway"] as? String == "barn")
    #expect(arrival.json["device"] as? String == "meter")
    #expect(arrival.id.wholeMatch(of: /[0-9a-f]{16}-1/) != nil, "\(arrival.id)")
    let reading = try #require(arrival.readings.first)
    #expect(reading["voltage_l1"] as? Double == 230.2)
    #expect(reading["voltage_l2"] as? Double == 230.6)
    #expect(reading["voltage_l3"] as? Double == 231)
    #expect(reading["power"] as? Double == -1_500)
    #expect(reading["frequency"] as? Double == 50)
    #expect(reading["import_energy"] as? Double == 1_234.5)
    #expect(reading["total_energy"] as? Double == 10_000)
    #expect(reading["errors"] == nil)
    let time = try #require(reading["ts"] as? Double)
    #expect(time >= before - 1 && time < before + 60_000)

    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0, "\(gateway.output)")
  }

  @Test func `it starts without broker and meter, and goes on when they come`() async throws {
    let workplace = try Workplace()
    let broker = try Mosquitto(in: workplace)
    let meter = try ModbusPeer(in: workplace, [1: SDM630.example])
    try workplace.configure(broker: broker.url, meter: meter.port)
    let gateway = try workplace.startGateway()
    #expect(try await eventually { (Report(in: gateway.output)?["accepted"] ?? 0) >= 2 })
    let report = try #require(Report(in: gateway.output))
    #expect(report["queued"] >= 2)
    #expect(report["values"] == 0)
    #expect(report["missing"] > 0)

    try await broker.start()
    let subscriber = try await Subscriber(to: broker, in: workplace)
    #expect(try await eventually { !subscriber.arrivals.isEmpty }, "\(gateway.output)")
    let missing = try #require(subscriber.arrivals.first?.readings.first)
    #expect(missing["power"] is NSNull)
    let errors = try #require(missing["errors"] as? [String: String])
    #expect(errors["power"] == "connection-refused")

    try await meter.start()
    #expect(
      try await eventually {
        subscriber.arrivals.last?.readings.last?["power"] as? Double == -1_500
      }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    #expect(gateway.output.contains("device answers again device=meter"))
  }

  @Test func `an outage of the broker costs nothing`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let (broker, subscriber) = (site.broker, site.subscriber)
    try site.configure()
    let gateway = try workplace.startGateway()
    #expect(try await eventually { subscriber.arrivals.count >= 3 })

    try await broker.stop()
    #expect(try await eventually { (Report(in: gateway.output)?["queued"] ?? 0) >= 10 })
    try await broker.start()
    #expect(
      try await eventually { Report(in: gateway.output)?["queued"] == 0 }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)

    let report = try #require(Report(in: gateway.output))
    #expect(report["accepted"] == report["sequence"])
    #expect(report["acknowledged"] >= report["accepted"])
    try await expectEverything(upTo: report["sequence"], at: subscriber)
  }

  @Test func `a second broker stands in for the first, and the first is gone back to`()
    async throws
  {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let substitute = try Mosquitto(in: workplace, name: "substitute")
    try await substitute.start()
    let substituted = try await Subscriber(to: substitute, in: workplace)
    try workplace.configure(
      broker: "[mqtt://127.0.0.1:\(site.broker.port), mqtt://127.0.0.1:\(substitute.port)]"
        + ", return-after: 2 s", meter: site.meter.port)
    try await site.broker.stop()
    let gateway = try workplace.startGateway()
    #expect(try await eventually { substituted.arrivals.count >= 2 }, "\(gateway.output)")
    #expect(site.subscriber.arrivals.isEmpty)

    try await site.broker.start()
    #expect(try await eventually { site.subscriber.arrivals.count >= 2 }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    // Between the two of them they have everything, and nothing twice: the way back waits for what
    // is in flight.
    let report = try #require(Report(in: gateway.output))
    func ids() -> [String] { (site.subscriber.arrivals + substituted.arrivals).map(\.id) }
    #expect(try await eventually { Set(ids()).count == report["sequence"] }, "\(gateway.output)")
    #expect(Set(ids()).count == ids().count)
  }

  @Test func `stopping flushes what was gathered and delivers it`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    let subscriber = site.subscriber
    // The batch would be due in an hour, and full in a thousand readings of a point.
    try site.configure(
      device: "every: 50 ms, batch: 1 h, points: [power]", durability: "every 1 h")
    let gateway = try workplace.startGateway()
    #expect(try await eventually { (Report(in: gateway.output)?["samples"] ?? 0) >= 5 })
    #expect(subscriber.arrivals.isEmpty)
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)

    let report = try #require(Report(in: gateway.output))
    #expect(report["queued"] == 0)
    // What the broker has acknowledged may still be on its way to the subscriber.
    #expect(
      try await eventually {
        subscriber.arrivals.reduce(0) { $0 + $1.readings.count } == report["samples"]
      })
  }

  @Test func `a record that is no batch does not hold up those behind it`() async throws {
    let workplace = try Workplace()
    do {
      // Whoever could write into the queue's folder.
      let options = Spool.Options(lanes: [Spool.LaneOptions(name: "telemetry")])
      let spool = try Spool(directory: workplace.path("queue"), options: options, now: .zero)
      let stamp = Spool.Stamp(
        bootID: Spool.BootID(high: 1, low: 1), sinceBoot: .zero, wall: 0, isSynchronized: false)
      for record in [[], [0xFF, 0, 0], Array("\u{1}\u{3}\0a+b{}".utf8)] as [[UInt8]] {
        _ = try spool.append(record, lane: 0, stamp: stamp, now: .zero)
      }
      spool.close()
    }
    let site = try await Site(in: workplace)
    try site.configure()
    let gateway = try workplace.startGateway()
    #expect(try await eventually { !site.subscriber.arrivals.isEmpty }, "\(gateway.output)")
    #expect(site.subscriber.arrivals.first?.id.hasSuffix("-1") == true)
    let report = try #require(Report(in: gateway.output))
    #expect(report["discarded"] == 3)
    let told = gateway.output.split(separator: "\n").filter { $0.contains("was discarded") }
    #expect(told.count == 3, "\(gateway.output)")
  }

  @Test(arguments: [false, true])
  func `it stops within 5 s whatever hangs`(meterIsSilent: Bool) async throws {
    let workplace = try Workplace()
    // A port that accepts and says nothing: neither CONNACK nor Modbus responses come.
    let silence = try Listener()
    let refused = try freePort()
    try workplace.configure(
      broker: "\"mqtt://127.0.0.1:\(silence.port)\"", meter: meterIsSilent ? silence.port : refused)
    let gateway = try workplace.startGateway()
    #expect(try await eventually { Report(in: gateway.output) != nil })
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0, "\(gateway.output)")
    // What was gathered is on disk.
    let report = try #require(Report(in: gateway.output))
    #expect(report["queued"] == report["sequence"])
    #expect(report["durable"] == report["sequence"])
  }
}

/// Expects every batch of the only queue, of which `last` is the highest sequence, and copies to be
/// true copies. In each run of the gateway batches are counted from 1.
func expectEverything(upTo last: Int, at subscriber: Subscriber) async throws {
  func missing() -> String? {
    let ids = Set(subscriber.arrivals.map { $0.id })
    let runs = Dictionary(grouping: ids) { $0.prefix(16) }
    for (run, ids) in runs {
      let counts = Set(ids.map { Int($0.dropFirst(17)) ?? -1 })
      if counts != Set(1...max(ids.count, 1)) { return "some of \(run)" }
    }
    return ids.count < last ? "\(last - ids.count) of \(last)" : nil
  }
  #expect(last > 0)
  #expect(
    try await eventually(within: .seconds(10)) { missing() == nil },
    "missing \(missing() ?? "none")")
  var payloads: [String: String] = [:]
  for arrival in subscriber.arrivals {
    if let first = payloads[arrival.id] {
      #expect(arrival.payload == first, "\(arrival.id) arrived with other bytes")
    }
    payloads[arrival.id] = arrival.payload
  }
}
