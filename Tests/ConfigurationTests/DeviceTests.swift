import Configuration
import Testing

/// The buses and devices of a configuration: what is refused, and where.
@Suite struct DeviceTests {
  private static let nameRule = "1 to 64 letters, digits, '-' and '_'"
  private static let kinds = "modbus-tcp, modbus-rtu, modbus-rtu-tcp, i2c, gpio or sysfs"
  private static let busWhat = "expected a host name or address"

  @Test(arguments: [
    ("[]", "8: expected a mapping of buses, found a list"),
    ("", "7: expected a mapping of buses, found nothing"),
    ("{ p/q: {} }", "10: expected a name for the bus of \(nameRule), found 'p/q'"),
    ("{ p: 192.0.2.1 }", "13: expected a mapping with the bus's \(kinds), found '192.0.2.1'"),
    ("{ p: {} }", "13: missing key \(kinds)"),
    ("{ p: { port: 5 } }", "13: missing key \(kinds)"),
    ("{ p: { modbus-tpc: a } }", "15: unknown key 'modbus-tpc', did you mean 'modbus-tcp'?"),
    (
      "{ p: { canopen: can0 } }",
      "15: unknown key 'canopen', expected one of modbus-tcp, modbus-rtu, modbus-rtu-tcp, i2c, gpio,"
        + " sysfs, port"
    ),
    ("{ p: { modbus-tcp: } }", "27: \(busWhat), found nothing"),
    ("{ p: { modbus-tcp: a b } }", "27: \(busWhat), found 'a b'"),
    ("{ p: { modbus-tcp: 192.0.2.1:502 } }", "27: \(busWhat), with the port in a key 'port'"),
    ("{ p: { modbus-tcp: '[::1]:502' } }", "27: \(busWhat), with the port in a key 'port'"),
    (
      "{ p: { modbus-tcp: [2001:db8::1] } }",
      "27: \(busWhat), found a list (an IPv6 address in brackets needs quotes)"
    ),
    (
      "{ p: { modbus-tcp: a, port: 0 } }", "36: expected a port from 1 to 65535, found '0'"
    ),
    (
      "{ p: { modbus-tcp: a, port: http } }", "36: expected a port from 1 to 65535, found 'http'"
    ),
    (
      "{ p: { modbus-tcp: a, port: 99999999999999999999 } }",
      "36: expected a port from 1 to 65535, found '99999999999999999999'"
    ),
    (
      "{ p: { modbus-tcp: A.lan }, q: { modbus-tcp: a.LAN, port: 502 } }",
      "53: bus 'q' has the address of bus 'p' (line 4), expected one bus for both"
    ),
  ])
  func `what is wrong with a bus is told`(_ buses: String, _ error: String) {
    #expect(gatewayError(gatewayYAML(buses: "buses: \(buses)")) == "g.yaml:4:\(error)")
  }

  private static let unitRange = "expected a unit from 0 to 247, or 255"
  private static let everyRange = "expected a duration from 10 ms to 1 d"

