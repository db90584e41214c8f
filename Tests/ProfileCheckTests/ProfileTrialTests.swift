import Configuration
import Telemetry
import Testing

@testable import ProfileCheck

/// Profiles that are right, and the same broken by hand: what is told of each.
struct ProfileTrialTests {
  private func faults(_ yaml: String) throws -> [String] {
    let profile = try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
    return ProfileTrial(profile).examples.flatMap { $0.faults }
  }

  private static func head(_ bus: String) -> String {
    """
    profile: godwit/1
    id: p
    revision: 1
    title: P
    bus: \(bus)
    refs: [r]

    """
  }

  // The worked example of device-profiles/README.md.
  private static let modbus =
    head("modbus") + """
      defaults: {table: input}
      points:
        temperature: {at: 1, type: s16, scale: 0.1, unit: Cel, invalid: 0x7FFF}
        running: {table: coil, at: 0}
      tests:
        - {name: t, input: {1: FF9B}, expect: {temperature: -10.1 ±0.01}}
        - {name: none, input: {1: 7FFF}, expect: {temperature: none (not-available)}}
        - {name: bit, coil: {0: 1}, expect: {running: true}}
      """

  @Test(
    arguments: [
      ("FF9B", "FF9B", nil),
      ("-10.1 ±0.01", "-10.2 ±0.01", "temperature is -10.1, expected -10.2 ±0.01"),
      ("-10.1 ±0.01", "none", "temperature is -10.1, expected none"),
      ("FF9B", "7FFF", "temperature is none (not-available), expected -10.1 ±0.01"),
      (
        "(not-available)", "(timeout)",
        "temperature is none (not-available), expected none (timeout)"
      ),
      ("running: true", "running: false", "running is true, expected false"),
      ("scale: 0.1", "scale: 1", "temperature is -101, expected -10.1 ±0.01"),
    ] as [(String, String, String?)])
  func `registers`(old: String, new: String, fault: String?) throws {
    let yaml = Self.modbus.replacing(old, with: new, maxReplacements: 1)
    #expect(try faults(yaml) == (fault.map { [$0] } ?? []))
  }

  private static let i2c =
    head("i2c") + """
      connection: {addresses: [0x40]}
      frame: {crc: {every: 2, poly: 0x31, init: 0xFF}}
      channels: {a: {code: 0}, b: {code: 1}}
      setup:
        - write: {0x01: 0x83}
      sample:
        - send: u16be(0x2400)
        - receive: 2
          fields: {raw: u16be @0}
        - for_each: channel
          do:
            - write: {0x02: channel.code}
            - read: 0x03
              fields: {level: u8 @0x03}
      points:
        temperature: {value: raw, unit: Cel}
        level: {per: channel, value: level, unit: none}
      tests:
        - name: t
          channels: [a]
          registers: {0x03: "07"}
          replies: {"2400": BE EF 92}
          written: {0x01: "83", 0x02: "00"}
          sent: ["2400"]
          expect: {temperature: 48879, level_a: 7}
      """

  @Test(
    arguments: [
      ("48879", "48879", nil),
      ("48879", "48878", "temperature is 48879, expected 48878"),
      ("92", "93", "temperature is none (bad-checksum), expected 48879"),
      ("{0x01: \"83\"", "{0x01: \"84\"", "written to 0x01 is 83, expected 84"),
      ("{0x01: \"83\"", "{0x01: [\"83\", \"83\"]", "written to 0x01 is 83, expected 83, 83"),
      ("{0x01: \"83\"", "{0x05: \"83\"", "written to 0x05 is nothing, expected 83"),
      ("sent: [\"2400\"]", "sent: [\"2400\", \"2400\"]", "sent is 2400, expected 2400, 2400"),
      ("92}", "92, \"2416\": BE EF 92}", "the reply to 2416 is never asked for"),
    ] as [(String, String, String?)])
  func `bytes of I2C`(old: String, new: String, fault: String?) throws {
    let yaml = Self.i2c.replacing(old, with: new, maxReplacements: 1)
    #expect(try faults(yaml) == (fault.map { [$0] } ?? []))
  }

  @Test func `a point of a channel that is not chosen is refused where it stands`() {
    let yaml = Self.i2c.replacing("level_a: 7", with: "level_b: 7")
    let error = #expect(throws: ConfigurationError.self) { try faults(yaml) }
    #expect(error?.line == 31 && error?.message.contains("'level_b' is of a channel") == true)
  }

