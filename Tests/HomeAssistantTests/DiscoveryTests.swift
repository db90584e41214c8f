import Configuration
import Foundation
import HomeAssistant
import Testing

@Suite struct DiscoveryTests {
  private static let meter = "devices: { meter: { profile: sample, bus: plc, unit: 1 } }"

  @Test func `nobody is told unless the configuration wants it`() throws {
    for line in ["", "home-assistant: false\n"] {
      let configuration = try gateway(line + Self.meter)
      #expect(DeviceDiscovery(configuration, version: "1", stateTopic: "s") == nil)
    }
  }

  @Test(
    arguments: [
      ("yes please", "4:17: expected true or false, found 'yes please'"),
      ("{ prefix: a+b }", "4:27: expected a topic of letters"),
      ("{ prefix: /a }", "4:27: expected a topic of letters"),
      ("{ prefix: a/ }", "4:27: expected a topic of letters"),
      ("{ prefix: a//b }", "4:27: expected a topic of letters"),
      ("{ prefx: a }", "4:19: unknown key 'prefx'"),
    ])
  func `a key that cannot be meant is refused`(value: String, error: String) throws {
    let found = #expect(throws: ConfigurationError.self) {
      try gateway("home-assistant: \(value)\n\(Self.meter)")
    }
    #expect(found?.text.hasPrefix("g.yaml:\(error)") == true, "\(found?.text ?? "")")
  }

  @Test func `a device and its gateway have a message each, below the prefix`() throws {
    let configuration = try gateway("home-assistant: { prefix: home/ha }\n" + Self.meter)
    let discovery = try #require(DeviceDiscovery(configuration, version: "1", stateTopic: "s"))
    let topics = ["home/ha/device/godwit-barn/config", "home/ha/device/godwit-barn/meter/config"]
    #expect(discovery.messages().map(\.topic) == topics)
    #expect(discovery.filters == ["home/ha/device/godwit-barn/+/config"])
    #expect(discovery.owns(topics[1]))
    #expect(!discovery.owns("home/ha/device/godwit-barn/other/config"))
    #expect(discovery.stepCount == 2)
  }

  @Test func `what is told is what Home Assistant takes`() throws {
    let discovery = try discovery(Self.meter)
    let message = try #require(discovery.messages().last)
    let frame = [
      #"{"dev":{"ids":"godwit.barn.meter","name":"meter","mdl":"A \"sample\" device","#,
      #""via_device":"godwit.barn"},"o":{"name":"Godwit","sw":"0.1.0"},"#,
      #""avty_t":"godwit/barn/$SYS/state","#,
      #""avty_tpl":"{{ 'online' if value=='online' else 'offline' }}","#,
      #""stat_t":"godwit/barn/meter","qos":1,"cmps":{"power":{"p":"sensor","#,
      #""uniq_id":"godwit.barn.meter.power","name":"Power","#,
    ]
    let text = String(decoding: message.payload, as: UTF8.self)
    #expect(text.hasPrefix(frame.joined()), "\(text)")
    let all = try components(message)
    #expect(all["power"]?["dev_cla"] as? String == "power")
    #expect(all["power"]?["stat_cla"] as? String == "measurement")
    #expect(all["power"]?["unit_of_meas"] as? String == "W")
    #expect(all["power"]?["sug_dsp_prc"] as? Int == 1)
    // 10 s and 60 s, twice, and a minute.
    #expect(all["power"]?["exp_aft"] as? Int == 200)
    #expect(all["import_energy"]?["stat_cla"] as? String == "total_increasing")
    #expect(all["net_energy"]?["stat_cla"] as? String == "total")
    #expect(all["items"]?["unit_of_meas"] == nil)
    #expect(all["running"]?["p"] as? String == "binary_sensor")
    #expect(all["running"]?["dev_cla"] as? String == "running")
    let told = try states(discovery.messages()).keys.sorted()
    let points = all.keys.map { "godwit.barn.meter.\($0)" }
    #expect(told == (points + ["godwit.barn..state"]).sorted())
  }

  @Test func `only what is really sent is told`() throws {
    let discovery = try discovery(
      """
      devices:
        meter:
          profile: sample
          bus: plc
          unit: 1
          points:
            power: { aggregate: [mean, max, count, sum] }
            import_energy: { aggregate: [last, mean], report: on-change }
            running: { report: on-change, heartbeat: 5 min, aggregate: [last, mean] }
      """)
    let all = try components(try #require(discovery.messages().last))
    #expect(
      Set(all.keys) == [
        "power_mean", "power_max", "power_count", "power_sum", "import_energy",
        "import_energy_last", "import_energy_mean", "running", "running_last", "running_mean",
      ])
    #expect(all["power_mean"]?["dev_cla"] as? String == "power")
    #expect(all["power_count"]?["unit_of_meas"] == nil)
    #expect(all["power_count"]?["ent_cat"] as? String == "diagnostic")
    #expect(all["power_sum"]?["dev_cla"] == nil)
    #expect(all["import_energy_last"]?["dev_cla"] as? String == "energy")
    // The mean of a meter's readings is not a reading of the meter.
    #expect(all["import_energy_mean"]?["stat_cla"] == nil)
    // Nothing may come of it for as long as it stays what it is.
    #expect(all["import_energy"]?["exp_aft"] == nil)
    #expect(all["running"]?["exp_aft"] as? Int == 2 * (300 + 60) + 60)
    #expect(all["running_last"]?["p"] as? String == "binary_sensor")
    #expect(all["running_mean"]?["p"] as? String == "sensor")
    _ = try states(discovery.messages())
  }

  @Test func `a device that speaks SenML is left out`() throws {
    let discovery = try discovery(
      "devices: { meter: { profile: sample, bus: plc, unit: 1, payload: senml-json } }")
    #expect(discovery.messages().count == 1)
    #expect(discovery.messages(step: 1).isEmpty)
  }

  @Test func `names that are alike when put together stay apart`() throws {
    let discovery = try discovery(
      """
      devices:
        a: { profile: sample, bus: plc, unit: 1 }
        a_power: { profile: sample, bus: plc, unit: 2 }
        a-power: { profile: sample, bus: plc, unit: 3 }
        state: { profile: sample, bus: plc, unit: 4 }
      """)
    #expect(try states(discovery.messages()).count == 4 * 5 + 1)
  }

  @Test func `a device of very many points has several messages, none too large`() throws {
    var profile = sampleProfile
    for index in 0..<700 {
      profile += "\n  a_rather_long_name_of_a_point_\(index): {at: \(100 + 2 * index), unit: W}"
    }
    let configuration = try gateway(
      "home-assistant: true\ndevices: { m: { profile: large, bus: plc, unit: 1 } }",
      profiles: ["large": profile.replacing("id: sample", with: "id: large")])
    let discovery = try #require(DeviceDiscovery(configuration, version: "1", stateTopic: "s"))
    let messages = discovery.messages()
    #expect(messages.count > 3)
    #expect(messages.allSatisfy { $0.payload.count <= 64 * 1_024 })
    #expect(messages[2].topic == "homeassistant/device/godwit_2-barn/m/config")
    #expect(try states(messages).count == 705 + 1)
  }

  @Test func `every shipped profile is told as Home Assistant takes it`() throws {
    let folder = repository.appendingPathComponent("device-profiles")
    var devices: [Device] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where name.hasSuffix(".yaml") {
      let id = String(name.dropLast(5))
      let profile = try DeviceProfile.parse(
        Array(Data(contentsOf: folder.appendingPathComponent(name))), file: name, expectedID: id)
      devices.append(
        Device(
          name: "d\(devices.count)", profile: profile, bus: 0,
          // Where it is on its line is nothing that is told.
          site: .modbus(unit: 1, RequestManner(ModbusConnection())), every: nil,
          points: Array(profile.points.indices)))
    }
    let base = try gateway("home-assistant: true\ndevices: {}")
    let configuration = GatewayConfiguration(
      gateway: "barn", broker: base.broker, queue: base.queue, homeAssistant: base.homeAssistant,
      buses: base.buses, devices: devices)
    let discovery = try #require(DeviceDiscovery(configuration, version: "1", stateTopic: "s"))
    let points = devices.reduce(0) { $0 + $1.points.count }
    #expect(points > 200)
    #expect(try states(discovery.messages()).count == points + 1)
  }
}