  @Test(arguments: [
    ("m: meter", "6: expected a mapping with the device's profile and bus, found 'meter'"),
    ("m m: {}", "3: expected a name for the device of \(nameRule), found 'm m'"),
    ("m: { profile: meter }", "6: missing key 'bus'"),
    ("m: { bus: plc }", "6: missing key 'profile'"),
    ("m: { profile: meter, bus: plv }", "29: unknown bus 'plv', did you mean 'plc'?"),
    ("m: { profile: meter, bus: roof }", "29: unknown bus 'roof', expected plc"),
    (
      "m: { profile: meter, bus: plc, evry: 1 s }", "34: unknown key 'evry', did you mean 'every'?"
    ),
    (
      "m: { profile: meter, bus: plc, address: 1 }",
      "34: unknown key 'address', expected one of profile, bus, unit, timeout, retries,"
        + " turnaround, every, align, offset, batch, lane, points, ..."
    ),
    (
      "m: { profile: mter, bus: plc }",
      "17: no profile 'mter', looked in /a, /b, did you mean 'meter'?"
    ),
    ("m: { profile: zzz, bus: plc }", "17: no profile 'zzz', looked in /a, /b"),
    (
      "m: { profile: locked, bus: plc }",
      "17: profile 'locked': cannot read /a/locked.yaml: Permission denied"
    ),
    (
      "m: { profile: ../meter, bus: plc }",
      "17: expected the name of a profile of 1 to 64 lower-case letters, digits, '-' and '.',"
        + " a letter or digit first, found '../meter'"
    ),
    ("m: { profile: meter, bus: plc, unit: 256 }", "40: \(unitRange), found '256'"),
    ("m: { profile: meter, bus: plc, unit: 248 }", "40: \(unitRange), found '248'"),
    ("m: { profile: meter, bus: plc, unit: 254 }", "40: \(unitRange), found '254'"),
    ("m: { profile: meter, bus: plc, unit: -1 }", "40: \(unitRange), found '-1'"),
    ("m: { profile: meter, bus: plc, unit: one }", "40: \(unitRange), found 'one'"),
    ("m: { profile: meter, bus: plc, unit: [1] }", "40: \(unitRange), found a list"),
    (
      "m: { profile: meter, bus: plc, every: [1 s] }",
      "41: expected a duration such as \"10 s\", found a list"
    ),
    (
      "m: { profile: meter, bus: plc, every: 1 week }",
      "41: expected a duration such as \"10 s\", found '1 week'"
    ),
    (
      "m: { profile: meter, bus: plc, every: 1 }",
      "41: expected a duration such as \"10 s\", found '1' without a unit"
    ),
    (
      "m: { profile: meter, bus: plc, every: }",
      "41: expected a duration such as \"10 s\", found nothing"
    ),
    ("m: { profile: meter, bus: plc, every: 9 ms }", "41: \(everyRange), found '9 ms'"),
    ("m: { profile: meter, bus: plc, every: 25 h }", "41: \(everyRange), found '25 h'"),
    (
      "m: { profile: meter, bus: plc, every: 99999999999999999999 d }",
      "41: \(everyRange), found '99999999999999999999 d'"
    ),
    (
      "m: { profile: meter, bus: plc, batch: 2 d }",
      "41: expected a duration from 0 s to 1 d, found '2 d'"
    ),
    (
      "m: { profile: meter, bus: plc, points: power }",
      "42: expected a list or a mapping of points, found 'power'"
    ),
    ("m: { profile: meter, bus: plc, points: [] }", "42: expected at least one point"),
    (
      "m: { profile: meter, bus: plc, points: [power, pwoer] }",
      "50: profile 'meter' has no point 'pwoer', did you mean 'power'?"
    ),
    (
      "m: { profile: meter, bus: plc, points: [energy] }",
      "43: profile 'meter' has no point 'energy', expected one of voltage, current, power"
    ),
    (
      "m: { profile: meter, bus: plc, points: [power, power] }",
      "50: point 'power' is in the list already"
    ),
    (
      "m: { profile: meter, bus: plc, points: [[power]] }",
      "43: expected the name of a point, found a list"
    ),
  ])
  func `what is wrong with a device is told`(_ device: String, _ error: String) {
    #expect(gatewayError(gatewayYAML(devices: "devices:\n  \(device)")) == "g.yaml:6:\(error)")
  }

  @Test func `two devices with one unit on a bus are told at the second's unit or name`() {
    let first = "devices:\n  a: { profile: meter, bus: plc, unit: 7 }\n"
    #expect(
      gatewayError(gatewayYAML(devices: first + "  b: { profile: meter, bus: plc, unit: 0x07 }"))
        == "g.yaml:7:40: unit 7 on bus 'plc' is device 'a' (line 6), expected another unit for 'b'")
    #expect(
      gatewayError(gatewayYAML(devices: first + "  b: { profile: meter, bus: plc }"))
        == "g.yaml:7:3: unit 7 on bus 'plc' is device 'a' (line 6), expected another unit for 'b'")
    #expect(
      gatewayError(gatewayYAML(devices: first + "  b: { profile: meter, bus: plc, unit: 8 }"))
        == nil)
  }

  @Test func `an error inside a profile bears the profile's file`() {
    let error = gatewayError(
      gatewayYAML(devices: "devices: { m: { profile: bad, bus: plc } }"),
      profiles: ["bad": "profile: godwit/1\nid: good\nbus: modbus\n"])
    #expect(error == "bad.yaml:2:5: id 'good' in the file of another, expected 'bad'")
  }

  @Test func `a profile that several devices share is loaded once`() throws {
    var loads = 0
    let devices =
      "devices:\n"
      + (1...3).map { "  m\($0): {profile: meter, bus: plc, unit: \($0)}\n" }
      .joined()
    let configuration = try GatewayConfiguration.parse(
      Array(gatewayYAML(devices: devices).utf8), file: "g.yaml"
    ) { (_) throws(ProfileLookupError) in
      loads += 1
      return ProfileSource(file: "meter.yaml", bytes: Array(meterProfile.utf8))
    }
    #expect(configuration.devices.count == 3)
    #expect(loads == 1)
  }
}
