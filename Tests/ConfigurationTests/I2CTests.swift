import Configuration
import Formulas
import Foundation
import Testing

/// I2C buses, devices and profiles: what is refused, and where.
@Suite struct I2CTests {
  /// Lines 8 and following of a profile.
  private static let head = """
    profile: godwit/1
    id: p
    revision: 1
    title: P
    bus: i2c
    refs: [r]
    connection: {addresses: [0x40]}

    """

  private static let points = "points: {p: {value: raw, unit: V}}"
  private static let sample = "sample: [{read: 0x00, fields: {raw: u8 @0x00}}]\n" + points

  @Test(arguments: [
    ("sample: []\n" + points, "9:21: unknown name 'raw'"),
    (
      "setup: [{wirte: {0: 1}}]\n" + sample,
      "8:9: expected a step of write, send, receive, read, wait, until, ensure or for_each"
    ),
    (
      "setup: [{write: {256: 1}}]\n" + sample,
      "8:18: expected a register from 0 to 255, found '256'"
    ),
    ("setup: [{write: {0: 256}}]\n" + sample, "8:21: expected a number of 8 bits, found '256'"),
    (
      "setup: [{write: {0: 1.5}}]\n" + sample,
      "8:21: expected a whole number, such as trunc(x) or round(x)"
    ),
    (
      "setup: [{write: {0: u16be(0x10000)}}]\n" + sample,
      "8:21: expected a number of 16 bits, found 'u16be(0x10000)'"
    ),
    ("setup: [{write: {0: u16be(x)}}]\n" + sample, "8:27: unknown name 'x', expected raw"),
    (
      "setup: [{wait: 11 s}]\n" + sample,
      "8:16: expected 0 s or a duration from 1 ms to 10 s, found '11 s'"
    ),
    (
      "setup: [{wait: 'ms(1, 2)'}]\n" + sample,
      "8:21: wrong number of arguments, expected 1 for 'ms'"
    ),
    (
      "setup: [{until: {read: u8 @0x00, is: 1, every: 1 ms}}]\n" + sample,
      "8:17: missing key 'timeout'"
    ),
    (
      "setup: [{until: {read: u8 @0x00, is: 1, every: 1 ms, timeout: 0.1 ms}}]\n" + sample,
      "8:63: expected a duration from 1 ms to 10 s, found '0.1 ms'"
    ),
    ("setup: [{send: []}]\n" + sample, "8:16: expected at least one byte"),
    (
      "setup: [{receive: 256}]\n" + sample,
      "8:19: expected a number of bytes from 1 to 255, found '256'"
    ),
    (
      "setup: [{send: [1], arguments: u16be(2)}]\n" + sample,
      "8:32: expected 'send' beside, and a key 'frame' in the profile"
    ),
    (
      "setup: [{for_each: channel, do: []}]\n" + sample,
      "8:20: expected a key 'channels' in the profile"
    ),
    ("setup: [{wait: 1 ms, ignore: ack}]\n" + sample, "8:30: expected nack, found 'ack'"),
    (
      "setup: [{read: 0x00, fields: {T: u8 @0x00}}]\n" + sample,
      "8:31: fields are read in constants and sample only"
    ),
    (
      "sample: [{read: 0x00, fields: {raw: u12 @0x00}}]\n" + points,
      "8:37: 12 bits are no whole bytes, expected their places such as u12 {0xE4, 0xE5[3:0]}"
    ),
    (
      "sample: [{read: 0x00, fields: {raw: u16 @0x00}}]\n" + points,
      "8:37: expected a byte order, u16be or u16le"
    ),
    (
      "sample: [{read: 0x00, fields: {raw: 's12 {0, 1[4:0]}'}}]\n" + points,
      "8:37: the parts are 13 bits, expected 12 for s12"
    ),
    (
      "sample: [{read: 0x00, fields: {raw: u65be @0}}]\n" + points,
      "8:37: expected a field such as u16be @0, s16le @0x8A or s12 {0xE4, 0xE5[3:0]}, found 'u65be @0'"
    ),
    (
      "sample: [{read: 0x10..0x11, fields: {raw: u8 @0x0F}}]\n" + points,
      "8:43: a byte before the first that is read"
    ),
    (
      "sample: [{read: 0x10..0x11, fields: {raw: u16be @0x11}}]\n" + points,
      "8:43: a byte behind the last that is read"
    ),
    (
      "sample: [{read: 0x11..0x10, fields: {raw: u8 @0x11}}]\n" + points,
      "8:17: expected a register or a range such as 0x88..0xA1, found '0x11..0x10'"
    ),
    ("identify: [{read: u8 @0xD0}]\n" + sample, "8:12: missing key 'is'"),
    ("identify: [{read: f32be @0xD0, is: 1}]\n" + sample, "8:19: expected a whole number"),
    (
      "options: {gain: {default: 3, choices: {1: 0, 2: 1}}}\n" + sample,
      "8:27: expected 1 or 2, found '3'"
    ),
    (
      "options: {gain: {default: 1, per: channel, range: [0, 2]}}\n" + sample,
      "8:10: option 'gain' is per channel, expected a key 'channels'"
    ),
    (
      "options: {raw: {default: 1, range: [0, 2]}}\n" + sample,
      "9:32: 'raw' is defined already, expected another name"
    ),
    (
      "options: {n: {default: 1, range: [0, 2]}}\n" + sample,
      "8:11: 'n' means something else in formulas, expected another name"
    ),
    ("formulas: {a: b + 1, b: a}\n" + sample, "8:25: defined by itself: a -> b -> a"),
    ("formulas: {raw: 1}\n" + sample, "8:17: 'raw' is defined already"),
    ("frame: {crc: {init: 0}}\n" + sample, "8:14: missing key 'poly'"),
    (
      "frame: {crc: {poly: 0x131}}\n" + sample,
      "8:21: expected a number from 0 to 255, found '0x131'"
    ),
    (
      "tests: [{name: t, expect: {q: 1}}]\n" + sample, "8:28: unknown point 'q', expected p"
    ),
    (
      "tests: [{name: t, registers: {0: 123}, expect: {p: 1}}]\n" + sample,
      "8:34: expected bytes of two hexadecimal digits such as 10 6E, found '123'"
    ),
    ("tests: [{name: t, options: {x: 1}, expect: {p: 1}}]\n" + sample, "8:29: unknown option 'x'"),
    (
      "numbering: zero\n" + sample,
      "8:1: unknown key 'numbering', expected one of profile, id, revision, title, bus, refs, poll, points, tests, connection, frame, options, ..."
    ),
  ])
  func `what is wrong with a profile is told`(body: String, error: String) {
    #expect(profileError(Self.head + body) == "p.yaml:\(error)")
  }

