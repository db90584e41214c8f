import Testing

@testable import Configuration

/// What a device says of when it is read and how its readings become messages.
struct SamplingTests {
  private func device(_ keys: String, top: String = "") throws -> Device {
    try gateway(
      gatewayYAML(
        gateway: "gateway: barn\n\(top)",
        devices: "devices:\n  m: { profile: meter, bus: plc, \(keys) }")
    ).devices[0]
  }

  private func point(_ keys: String) throws -> Sampling.Point {
    try device("points: { power: { \(keys) } }").sampling.points[0]
  }

  @Test func `a device that says nothing has the defaults that the documentation names`() throws {
    let sampling = try device("unit: 1").sampling
    #expect(sampling.timing == .wallClock(offset: .zero))
    #expect(sampling.batch == Sampling.BatchLimits())
    #expect(sampling.batch.time == .seconds(60))
    #expect(sampling.batch.readings == 1_000 && sampling.batch.bytes == 65_536)
    #expect(sampling.topic == .usual)
    #expect(sampling.payload == .json)
    #expect(sampling.points == [Sampling.Point(), Sampling.Point(), Sampling.Point()])
    #expect(sampling.points[0].report == .always && sampling.points[0].lane == .telemetry)
  }

  @Test func `turns follow the clock, by an offset, or are spread`() throws {
    #expect(try device("offset: 2 s").sampling.timing == .wallClock(offset: .seconds(2)))
    #expect(try device("align: clock").sampling.timing == .wallClock(offset: .zero))
    #expect(try device("align: off").sampling.timing == .spread)
  }

  @Test func `a batch has a time, or limits of which those that are not named are the usual`()
    throws
  {
    #expect(try device("batch: 5 s").sampling.batch.time == .seconds(5))
    let batch = try device("batch: { readings: 100, size: 16 KiB }").sampling.batch
    #expect(batch.time == .seconds(60) && batch.readings == 100 && batch.bytes == 16_384)
  }

