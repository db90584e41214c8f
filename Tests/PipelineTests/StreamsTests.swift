import Configuration
import Foundation
import Telemetry
import Testing

@testable import Pipeline

struct StreamsTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let boiler = """
    profile: godwit/1
    id: boiler
    revision: 1
    title: A boiler
    bus: modbus
    refs: [made up]
    connection: {}
    defaults: {table: input, type: u16}
    poll: {normal: 1 s}
    points:
      temperature: {at: 0, unit: Cel}
      burner: {at: 1, unit: none}
    """

  /// A configuration of devices on bus `plc`; the profile `boiler` is the one above.
  private func configuration(_ yaml: String) throws -> GatewayConfiguration {
    let head = """
      gateway: barn
      broker: { url: mqtt://192.0.2.1 }
      buses: { plc: { modbus-tcp: 192.0.2.2 } }

      """
    return try GatewayConfiguration.parse(Array((head + yaml).utf8), file: "g.yaml") {
      (name) throws(ProfileLookupError) in
      let file = Self.root.appending(path: "device-profiles/\(name).yaml")
      let bytes = name == "boiler" ? Data(Self.boiler.utf8) : try? Data(contentsOf: file)
      guard let bytes else { throw .notFound(folders: [], names: []) }
      return ProfileSource(file: "\(name).yaml", bytes: Array(bytes))
    }
  }

  private func streams(_ yaml: String) throws -> Streams {
    let configuration = try configuration(yaml)
    return Streams(configuration.devices, gateway: configuration.gateway)
  }

  @Test func `a device that says nothing is one stream`() throws {
    let streams = try streams(
      ("devices: { meter: { profile: eastron-sdm630, bus: plc } }"))
    #expect(
      streams.ways == [
        Streams.Way(device: "meter", topic: "godwit/barn/meter", lane: .telemetry)
      ])
    #expect(streams.rules.map(\.time) == [.seconds(60)])
    #expect(streams.rules[0].payloadMax == Batcher.payloadMax)
    #expect(streams.rules[0].samplesMax == Batcher.samplesMax)
  }

  @Test func `lanes and channels make streams of their own, and those of a device stand together`()
    throws
  {
    let streams = try streams(
      ("""
      devices:
        a: { profile: boiler, bus: plc, unit: 1, points: { temperature: { lane: alarm }, burner: } }
        b: { profile: boiler, bus: plc, unit: 2, topic: "{profile}/{device}/{channel}" }
        c: { profile: boiler, bus: plc, unit: 3, lane: alarm, batch: { time: 5 s, size: 2 KiB } }
      """))
    #expect(
      streams.ways == [
        Streams.Way(device: "a", topic: "godwit/barn/a", lane: .alarm),
        Streams.Way(device: "a", topic: "godwit/barn/a", lane: .telemetry),
        Streams.Way(device: "b", topic: "boiler/b/temperature", lane: .telemetry),
        Streams.Way(device: "b", topic: "boiler/b/burner", lane: .telemetry),
        Streams.Way(device: "c", topic: "godwit/barn/c", lane: .alarm),
      ])
    #expect(streams.rules.map(\.device) == [0, 0, 1, 1, 2])
    #expect(streams.channels.map { $0.map(\.stream) } == [[0, 1], [2, 3], [4, 4]])
    #expect(streams.rules[4].time == .seconds(5) && streams.rules[4].payloadMax == 2_048)
  }

  @Test func `the documentation's example is read`() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Reporting").last)
    // Behind the fence stands that it is yaml.
    let example = section.components(separatedBy: "```")[1].dropFirst(5)
    let configuration = try configuration(String(example))
    let streams = Streams(configuration.devices, gateway: configuration.gateway)
    #expect(streams.ways.map(\.topic) == ["plant/barn/meter", "plant/barn/boiler"])
    let power = streams.channels[0][0]
    #expect(power.report == .deadband(10) && power.heartbeat == .seconds(300))
    #expect(power.aggregates.map(\.suffix) == ["_mean", "_max"])
    let alarm = try #require(streams.channels[1][0].alarm)
    #expect(alarm.above == 80 && alarm.hysteresis == 2 && alarm.delay == .seconds(30))
    #expect(streams.channels[1][1].alarm?.matches == ["fault"])
    #expect(configuration.devices[0].interval(ofPoint: 1) == .seconds(60))
  }
}
