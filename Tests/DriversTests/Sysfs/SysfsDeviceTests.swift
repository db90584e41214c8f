import Configuration
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

@Suite struct SysfsDeviceTests {
  private func read(
    _ device: inout SysfsDevice, _ tree: inout FaultyTree
  ) -> DeviceReading {
    device.sample(group: 0, in: &tree, unixMilliseconds: 0, sinceBoot: .zero)
  }

  private func outcome(
    _ profile: DeviceProfile, _ files: [String: String], names: [String]? = nil, at: String? = nil,
    links: [String: String] = [:]
  ) -> Outcome {
    var device = profile.sysfsDevice([0], names: names, at: at)
    var tree = FaultyTree(files, links: links)
    return read(&device, &tree).sample.outcomes[0]
  }

  @Test func `a zone is found by its type, whatever its number`() throws {
    let profile = try shippedProfile("linux-thermal-zone")
    let files = [
      "class/thermal/thermal_zone0/type": "gpu-thermal\n",
      "class/thermal/thermal_zone0/temp": "11111\n",
      "class/thermal/thermal_zone10/type": "cpu-thermal\n",
      "class/thermal/thermal_zone10/temp": "48312\n",
      "class/thermal/cooling_device0/type": "cpu-thermal\n",
    ]
    #expect(outcome(profile, files).number == 48.312)
    #expect(outcome(profile, files, names: ["gpu-thermal"]).number == 11.111)
    #expect(outcome(profile, files, names: ["npu-thermal"]) == .missing(.portNotFound))
    #expect(outcome(profile, [:]) == .missing(.portNotFound))
  }