  private static let sensor =
    head.replacing("id: p", with: "id: sensor")
    .replacing("[0x40]", with: "[0x40, 0x41]") + """
      channels: {a: {mux: 0}, b: {mux: 1}, c: {mux: 2, hidden: true}}
      options:
        rate: {default: 1, choices: {1: 0, 2: 1}}
        gain: {per: channel, default: 0.5, range: [0.5, 2.5]}
      sample:
        - for_each: channel
          do: [{read: 0x00, fields: {raw: u8 @0x00}}]
      points:
        v: {per: channel, value: raw * gain, unit: V}
        w: {value: rate, unit: none}
      """

  private static func gatewayYAML(_ devices: String) -> String {
    """
    gateway: g
    broker: { url: "mqtt://b" }
    buses: { i: { i2c: /dev/i2c-1 }, m: { modbus-tcp: 192.0.2.1 } }
    devices:
    \(devices)
    """
  }

  @Test func `a device has its address, its channels and its options`() throws {
    let devices = try gateway(
      Self.gatewayYAML(
        """
          d: { profile: sensor, bus: i, address: 0x41, mux: 0x71/7, options: { rate: 2 },
               channels: { a: , c: { gain: 2 } }, points: [v_c, w] }
          e: { profile: sensor, bus: i, address: 0x40 }
        """), profiles: ["sensor": Self.sensor]
    ).devices
    guard case .i2c(let site) = devices[0].site, case .i2c(let other) = devices[1].site else {
      Issue.record("no I2C device")
      return
    }
    #expect(site.address == 0x41)
    #expect(site.mux?.address == 0x71 && site.mux?.channel == 7)
    #expect(site.channels.map(\.index) == [0, 2])
    #expect(site.channels[1].settings.map(\.value) == [.real(2)])
    #expect(site.channels[0].settings.map(\.value) == [.real(0.5)])
    #expect(site.settings.map(\.value) == [.integer(2), .integer(1)])
    let names = devices.map { device in device.points.map { device.profile.points[$0].name } }
    #expect(names == [["v_c", "w"], ["v_a", "v_b", "w"]])
    #expect(other.channels.count == 3 && other.mux == nil)
  }

