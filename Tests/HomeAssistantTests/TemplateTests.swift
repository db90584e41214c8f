import Configuration
import Foundation
import HomeAssistant
import Telemetry
import Testing

/// What Home Assistant shows of the batches that come, by the templates it was told.
@Suite struct TemplateTests {
  private static let meter = "devices: { meter: { profile: sample, bus: plc, unit: 1 } }"

  private func shown(
    _ readings: [String], yaml: String = TemplateTests.meter, device: String = "meter",
    topic: String = "godwit/barn/meter"
  ) throws -> [String: String] {
    let batches = readings.map {
      (topic, #"{"gateway":"barn","device":"\#(device)","id":"1-1","readings":[\#($0)]}"#)
    }
    return try states(discovery(yaml).messages(), batches: batches)
  }

  @Test func `the newest value of a batch is shown`() throws {
    let states = try shown([
      #"{"ts":1,"power":1.5,"items":3,"running":true},{"ts":2,"power":-2,"running":false}"#
    ])
    #expect(states["godwit.barn.meter.power"] == "-2")
    // It was not due with the last one.
    #expect(states["godwit.barn.meter.items"] == "3")
    #expect(states["godwit.barn.meter.running"] == "off")
    #expect(states["godwit.barn.meter.import_energy"] == "unknown")
  }

  @Test func `a value that is missing is unknown, one that did not come stays`() throws {
    let states = try shown([
      #"{"ts":1,"power":1.5,"items":3,"running":true}"#,
      #"{"ts":2,"power":7},{"ts":3,"power":null,"errors":{"power":"timeout"}}"#,
    ])
    #expect(states["godwit.barn.meter.power"] == "unknown")
    #expect(states["godwit.barn.meter.items"] == "3")
    #expect(states["godwit.barn.meter.running"] == "on")
  }

  @Test func `what the gateway's own encoder writes is understood`() throws {
    let channels = [
      Channel(name: "power", digits: 1, unit: "W"),
      Channel(name: "running", digits: nil, unit: "none"),
      Channel(name: "items", digits: nil, unit: "none"),
    ]
    let batch = Batch(
      device: 0,
      samples: [
        Sample(
          device: 0, unixMilliseconds: 1_732_330_000_123, sinceBoot: .zero, channels: channels,
          outcomes: [.float(230.2), .boolean(true), .double(1e-9)])
      ])
    let payload = PayloadEncoder.encode(
      batch, gateway: "barn", device: "meter", id: "1-1",
      clock: .known(bootMilliseconds: 1_732_330_000_123))
    let states = try states(
      discovery(Self.meter).messages(),
      batches: [("godwit/barn/meter", String(decoding: payload.text, as: UTF8.self))])
    #expect(states["godwit.barn.meter.power"] == "230.2")
    #expect(states["godwit.barn.meter.running"] == "on")
    #expect(states["godwit.barn.meter.items"].flatMap(Double.init) == 1e-9)
  }

  @Test func `devices that share a topic are told apart`() throws {
    let yaml = """
      topic: plant/{gateway}
      devices:
        one: { profile: sample, bus: plc, unit: 1 }
        two: { profile: sample, bus: plc, unit: 2 }
      """
    let states = try shown([#"{"ts":1,"power":5}"#], yaml: yaml, device: "two", topic: "plant/barn")
    #expect(states["godwit.barn.two.power"] == "5")
    #expect(states["godwit.barn.one.power"] == "unknown")
  }

  @Test func `a point with a topic of its own is heard there`() throws {
    let yaml = "topic: \"g/{device}/{channel}\"\n" + Self.meter
    let states = try shown([#"{"ts":1,"power":5}"#], yaml: yaml, topic: "g/meter/power")
    #expect(states["godwit.barn.meter.power"] == "5")
  }

  @Test(arguments: [("online", "on"), ("stopping", "off"), ("offline", "off")])
  func `the gateway's state is shown`(said: String, shown: String) throws {
    let states = try states(
      discovery(Self.meter).messages(), batches: [("godwit/barn/$SYS/state", said)])
    #expect(states["godwit.barn..state"] == shown)
  }

  @Test func `texts and flags are shown, and stay for a batch without them`() throws {
    let profile = [
      sampleProfile.replacing("id: sample", with: "id: words"), "  serial: {at: 20, type: str8}",
      "  mode: {at: 30, type: u16, map: {0: off, 1: heating}}",
      "  faults: {at: 31, type: u16, flags: {0: over_heat, 1: dry}}",
    ].joined(separator: "\n")
    let configuration = try gateway(
      "home-assistant: true\ndevices: { m: { profile: words, bus: plc, unit: 1 } }",
      profiles: ["words": profile])
    let discovery = try #require(DeviceDiscovery(configuration, version: "1", stateTopic: "s"))
    let long = String(repeating: "x", count: 300)
    let cases: [(String, [String])] = [
      (
        #"{"serial":"A1","mode":"heating","faults":["dry","over_heat"]}"#,
        ["A1", "heating", "dry, over_heat"]
      ),
      (#"{"power":1}"#, ["A1", "heating", "dry, over_heat"]),
      (#"{"serial":"","mode":"\#(long)","faults":[]}"#, ["-", String(long.prefix(255)), "-"]),
      (#"{"serial":null,"mode":null,"faults":null}"#, ["unknown", "unknown", "unknown"]),
    ]
    for count in 1...cases.count {
      let states = try states(
        discovery.messages(),
        batches: cases[..<count].map { ("godwit/barn/m", #"{"device":"m","readings":[\#($0.0)]}"#) }
      )
      #expect(
        ["serial", "mode", "faults"].map { states["godwit.barn.m.\($0)"] } == cases[count - 1].1)
    }
  }
}
