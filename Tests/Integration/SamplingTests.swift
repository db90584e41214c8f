import Foundation
import Glibc
import TestSupport
import Testing

/// What is reported of readings, when, under which topic and in which format.
struct SamplingTests {
  private let workplace: Workplace
  private let broker: Mosquitto
  private let meter: ModbusPeer
  private let subscriber: TypedSubscriber

  init() async throws {
    workplace = try Workplace()
    broker = try Mosquitto(in: workplace)
    try await broker.start()
    subscriber = try await TypedSubscriber(to: broker, in: workplace)
    meter = try ModbusPeer(in: workplace, [1: SDM630.example, 2: SDM630.example])
    try await meter.start()
  }

  /// - Parameters:
  ///   - top: further lines of the configuration.
  ///   - devices: lines of devices, of which bus `plc` has units 1 and 2.
  private func start(top: String = "", _ devices: String) throws -> ChildProcess {
    try workplace.write(
      """
      gateway: barn
      broker: { url: \(broker.url), reconnect-max: 1 s }
      queue: { path: queue, durability: every 20 ms }
      \(top)
      buses: { plc: { modbus-tcp: 127.0.0.1, port: \(meter.port) } }
      devices:
      \(devices)
      """, to: "godwit.yaml")
    return try workplace.startGateway()
  }

  /// Sets the meter's power.
  private func set(power: Float) throws {
    try meter.set([1: [0x0034: .single(power)]])
  }