  @Test func `points are a list, or a mapping with what is said of each, in the profile's order`()
    throws
  {
    let device = try device(
      "every: 10 s, report: on-change, heartbeat: 10 min,"
        + " points: { power: { deadband: 10, every: 1 s, lane: alarm }, voltage: {}, current: }")
    #expect(device.points == [0, 1, 2])
    let points = device.sampling.points
    #expect(points.map(\.report) == [.onChange, .onChange, .deadband(10)])
    #expect(points.allSatisfy { $0.heartbeat == .seconds(600) })
    #expect(points[2].lane == .alarm && points[0].lane == .telemetry)
    #expect(
      (0..<3).map { device.interval(ofPoint: $0) } == [.seconds(10), .seconds(10), .seconds(1)])
    #expect(try self.device("points: [power, voltage]").points == [0, 2])
  }

  @Test(
    arguments: [
      ("report: always", .always), ("report: on-change", .onChange),
      ("deadband: 0.5", .deadband(0.5)),
      ("deadband: 2 %", .deadbandPercent(2)), ("deadband: 2%", .deadbandPercent(2)),
      ("report: on-change, deadband: 1", .deadband(1)), ("aggregate: [mean]", .never),
      ("aggregate: [mean], report: on-change", .onChange), ("aggregate: []", .always),
    ] as [(String, Sampling.Report)])
  func `which values are reported`(keys: String, report: Sampling.Report) throws {
    #expect(try point(keys).report == report)
  }

  @Test func `all aggregates have names`() throws {
    let point = try point(
      "aggregate: [last, min, max, mean, time-weighted-mean, sum, count]")
    #expect(point.aggregates == Sampling.Aggregate.allCases)
    #expect(
      point.aggregates.map(\.suffix) == [
        "_last", "_min", "_max", "_mean", "_time_weighted_mean", "_sum", "_count",
      ])
  }

  @Test func `alarms have limits or values`() throws {
    let limits = try point(
      "alarm: { above: 80, below: 5, hysteresis: 2, delay: 10 s }"
    ).alarm
    #expect(limits?.above == 80 && limits?.below == 5 && limits?.hysteresis == 2)
    #expect(limits?.delay == .seconds(10))
    #expect(try point("alarm: { is: true }").alarm?.matches == ["true"])
    #expect(try point("alarm: { is: [fault, off] }").alarm?.matches == ["fault", "off"])
  }

  @Test func `topic and payload of the gateway are the devices', unless they say otherwise`() throws
  {
    let top = "topic: plant/{gateway}/{device}\npayload: senml-json"
    let sampling = try device("unit: 1", top: top).sampling
    #expect(sampling.payload == .senML)
    func topic(_ sampling: Sampling) -> String {
      sampling.topic.topic(gateway: "barn", device: "m", profile: "meter", channel: "power")
    }
    #expect(topic(sampling) == "plant/barn/m")
    let own = try device(
      "topic: '{profile}/{channel}/x', payload: json", top: top
    ).sampling
    #expect(topic(own) == "meter/power/x" && own.payload == .json)
    #expect(own.topic.isByChannel && !sampling.topic.isByChannel)
    #expect(topic(Sampling()) == "godwit/barn/m")
    #expect(topic(try device("topic: /a").sampling) == "/a")
  }

  /// Columns are those of `  m: { profile: meter, bus: plc, `, 34 characters in.
  @Test(arguments: [
    ("align: on", "41: expected clock or off, found 'on'"),
    ("offset: 2 d", "42: expected a duration from 0 s to 1 d, found '2 d'"),
    ("align: off, offset: 1 s", "54: offset with align: off, expected one of them"),
    (
      "every: 10 s, offset: 10 s", "55: expected less than every, which is 10 s, found '10 s'"
    ),
    (
      "batch: { tme: 1 s }", "43: unknown key 'tme', did you mean 'time'?"
    ),
    (
      "batch: { readings: 0 }", "53: expected a number of readings from 1 to 1000, found '0'"
    ),
    ("batch: { size: 1 MiB }", "49: expected a size from 1 KiB to 64 KiB, found '1 MiB'"),
    ("report: sometimes", "42: expected always or on-change, found 'sometimes'"),
    ("report: always, deadband: 1", "60: deadband with report: always, expected one of them"),
    ("deadband: 0", "44: expected a number above 0, or one with %, found '0'"),
    ("deadband: x %", "44: expected a number above 0, or one with %, found 'x %'"),
    (
      "heartbeat: 10 s",
      "45: heartbeat where no unchanged values are left out, expected report: on-change or a"
        + " deadband with it"
    ),
    (
      "report: on-change, heartbeat: 1 ms",
      "64: expected a duration from 1 s to 1 d, found '1 ms'"
    ),
    (
      "aggregate: mean", "45: expected a list such as [mean, min, max], found 'mean'"
    ),
    (
      "aggregate: [median]",
      "46: expected last, min, max, mean, time-weighted-mean, sum or count, found 'median'"
    ),
    ("aggregate: [min, min]", "51: 'min' is in the list already"),
    (
      "batch: 0 s, aggregate: [min]",
      "57: aggregate without a time to gather, expected a batch above 0 s"
    ),
    ("payload: xml", "43: expected json or senml-json, found 'xml'"),
    ("lane: fast", "40: expected alarm or telemetry, found 'fast'"),
    ("points: {}", "42: expected at least one point"),
    (
      "points: { pwoer: {} }", "44: profile 'meter' has no point 'pwoer', did you mean 'power'?"
    ),
    (
      "points: { power: { alrm: {} } }",
      "53: unknown key 'alrm', did you mean 'alarm'?"
    ),
    ("points: { power: 1 s }", "51: expected a mapping of the point, found '1 s'"),
    (
      "points: { power: { batch: 1 s } }",
      "53: unknown key 'batch', expected one of report, deadband, heartbeat, aggregate, every,"
        + " alarm, lane"
    ),
    (
      "points: { power: { alarm: {} } }", "60: expected above, below or both, or else 'is'"
    ),
    (
      "points: { power: { alarm: { above: 1, is: x } } }",
      "60: expected above, below or both, or else 'is'"
    ),
    (
      "points: { power: { alarm: { is: x, hysteresis: 1 } } }",
      "60: expected above, below or both, or else 'is'"
    ),
    (
      "points: { power: { alarm: { above: 1, below: 1 } } }",
      "79: expected less than above, found '1'"
    ),
    (
      "points: { power: { alarm: { above: 2, below: 1, hysteresis: 1.5 } } }",
      "94: expected a number from 0 to what is between below and above, found '1.5'"
    ),
    (
      "points: { power: { alarm: { above: hot } } }", "69: expected a number, found 'hot'"
    ),
    ("points: { power: { alarm: { is: [] } } }", "66: expected 1 to 32 values"),
    (
      "topic: 'a/{devcie}'", "41: unknown placeholder '{devcie}', did you mean '{device}'?"
    ),
    (
      "topic: 'a/{unit}'",
      "41: unknown placeholder '{unit}', expected one of {gateway}, {device}, {profile}, {channel}"
    ),
    ("topic: 'a/{device'", "41: the topic has a '{' without '}'"),
    ("topic: 'a/device}'", "41: the topic has a '}' without '{'"),
    ("topic: 'a/+/b'", "41: the topic 'a/+/b' has a wildcard, expected neither + nor #"),
    ("topic: 'a#'", "41: the topic 'a#' has a wildcard, expected neither + nor #"),
    ("topic: 'a//b'", "41: the topic 'a//b' has an empty level"),
    ("topic: 'a/'", "41: the topic 'a/' has an empty level"),
    (
      "topic: ''", "41: expected a topic such as \"godwit/{gateway}/{device}\", found an empty text"
    ),
  ])
  func `what is wrong is told with its place`(keys: String, error: String) {
    let yaml = gatewayYAML(devices: "devices:\n  m: { profile: meter, bus: plc, \(keys) }")
    #expect(gatewayError(yaml) == "g.yaml:6:\(error)")
  }

  @Test func `a topic may be neither too long nor too deep`() {
    func error(_ topic: String) -> String? {
      gatewayError(gatewayYAML(gateway: "gateway: barn\ntopic: '\(topic)'"))
    }
    let sixteen = String(repeating: "{gateway}{device}", count: 8)
    #expect(error(sixteen) == nil)
    #expect(
      error(sixteen + "x")
        == "g.yaml:2:8: the topic may get 1025 bytes long, expected at most 1024")
    let deep = [String](repeating: "a", count: 32).joined(separator: "/")
    #expect(error(deep) == nil)
    #expect(error(deep + "/a") == "g.yaml:2:8: the topic has 33 levels, expected at most 32")
  }

  @Test func `the name of an aggregate must not be a point's`() {
    let profile = meterProfile.replacing("current:", with: "power_mean:")
    let yaml = gatewayYAML(
      devices: "devices:\n  m: { profile: meter, bus: plc, aggregate: [min, mean] }")
    #expect(
      gatewayError(yaml, profiles: ["meter": profile])
        == "g.yaml:6:45: 'power_mean' is a point already, expected no aggregate of that name")
  }
}