  @Test func `of two chips of one name the key 'at' tells which`() throws {
    let profile = try shippedProfile("linux-hwmon")
    let files = [
      "class/hwmon/hwmon0/name": "tmp102\n", "class/hwmon/hwmon0/temp1_input": "1000\n",
      "class/hwmon/hwmon1/name": "tmp102\n", "class/hwmon/hwmon1/temp1_input": "2000\n",
    ]
    let links = [
      "class/hwmon/hwmon0/device": "1-0048", "class/hwmon/hwmon1/device": "1-0049",
    ]
    #expect(outcome(profile, files, names: ["tmp102"], links: links) == .missing(.busError))
    #expect(
      outcome(profile, files, names: ["tmp102"], at: "1-0049", links: links).number == 2)
    #expect(
      outcome(profile, files, names: ["tmp102"], at: "1-004a", links: links)
        == .missing(.portNotFound))
  }

  @Test func `a device is looked for once, and again after it was away under another number`()
    throws
  {
    let profile = try shippedProfile("linux-hwmon")
    var device = profile.sysfsDevice([0], names: ["chip"])
    var tree = FaultyTree([
      "class/hwmon/hwmon0/name": "chip", "class/hwmon/hwmon0/temp1_input": "1000",
    ])
    #expect(read(&device, &tree).sample.outcomes[0].number == 1)
    let reads = tree.reads
    _ = read(&device, &tree)
    #expect(tree.reads == reads + 1)
    tree.files = [:]
    let gone = read(&device, &tree)
    #expect(gone.sample.outcomes == [.missing(.portNotFound)])
    #expect(!gone.hasAnswered)
    #expect(gone.errors == [.sysfs(.notFound)])
    tree.files = ["class/hwmon/hwmon7/name": "chip", "class/hwmon/hwmon7/temp1_input": "7000"]
    #expect(read(&device, &tree).sample.outcomes[0].number == 7)
  }

  /// The scratchpad of Maxim's data sheet in the form of w1_slave.
  private func slave(_ bytes: String, _ word: String, _ temperature: String) -> String {
    "\(bytes) : crc=\(bytes.suffix(2)) \(word)\n\(bytes) t=\(temperature)\n"
  }

  @Test func `a thermometer's check must be right in the kernel's eyes and in ours`() throws {
    let profile = try shippedProfile("dallas-ds18b20")
    func outcome(_ content: String) -> Outcome {
      self.outcome(profile, ["bus/w1/devices/28-0316a2795fff/w1_slave": content])
    }
    let room = "72 01 4b 46 7f ff 0e 10 57"
    #expect(outcome(slave(room, "YES", "23125")).number == 23.125)
    #expect(outcome(slave(room, "NO", "23125")) == .missing(.badResponse))
    // One bit is wrong, and the kernel did not see it.
    #expect(
      outcome(slave("73 01 4b 46 7f ff 0e 10 57", "YES", "23187")) == .missing(.badResponse))
    #expect(outcome("") == .missing(.badResponse))
    #expect(outcome("72 01 : crc=57 YES\n") == .missing(.badResponse))
    #expect(outcome(slave(room, "YES", "warm")) == .missing(.badResponse))
    #expect(outcome(slave(room, "YES", "")) == .missing(.badResponse))
  }

  @Test func `85 degrees after power-up are none, and measured ones are`() throws {
    let profile = try shippedProfile("dallas-ds18b20")
    let file = "bus/w1/devices/28-0316a2795fff/w1_slave"
    let powerUp = "50 05 4b 46 7f ff 0c 10 1c"
    #expect(
      outcome(profile, [file: slave(powerUp, "YES", "85000")]) == .missing(.powerOnValue))
    var measured: [UInt8] = [0x50, 0x05, 0x4B, 0x46, 0x7F, 0xFF, 0x10, 0x10]
    measured.append(SysfsText.crc8(measured))
    let text = measured.map { String($0, radix: 16) }
      .map { $0.count == 1 ? "0" + $0 : $0 }.joined(separator: " ")
    #expect(outcome(profile, [file: slave(text, "YES", "85000")]).number == 85)
  }

  @Test func `the check is Maxim's`() {
    // Application note 27: the ROM code 02 1C B8 01 00 00 00 has the check A2.
    #expect(SysfsText.crc8([0x02, 0x1C, 0xB8, 0x01, 0x00, 0x00, 0x00]) == 0xA2)
  }

  @Test func `a line that is held low is no zero degrees`() throws {
    let profile = try shippedProfile("dallas-ds18b20")
    #expect(
      outcome(
        profile,
        [
          "bus/w1/devices/28-1/w1_slave": slave("00 00 00 00 00 00 00 00 00", "YES", "0")
        ]) == .missing(.notAvailable))
  }

  @Test func `a thermometer alone needs no name, of two one does`() throws {
    let profile = try shippedProfile("dallas-ds18b20")
    let room = slave("72 01 4b 46 7f ff 0e 10 57", "YES", "23125")
    let files = [
      "bus/w1/devices/28-aa/w1_slave": room, "bus/w1/devices/28-bb/w1_slave": room,
      "bus/w1/devices/w1_bus_master1/w1_master_slaves": "28-aa\n28-bb\n",
    ]
    #expect(outcome(profile, files) == .missing(.busError))
    #expect(outcome(profile, files, names: ["28-bb"]).number == 23.125)
  }

  @Test func `raw numbers of IIO have an offset and a scale, their own or their kind's`() throws {
    let profile = try shippedProfile("linux-iio")
    let folder = "bus/iio/devices/iio:device0"
    var files = ["\(folder)/name": "bme280", "\(folder)/in_temp_raw": "2150"]
    #expect(outcome(profile, files, names: ["bme280"]).number == 2.15)
    files["\(folder)/in_temp_scale"] = "10"
    files["\(folder)/in_temp_offset"] = "-150"
    #expect(outcome(profile, files, names: ["bme280"]).number == 20)
    files["\(folder)/in_temp_input"] = "21500"
    #expect(outcome(profile, files, names: ["bme280"]).number == 21.5)
  }

  @Test(
    arguments: [
      "", "\n", "warm", "1 2", "nan", "inf", "0x10", "1e999", "\0", "--1", "１",
      String(repeating: "1", count: 5_000),
    ])
  func `what is no number is none`(text: String) throws {
    #expect(throws: SysfsError.malformed) { try SysfsText.number(Array(text.utf8)) }
  }

  @Test(arguments: [("0\n", 0), ("-12\n", -12), ("100.942718750\n", 100.94271875), ("+5", 5)])
  func `a number is one with its line end or without`(text: String, value: Double) throws {
    #expect(try SysfsText.number(Array(text.utf8)) == value)
  }

  @Test func `one file that cannot be read costs its own point`() throws {
    let profile = try shippedProfile("linux-hwmon")
    let points = [
      try #require(profile.points.firstIndex { $0.name == "temperature" }),
      try #require(profile.points.firstIndex { $0.name == "fan_1" }),
    ]
    var device = profile.sysfsDevice(points, names: ["chip"])
    var tree = FaultyTree([
      "class/hwmon/hwmon0/name": "chip", "class/hwmon/hwmon0/temp1_input": "1000",
    ])
    tree.failures["class/hwmon/hwmon0/fan1_input"] = .permissionDenied
    let reading = read(&device, &tree)
    #expect(reading.sample.outcomes[0].number == 1)
    #expect(reading.sample.outcomes[1] == .missing(.permissionDenied))
    #expect(reading.hasAnswered)
  }
}
