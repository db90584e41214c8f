import Configuration
import Foundation
import Testing

/// The profiles under device-profiles/.
@Suite struct ShippedProfileTests {
  @Test func `every shipped profile is in order and has tests of its own`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: deviceProfiles.path)
      .filter { $0.hasSuffix(".yaml") }
    #expect(files.count >= 2)
    for file in files {
      let profile = try shippedProfile(String(file.dropLast(".yaml".count)))
      let count =
        switch profile.body {
        case .modbus(let body): body.tests.count
        case .gpio(let body): body.tests.count
        case .sysfs(let body): body.tests.count
        case .i2c(let body): body.tests.count
        }
      #expect(count > 0, "\(file)")
    }
  }

  @Test func `the README's worked example is in order`() throws {
    let readme = try String(
      contentsOf: deviceProfiles.appending(path: "README.md"), encoding: .utf8)
    let parts = readme.split(separator: "```yaml\n")
    let example = try #require(parts.first { $0.hasPrefix("profile: godwit/1") })
    let yaml = try #require(example.split(separator: "```").first)
    let profile = try DeviceProfile.parse(
      Array(yaml.utf8), file: "README.md", expectedID: "acme-th1")
    #expect(profile.modbus.points.map(\.name) == ["temperature", "humidity"])
    #expect(profile.modbus.points.map(\.unit) == ["Cel", "%RH"])
  }

  @Test(arguments: [("gpio", "generic-rain-gauge"), ("sysfs", "linux-thermal-zone")])
  func `the other pages' worked examples are in order`(page: String, id: String) throws {
    let text = try String(
      contentsOf: deviceProfiles.appending(path: "\(page).md"), encoding: .utf8)
    let parts = text.split(separator: "```yaml\n")
    let example = try #require(parts.first { $0.hasPrefix("profile: godwit/1") })
    let yaml = try #require(example.split(separator: "```").first)
    let profile = try DeviceProfile.parse(
      Array(yaml.utf8), file: "\(page).md", expectedID: id)
    #expect(profile.kind.word == page)
  }

  /// Eastron SDM630-Modbus protocol document V1.8 (0x58 to 0x5E: V2.0), table of input registers:
  /// address, name, unit.
  private static let registerMap: [(UInt16, String, String)] = [
    (0x00, "voltage_l1", "V"), (0x02, "voltage_l2", "V"), (0x04, "voltage_l3", "V"),
    (0x06, "current_l1", "A"), (0x08, "current_l2", "A"), (0x0A, "current_l3", "A"),
    (0x0C, "power_l1", "W"), (0x0E, "power_l2", "W"), (0x10, "power_l3", "W"),
    (0x12, "apparent_power_l1", "VA"), (0x14, "apparent_power_l2", "VA"),
    (0x16, "apparent_power_l3", "VA"),
    (0x18, "reactive_power_l1", "var"), (0x1A, "reactive_power_l2", "var"),
    (0x1C, "reactive_power_l3", "var"),
    (0x1E, "power_factor_l1", "none"), (0x20, "power_factor_l2", "none"),
    (0x22, "power_factor_l3", "none"),
    (0x24, "phase_angle_l1", "deg"), (0x26, "phase_angle_l2", "deg"),
    (0x28, "phase_angle_l3", "deg"),
    (0x2A, "voltage_average", "V"), (0x2E, "current_average", "A"), (0x30, "current_sum", "A"),
    (0x34, "power", "W"), (0x38, "apparent_power", "VA"), (0x3C, "reactive_power", "var"),
    (0x3E, "power_factor", "none"), (0x42, "phase_angle", "deg"), (0x46, "frequency", "Hz"),
    (0x48, "import_energy", "kWh"), (0x4A, "export_energy", "kWh"),
    (0x4C, "import_reactive_energy", "kvarh"), (0x4E, "export_reactive_energy", "kvarh"),
    (0x50, "apparent_energy", "kVAh"), (0x52, "charge", "Ah"),
    (0x54, "power_demand", "W"), (0x56, "power_demand_max", "W"),
    (0x58, "import_power_demand", "W"), (0x5A, "import_power_demand_max", "W"),
    (0x5C, "export_power_demand", "W"), (0x5E, "export_power_demand_max", "W"),
    (0x64, "apparent_power_demand", "VA"), (0x66, "apparent_power_demand_max", "VA"),
    (0x68, "neutral_current_demand", "A"), (0x6A, "neutral_current_demand_max", "A"),
    (0xC8, "voltage_l1_l2", "V"), (0xCA, "voltage_l2_l3", "V"), (0xCC, "voltage_l3_l1", "V"),
    (0xCE, "voltage_ll_average", "V"), (0xE0, "neutral_current", "A"),
    (0xEA, "voltage_thd_l1", "%"), (0xEC, "voltage_thd_l2", "%"), (0xEE, "voltage_thd_l3", "%"),
    (0xF0, "current_thd_l1", "%"), (0xF2, "current_thd_l2", "%"), (0xF4, "current_thd_l3", "%"),
    (0xF8, "voltage_thd_average", "%"), (0xFA, "current_thd_average", "%"),
    (0xFE, "power_factor_repeated", "none"),
    (0x102, "current_demand_l1", "A"), (0x104, "current_demand_l2", "A"),
    (0x106, "current_demand_l3", "A"), (0x108, "current_demand_max_l1", "A"),
    (0x10A, "current_demand_max_l2", "A"), (0x10C, "current_demand_max_l3", "A"),
    (0x14E, "voltage_thd_l1_l2", "%"), (0x150, "voltage_thd_l2_l3", "%"),
    (0x152, "voltage_thd_l3_l1", "%"), (0x154, "voltage_thd_ll_average", "%"),
    (0x156, "total_energy", "kWh"), (0x158, "total_reactive_energy", "kvarh"),
    (0x15A, "import_energy_l1", "kWh"), (0x15C, "import_energy_l2", "kWh"),
    (0x15E, "import_energy_l3", "kWh"), (0x160, "export_energy_l1", "kWh"),
    (0x162, "export_energy_l2", "kWh"), (0x164, "export_energy_l3", "kWh"),
    (0x166, "total_energy_l1", "kWh"), (0x168, "total_energy_l2", "kWh"),
    (0x16A, "total_energy_l3", "kWh"), (0x16C, "import_reactive_energy_l1", "kvarh"),
    (0x16E, "import_reactive_energy_l2", "kvarh"), (0x170, "import_reactive_energy_l3", "kvarh"),
    (0x172, "export_reactive_energy_l1", "kvarh"), (0x174, "export_reactive_energy_l2", "kvarh"),
    (0x176, "export_reactive_energy_l3", "kvarh"), (0x178, "total_reactive_energy_l1", "kvarh"),
    (0x17A, "total_reactive_energy_l2", "kvarh"), (0x17C, "total_reactive_energy_l3", "kvarh"),
  ]

  @Test func `the SDM630 has the register map of its document`() throws {
    let profile = try shippedProfile("eastron-sdm630")
    #expect(profile.modbus.points.count == ShippedProfileTests.registerMap.count)
    for (point, (address, name, unit)) in zip(
      profile.modbus.points, ShippedProfileTests.registerMap)
    {
      #expect(point.name == name)
      #expect(point.address == address, "\(name)")
      #expect(point.unit == unit, "\(name)")
      #expect(point.table == .input, "\(name)")
      #expect(point.type == .f32, "\(name)")
      #expect(point.wordOrder == .highFirst, "\(name)")
      #expect(point.scale == 1 && point.offset == 0 && point.invalid.isEmpty, "\(name)")
    }
    #expect(profile.modbus.connection.registersPerRead == 80)
    #expect(profile.modbus.connection.unit == 1)
    #expect(profile.modbus.connection.serial == SerialLine())
  }

  @Test func `the SDM630's own examples are IEEE 754 big-endian`() throws {
    let profile = try shippedProfile("eastron-sdm630")
    var count = 0
    for test in profile.modbus.tests {
      for expectation in test.expectations {
        let point = try #require(profile.modbus.points.first { $0.name == expectation.point })
        let words = try #require(
          test.registers.first {
            $0.address <= point.address
              && Int(point.address) + 2 <= Int($0.address) + $0.words.count
          })
        let first = Int(point.address - words.address)
        let value = Float(
          bitPattern: UInt32(words.words[first]) << 16 | UInt32(words.words[first + 1]))
        if let expected = expectation.value {
          #expect(abs(Double(value) - expected) <= expectation.tolerance, "\(expectation.point)")
        } else {
          #expect(value.isNaN, "\(expectation.point)")
        }
        count += 1
      }
    }
    #expect(count == 33)
  }
}