  @Test func `a point without a channel in the sample is told`() {
    let sample = Sample(
      device: 0, unixMilliseconds: 0, sinceBoot: .zero, channels: [], outcomes: [])
    let expectation = ProfileTest.Expectation(point: "p", value: 1, tolerance: 0)
    #expect([expectation].faults(in: sample) == ["p is not read"])
  }

  private static let gpio =
    head("gpio") + """
      lines: {in: {}}
      points: {pulses: {count: in, unit: count}, open: {level: in}}
      tests:
        - {name: t, edges_ms: {in: [0+, 100-, 200+]}, expect: {pulses: 2, open: true}}
      """

  @Test(arguments: [
    ("200+", "200+", []), ("200+", "200+, 300-", ["open is false, expected true"]),
    ("pulses: 2", "pulses: 3", ["pulses is 2, expected 3"]),
    (", 200+", "", ["pulses is 1, expected 2", "open is false, expected true"]),
  ])
  func `changes of a line`(old: String, new: String, faults: [String]) throws {
    #expect(try self.faults(Self.gpio.replacing(old, with: new, maxReplacements: 1)) == faults)
  }

  private static let sysfs =
    head("sysfs") + """
      where: hwmon
      points: {temperature: {read: temp1_input, scale: 0.001, unit: Cel}}
      tests:
        - {name: t, files: {temp1_input: "48312"}, expect: {temperature: 48.312 ±1e-9}}
      """

  @Test(arguments: [
    ("48312", "48312", []),
    ("48312", "48313", ["temperature is 48.313, expected 48.312 ±1e-9"]),
    ("48312", "warm", ["temperature is none (bad-response), expected 48.312 ±1e-9"]),
    (
      "{temp1_input:", "{temp2_input:",
      [
        "temperature is none (port-not-found), expected 48.312 ±1e-9",
        "the file temp2_input is never read",
      ]
    ),
  ])
  func `files of the kernel`(old: String, new: String, faults: [String]) throws {
    #expect(try self.faults(Self.sysfs.replacing(old, with: new, maxReplacements: 1)) == faults)
  }

  @Test func `what was told of several profiles is counted`() throws {
    var tally = ProfileTally()
    func trial(_ yaml: String) throws -> ProfileTrial {
      ProfileTrial(try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil))
    }
    #expect(tally.take(try trial(Self.sysfs), of: "a/p.yaml") == "a/p.yaml: ok: t\n")
    #expect(tally.status == .success)
    let broken = Self.sysfs.replacing("48312", with: "1")
    #expect(
      tally.take(try trial(broken), of: "p.yaml")
        == "p.yaml: FAILED: t: temperature is 0.001, expected 48.312 ±1e-9\n")
    #expect(tally.status == .failure)
    let none = try #require(Self.sysfs.split(separator: "tests:").first)
    #expect(tally.take(try trial(String(none)), of: "p.yaml").hasPrefix("p.yaml: no tests; "))
    #expect(tally.text == "2 tests of 3 profiles, 1 failed\n")
    tally.takeError()
    #expect(tally.status == .usage)
    #expect(tally.text == "2 tests of 3 profiles, 1 failed; 1 files are no profiles\n")
  }

  @Test func `a profile without tests is none that fails`() throws {
    var tally = ProfileTally()
    let none = try #require(Self.sysfs.split(separator: "tests:").first)
    let profile = try DeviceProfile.parse(Array(none.utf8), file: "p.yaml", expectedID: nil)
    _ = tally.take(ProfileTrial(profile), of: "p.yaml")
    #expect(tally.status == .success)
  }

  @Test(
    arguments: [
      ("acme-th1.yaml", "acme-th1"), ("./a/b.c.yaml", "b.c"), ("/dev/stdin", nil), (".yaml", nil),
      ("a.yaml/", nil), ("a.yml", nil), ("", nil),
    ] as [(String, String?)])
  func `the file's name is the profile's`(file: String, id: String?) {
    #expect(ProfileCheckTool.expectedID(file) == id)
  }

  @Test func `a file that is not there is told by its name`() {
    #expect(ProfileCheckTool.run(["/no/such/file.yaml"]) == .usage)
  }
}