  @Test(arguments: [
    ("{ profile: sensor, bus: i }", "6: missing key 'address', expected 0x40 or 0x41"),
    (
      "{ profile: sensor, bus: i, address: 0x42 }",
      "42: expected an address of the profile, 0x40 or 0x41, found '0x42'"
    ),
    (
      "{ profile: sensor, bus: m }",
      "30: profile 'sensor' is of a device on an I2C bus, but bus 'm' is a Modbus line"
    ),
    (
      "{ profile: meter, bus: i }",
      "29: profile 'meter' is of a device on a Modbus line, but bus 'i' is an I2C bus"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, unit: 1 }",
      "48: unknown key 'unit', expected one of profile, bus, address, mux, options, channels, every, align, offset, batch, lane, points, ..."
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, mux: 0x60/1 }",
      "53: expected a multiplexer's address and channel such as 0x70/3, found '0x60/1'"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, options: { gain: 2 } }",
      "59: unknown option 'gain', expected rate"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, options: { rate: 3 } }",
      "65: expected 1 or 2, found '3'"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, channels: [a, x] }",
      "62: unknown channel 'x', expected one of a, b, c"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, channels: [a, a] }",
      "62: channel 'a' is in the list already"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, channels: [a], points: [v_b] }",
      "71: point 'v_b' is of a channel that 'channels' does not have"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40 }\n  e: { profile: sensor, bus: i, address: 0x40 }",
      "address 0x40 on bus 'i' is device 'd' (line 5), expected another for 'e'"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40 }\n  e: { profile: sensor, bus: i, address: 0x40, mux: 0x70/0 }",
      "address 0x40 on bus 'i' is device 'd' (line 5), expected another for 'e'"
    ),
    (
      "{ profile: sensor, bus: i, address: 0x40, mux: 0x70/1 }\n  e: { profile: sensor, bus: i, address: 0x40, mux: 0x70/1 }",
      "address 0x40 on bus 'i' is device 'd' (line 5), expected another for 'e'"
    ),
  ])
  func `what is wrong with a device is told`(device: String, error: String) throws {
    let text = try #require(
      gatewayError(Self.gatewayYAML("  d: \(device)"), profiles: ["sensor": Self.sensor]))
    #expect(text.contains(error), "\(text)")
  }

  @Test func `behind different channels there may be the same address`() throws {
    let yaml = Self.gatewayYAML(
      """
        d: { profile: sensor, bus: i, address: 0x40, mux: 0x70/0 }
        e: { profile: sensor, bus: i, address: 0x40, mux: 0x70/1 }
        f: { profile: sensor, bus: i, address: 0x40, mux: 0x71/1 }
      """)
    #expect(try gateway(yaml, profiles: ["sensor": Self.sensor]).devices.count == 3)
  }

  @Test func `two buses of one adapter are refused`() {
    let yaml = """
      gateway: g
      broker: { url: "mqtt://b" }
      buses: { i: { i2c: /dev/i2c-1 }, j: { i2c: /dev/i2c-1 } }
      devices: {}
      """
    #expect(gatewayError(yaml)?.contains("bus 'j' has the address of bus 'i' (line 3)") == true)
  }
}