  private func stop(_ gateway: ChildProcess) async throws {
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0, "\(gateway.output)")
  }

  /// Has jsonschema look at payloads.
  private func expectValid(_ payloads: [String], by schema: String) async throws {
    try workplace.write(payloads.joined(separator: "\n") + "\n", to: schema)
    let validator = try workplace.start(
      Workplace.python,
      [
        Workplace.root.appendingPathComponent("Tests/Integration/Peers/validate.py").path,
        Workplace.root.appendingPathComponent("docs/\(schema)").path, workplace.path(schema),
      ])
    #expect(try await validator.waitForEnd(within: .seconds(30)) == 0, "\(validator.output)")
    #expect(validator.output.contains("\(payloads.count) are right"))
  }

  @Test func `what does not change is not repeated, but for its heartbeat`() async throws {
    let gateway = try start(
      """
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 20 ms, batch: 100 ms,
                 report: on-change,
                 points: { power: {}, voltage_l1: { deadband: 5, heartbeat: 1 s },
                           frequency: { deadband: 2 % } } }
      """)
    func values(_ name: String) -> [Double?] {
      subscriber.readings(alarms: false).filter { $0.keys.contains(name) }.map {
        $0[name] as? Double
      }
    }
    #expect(try await eventually { values("power").last == -1_500 }, "\(gateway.output)")
    for power in [100, 200, 300] as [Float] {
      try meter.set([
        1: [
          0x0034: .single(power), 0x0000: .single(230.2 + power / 100),
          0x0046: .single(50 + power / 1_000),
        ]
      ])
      #expect(try await eventually { values("power").last == Double(power) })
    }
    // An outage is told once, and its end.
    meter.stop()
    #expect(try await eventually { values("power").last == .some(nil) }, "\(gateway.output)")
    try await meter.start()
    #expect(try await eventually { values("power").last == 300 }, "\(gateway.output)")
    try await stop(gateway)

    // Repeated behind an outage alone, of which a busy machine may have more than this one.
    let powers = values("power")
    #expect(zip(powers, powers.dropFirst()).allSatisfy { $0 != $1 }, "\(powers)")
    var known = powers.compactMap { $0 }
    for index in known.indices.dropFirst().reversed() where known[index] == known[index - 1] {
      known.remove(at: index)
    }
    #expect(known == [-1_500, 100, 200, 300])
    let samples = Report(in: gateway.output)?["samples"] ?? 0
    #expect(samples > 60 && subscriber.readings(alarms: false).count < samples / 3)
    // 230.2, then no more than 5 V from it, and again every second all the same.
    let voltages = values("voltage_l1").compactMap { $0 }
    #expect(voltages.count >= 2)
    // 50.1 to 50.3 Hz are within 2 % of 50, but after the outage the value is told.
    let frequencies = values("frequency")
    #expect(frequencies.first == 50 && frequencies.last == 50.3)
    #expect(
      zip(frequencies, frequencies.dropFirst()).allSatisfy { before, after in
        before == nil || after == nil
      }, "\(frequencies)")
    try await expectValid(subscriber.messages.map(\.payload), by: "payload.schema.json")
  }

  @Test func `an alarm overtakes the batch, and the batch has all readings`() async throws {
    let gateway = try start(
      """
        meter:
          profile: eastron-sdm630
          bus: plc
          unit: 1
          every: 50 ms
          batch: 60 s
          points:
            power: { alarm: { above: 1000, below: -2000, hysteresis: 100 } }
            frequency: { lane: alarm }
      """)
    func alarms() -> [String] {
      subscriber.readings(alarms: true).compactMap {
        ($0["alarms"] as? [String: String])?["power"]
      }
    }
    #expect(try await eventually { alarms() == ["normal"] }, "\(gateway.output)")
    let steps: [(power: Float, state: String)] = [
      (1_001, "above"), (899, "normal"), (-2_500, "below"), (5_000, "above"),
    ]
    for (count, step) in steps.enumerated() {
      try set(power: step.power)
      #expect(try await eventually { alarms().count == count + 2 }, "\(gateway.output)")
      #expect(alarms().last == step.state)
      #expect(subscriber.readings(alarms: true).last?["power"] as? Double == Double(step.power))
    }
    // Within the hysteresis nothing is told.
    try set(power: 950)
    #expect(try await eventually { (Report(in: gateway.output)?["samples"] ?? 0) >= 20 })
    #expect(alarms().count == 5)
    #expect(subscriber.readings(alarms: false).isEmpty)
    try await stop(gateway)

    #expect(
      try await eventually { subscriber.messages.count == 7 }, "\(subscriber.messages)")
    let batches = subscriber.messages.map(\.arrival).filter { $0.readings[0]["alarms"] == nil }
    #expect(batches.count == 2)
    let samples = Report(in: gateway.output)?["samples"]
    for batch in batches {
      #expect(batch.readings.count == samples)
      #expect(Set(batch.readings.map { $0.keys.sorted() }).count == 1)
    }
    #expect(
      Set(batches.compactMap { $0.readings[0].keys.sorted().first }) == ["power", "frequency"])
    try await expectValid(subscriber.messages.map(\.payload), by: "payload.schema.json")
  }

  @Test func `SenML arrives as what it is, and JSON beside it`() async throws {
    let gateway = try start(
      top: "payload: senml-json",
      """
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 100 ms, batch: 300 ms,
                 points: { power: { alarm: { below: 0 } }, import_energy: {}, voltage_l1: {} } }
        other: { profile: eastron-sdm630, bus: plc, unit: 2, every: 100 ms, batch: 300 ms,
                 payload: json, points: [power] }
      """)
    func packs() -> [String] {
      subscriber.messages.filter { $0.topic == "godwit/barn/meter" }.map(\.payload)
    }
    #expect(try await eventually { packs().count >= 4 }, "\(gateway.output)")
    meter.stop()
    #expect(try await eventually { packs().last?.contains(".error") == true }, "\(gateway.output)")
    try await stop(gateway)

    for message in subscriber.messages {
      let isPack = message.topic == "godwit/barn/meter"
      #expect(message.contentType == (isPack ? "application/senml+json" : "application/json"))
      #expect(message.payload.hasPrefix(isPack ? "[{\"bn\":\"godwit/barn/meter/\"" : "{"))
    }
    let alarm = try #require(packs().first { $0.contains(".alarm") })
    #expect(alarm.contains(#"{"n":"power","u":"W","v":-1500},{"n":"power.alarm","vs":"below"}"#))
    #expect(packs().contains { $0.contains(#""bver":26"#) && $0.contains(#""u":"kWh""#) })
    try await expectValid(packs(), by: "payload.senml.schema.json")
    try await expectValid(
      subscriber.messages.map(\.payload).filter { $0.hasPrefix("{") }, by: "payload.schema.json")
  }

  @Test func `topics are made by the template, and channels can have their own`() async throws {
    let gateway = try start(
      top: "topic: plant/{gateway}/{profile}/{device}",
      """
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 100 ms, batch: 200 ms,
                 points: [power, frequency] }
        other: { profile: eastron-sdm630, bus: plc, unit: 2, every: 100 ms, batch: 200 ms,
                 topic: "{device}/{channel}", points: [power, frequency] }
      """)
    let topics: Set = ["plant/barn/eastron-sdm630/meter", "other/power", "other/frequency"]
    #expect(
      try await eventually { Set(subscriber.messages.map(\.topic)) == topics }, "\(gateway.output)")
    for message in subscriber.messages {
      let points = Set(message.arrival.readings.flatMap(\.keys)).subtracting(["ts"])
      switch message.topic {
      case "other/power": #expect(points == ["power"])
      case "other/frequency": #expect(points == ["frequency"])
      default: #expect(points == ["power", "frequency"])
      }
    }
    try await stop(gateway)
  }

  @Test func `aggregates stand for the readings of a batch, which size and count can end`()
    async throws
  {
    let gateway = try start(
      """
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 20 ms,
                 batch: { time: 1 h, readings: 25 },
                 points: { power: { aggregate: [mean, min, max, count, time-weighted-mean] } } }
        other: { profile: eastron-sdm630, bus: plc, unit: 2, every: 20 ms,
                 batch: { time: 1 h, size: 1 KiB } }
      """)
    func of(_ device: String) -> [TypedSubscriber.Message] {
      subscriber.messages.filter { $0.topic == "godwit/barn/\(device)" }
    }
    #expect(
      try await eventually { of("meter").count >= 2 && of("other").count >= 2 }, "\(gateway.output)"
    )
    let reading = try #require(of("meter").first?.arrival.readings.first)
    #expect(of("meter").first?.arrival.readings.count == 1)
    #expect(reading["power_count"] as? Int == 25)
    for name in ["mean", "min", "max", "time_weighted_mean"] {
      #expect(reading["power_\(name)"] as? Double == -1_500, "\(name)")
    }
    #expect(reading["power"] == nil)
    for message in of("other") {
      #expect(message.payload.utf8.count <= 1_024 || message.arrival.readings.count == 1)
    }
    try await stop(gateway)
    try await expectValid(subscriber.messages.map(\.payload), by: "payload.schema.json")
  }

  @Test func `turns are where the wall clock and the offset want them`() async throws {
    let gateway = try start(
      """
        meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 500 ms, offset: 100 ms,
                 batch: 0 s, points: [power] }
      """)
    #expect(try await eventually { subscriber.messages.count >= 9 }, "\(gateway.output)")
    try await stop(gateway)
    // The first is at once. A busy machine may be late now and then, but not early.
    let lateness = subscriber.readings(alarms: false).dropFirst().compactMap { $0["ts"] as? Int }
      .map { ($0 - 100) % 500 }.sorted()
    #expect(lateness.count >= 8)
    #expect(lateness[lateness.count / 2] < 50, "\(lateness)")
  }

  @Test func `SenML that is sent before the clock is set says so`() async throws {
    let clock = try ClockPeer(in: workplace)
    try workplace.write(
      """
      gateway: barn
      broker: { url: \(broker.url) }
      queue: { path: queue, durability: every 20 ms }
      payload: senml-json
      buses: { plc: { modbus-tcp: 127.0.0.1, port: \(meter.port) } }
      devices:
        meter: { profile: eastron-sdm630, bus: plc, every: 100 ms, batch: 300 ms }
      """, to: "godwit.yaml")
    let gateway = try clock.startGateway()
    #expect(try await eventually { subscriber.messages.count >= 2 }, "\(gateway.output)")
    let mark = #""n":"batch.clock","vs":"unsynchronized""#
    #expect(subscriber.messages.allSatisfy { $0.payload.contains(mark) })
    let before = subscriber.messages.count
    try clock.beRight()
    #expect(
      try await eventually { subscriber.messages.last?.payload.contains(mark) == false },
      "\(gateway.output)")
    // The step of 30 years stops nothing.
    #expect(try await eventually { subscriber.messages.count >= before + 4 }, "\(gateway.output)")
    try await stop(gateway)
    try await expectValid(subscriber.messages.map(\.payload), by: "payload.senml.schema.json")
  }
}
