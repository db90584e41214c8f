import Configuration
import Testing

/// A configuration whose parts a test replaces.
private func yaml(
  gateway: String = "gateway: barn", broker: String = "broker: { url: mqtt://192.0.2.5 }",
  queue: String = "queue: {}", buses: String = "buses: { plc: { modbus-tcp: 192.0.2.10 } }",
  devices: String = "devices: {}"
) -> String {
  [gateway, broker, queue, buses, devices].joined(separator: "\n") + "\n"
}

/// The gateway's own file: what it gives, and what it refuses.
@Suite struct GatewayTests {
  @Test func `a whole configuration gives what it says`() throws {
    let configuration = try gateway(
      """
      gateway: barn
      broker:
        url: mqtt://broker.example.org:8883
        username: barn
        password: "12 34"
        client-id: barn-1
        keep-alive: 30 s
      queue:
        path: /srv/queue
        durability: every 250 ms
      buses:
        plc: { modbus-tcp: 192.0.2.10 }
        roof: { modbus-tcp: inverter.lan, port: 1502 }
        spare: { modbus-tcp: "[2001:db8::1]" }
        bare: { modbus-tcp: 2001:db8::2, port: 0x1F6 }
      devices:
        meter: { profile: meter, bus: plc, unit: 0, every: 1 s, batch: 0 s, points: [power, voltage] }
        other: { profile: meter, bus: roof }
      """)
    #expect(configuration.gateway == "barn")
    #expect(configuration.broker.host == "broker.example.org")
    #expect(configuration.broker.port == 8883)
    #expect(configuration.broker.username == "barn")
    #expect(configuration.broker.password == "12 34")
    #expect(configuration.broker.clientID == "barn-1")
    #expect(configuration.broker.keepAlive == .seconds(30))
    #expect(
      configuration.queue == Queue(path: "/srv/queue", durability: .every(.milliseconds(250))))
    #expect(
      configuration.buses == [
        Bus(name: "plc", link: .modbusTCP(host: "192.0.2.10", port: 502)),
        Bus(name: "roof", link: .modbusTCP(host: "inverter.lan", port: 1502)),
        Bus(name: "spare", link: .modbusTCP(host: "2001:db8::1", port: 502)),
        Bus(name: "bare", link: .modbusTCP(host: "2001:db8::2", port: 502)),
      ])
    let devices = configuration.devices
    try #require(devices.map(\.name) == ["meter", "other"])
    #expect(devices[0].bus == 0)
    #expect(devices[0].unit == 0)
    #expect(devices[0].every == .seconds(1))
    #expect(devices[0].batch == .zero)
    #expect(devices[0].points == [0, 2])
    #expect(devices[1].bus == 1)
    #expect(devices[1].unit == 7)
    #expect(devices[1].every == nil)
    #expect(devices[1].batch == .seconds(60))
    #expect(devices[1].points == [0, 1, 2])
    #expect(devices[1].profile.id == "meter")
  }

  @Test func `what may be left out has its default`() throws {
    let configuration = try gateway(
      "gateway: barn\nbroker: {url: mqtt://a}\nbuses: {}\ndevices: {}\n")
    #expect(configuration.broker.host == "a")
    #expect(configuration.broker.port == 1883)
    #expect(configuration.broker.username == nil)
    #expect(configuration.broker.password == nil)
    #expect(configuration.broker.clientID == "godwit-barn")
    #expect(configuration.broker.keepAlive == .seconds(60))
    #expect(
      configuration.queue == Queue(path: "/var/lib/godwit", durability: .every(.seconds(1))))
    #expect(configuration.buses.isEmpty)
    #expect(configuration.devices.isEmpty)
  }

  @Test func `words that YAML 1.1 makes booleans and numbers of stay text`() throws {
    let configuration = try gateway(
      yaml(
        gateway: "gateway: off", broker: "broker: {url: mqtt://a, username: 1:20, password: 0x1F}")
    )
    #expect(configuration.gateway == "off")
    #expect(configuration.broker.username == "1:20")
    #expect(configuration.broker.password == "0x1F")
  }

  @Test(
    arguments: [
      ("mqtt://a", "a", 1883), ("mqtt://a/", "a", 1883),
      ("mqtt://a_b.c-d.example:1", "a_b.c-d.example", 1),
      ("mqtt://192.0.2.5:65535", "192.0.2.5", 65535), ("mqtt://[2001:db8::1]", "2001:db8::1", 1883),
      ("mqtt://[::1]:1884", "::1", 1884), ("mqtt://[::ffff:192.0.2.1]", "::ffff:192.0.2.1", 1883),
      ("mqtt://[fe80::1%eth0]", "fe80::1%eth0", 1883), ("mqtt://[::]", "::", 1883),
      ("mqtt://[1:2:3:4:5:6:7:8]", "1:2:3:4:5:6:7:8", 1883),
    ] as [(String, String, UInt16)])
  func `a broker's URL names host and port`(_ url: String, _ host: String, _ port: UInt16) throws {
    let broker = try gateway(yaml(broker: "broker: { url: \"\(url)\" }")).broker
    #expect(broker.host == host)
    #expect(broker.port == port)
  }

  private static let urlHint = "expected a URL such as mqtt://192.0.2.5:1883, found"
  private static let urlForm = "expected mqtt://HOST:PORT"

  @Test(arguments: [
    ("192.0.2.5", "\(urlHint) '192.0.2.5'"),
    ("tcp://a", "\(urlHint) 'tcp://a'"),
    ("mqtt:a", "\(urlHint) 'mqtt:a'"),
    ("mqtt://", "\(urlHint) 'mqtt://'"),
    ("mqtt://192.0.2.256", "\(urlHint) 'mqtt://192.0.2.256'"),
    ("mqtt://192.0.2", "\(urlHint) 'mqtt://192.0.2'"),
    ("mqtt://a..b", "\(urlHint) 'mqtt://a..b'"),
    ("mqtt://-a", "\(urlHint) 'mqtt://-a'"),
    ("mqtt://a b", "\(urlHint) 'mqtt://a b'"),
    ("mqtt://2001:db8::1", "\(urlHint) 'mqtt://2001:db8::1'"),
    ("mqtt://a:b:c", "expected a port from 1 to 65535, found 'b:c'"),
    ("mqtt://[2001:db8::1", "\(urlHint) 'mqtt://[2001:db8::1'"),
    ("mqtt://[::1]x", "\(urlHint) 'mqtt://[::1]x'"),
    ("mqtt://[1::2::3]", "\(urlHint) 'mqtt://[1::2::3]'"),
    ("mqtt://[1:2:3:4:5:6:7]", "\(urlHint) 'mqtt://[1:2:3:4:5:6:7]'"),
    ("mqtt://[1:2:3:4:5:6:7:8:9]", "\(urlHint) 'mqtt://[1:2:3:4:5:6:7:8:9]'"),
    ("mqtt://[1:2:3:4:5:6:7:]", "\(urlHint) 'mqtt://[1:2:3:4:5:6:7:]'"),
    ("mqtt://[:1:2:3:4:5:6:7]", "\(urlHint) 'mqtt://[:1:2:3:4:5:6:7]'"),
    ("mqtt://[12345::]", "\(urlHint) 'mqtt://[12345::]'"),
    ("mqtt://a:", "expected a port from 1 to 65535, found ''"),
    ("mqtt://a:0", "expected a port from 1 to 65535, found '0'"),
    ("mqtt://a:65536", "expected a port from 1 to 65535, found '65536'"),
    ("mqtt://a/topic", "a path means nothing to MQTT over TCP, \(urlForm)"),
    ("mqtt://user:secret@a", "user and password have keys of their own, \(urlForm)"),
    ("http://user:secret@a", urlForm),
    ("mqtts://a", "mqtts is not supported by this version, \(urlForm)"),
    ("ws://a", "ws is not supported by this version, \(urlForm)"),
    ("wss://a", "wss is not supported by this version, \(urlForm)"),
  ])
  func `a URL that is no broker's is refused`(_ url: String, _ message: String) {
    let error = gatewayError(yaml(broker: "broker: { url: \"\(url)\" }"))
    #expect(error == "g.yaml:2:16: \(message)")
    #expect(error?.contains("secret") == false)
  }

  private static let nameRule = "1 to 64 letters, digits, '-' and '_'"

  @Test(arguments: [
    Refusal(
      yaml(gateway: "gatevay: barn"), "g.yaml:1:1: unknown key 'gatevay', did you mean 'gateway'?"),
    Refusal(
      yaml() + "logging: {}\n",
      "g.yaml:6:1: unknown key 'logging', expected one of gateway, broker, queue, buses, devices"),
    Refusal(
      yaml(gateway: "# none"), "g.yaml:2:1: missing key 'gateway'"),
    Refusal(yaml(broker: ""), "g.yaml:1:1: missing key 'broker'"),
    Refusal(yaml(buses: ""), "g.yaml:1:1: missing key 'buses'"),
    Refusal(yaml(devices: ""), "g.yaml:1:1: missing key 'devices'"),
    Refusal(
      yaml(gateway: "gateway:"),
      "g.yaml:1:9: expected a name for the gateway of \(nameRule), found nothing"),
    Refusal(
      yaml(gateway: "gateway: ''"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found an empty text"),
    Refusal(
      yaml(gateway: "gateway: barn/roof"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found 'barn/roof'"),
    Refusal(
      yaml(gateway: "gateway: { name: barn }"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found a mapping"),
    Refusal(
      yaml(gateway: "gateway: \"a\\nb\""),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found 'a?b'"),
    Refusal(
      yaml(broker: "broker:"),
      "g.yaml:2:8: expected a mapping with the broker's url, found nothing"),
    Refusal(
      yaml(broker: "broker: mqtt://a"),
      "g.yaml:2:9: expected a mapping with the broker's url, found 'mqtt://a'"),
    Refusal(yaml(broker: "broker: { username: a }"), "g.yaml:2:9: missing key 'url'"),
    Refusal(
      yaml(broker: "broker: { url: [mqtt://a, mqtt://b] }"),
      "g.yaml:2:16: expected a URL such as mqtt://192.0.2.5:1883, found a list"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, password: [secret] }"),
      "g.yaml:2:36: expected a password, found a list"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, username: a, password: \"a\\tsecret\" }"),
      "g.yaml:2:49: expected a password in one line, found control characters"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, password: secret }"),
      "g.yaml:2:36: a password without a username, expected both or none"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, username: }"),
      "g.yaml:2:36: expected a user name, found nothing"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, keepalive: 60 s }"),
      "g.yaml:2:26: unknown key 'keepalive', did you mean 'keep-alive'?"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, keep-alive: 60 }"),
      "g.yaml:2:38: expected a duration such as \"10 s\", found '60' without a unit"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, keep-alive: 4 s }"),
      "g.yaml:2:38: expected 0 s or a duration from 5 s to 65535 s, found '4 s'"),
    Refusal(
      yaml(broker: "broker: { url: mqtt://a, keep-alive: 65536 s }"),
      "g.yaml:2:38: expected 0 s or a duration from 5 s to 65535 s, found '65536 s'"),
    Refusal(
      yaml(queue: "queue: /var/lib/godwit"),
      "g.yaml:3:8: expected a mapping of the queue, found '/var/lib/godwit'"),
    Refusal(
      yaml(queue: "queue: { path: }"), "g.yaml:3:16: expected a folder's path, found nothing"),
    Refusal(
      yaml(queue: "queue: { max-size: 1 MiB }"),
      "g.yaml:3:10: unknown key 'max-size', expected one of path, durability"),
    Refusal(
      yaml(queue: "queue: { durability: always }"),
      "g.yaml:3:22: expected 'each record' or 'every' and a duration, found 'always'"),
    Refusal(
      yaml(queue: "queue: { durability: every second }"),
      "g.yaml:3:22: expected a duration such as \"10 s\", found 'every second'"),
    Refusal(
      yaml(queue: "queue: { durability: every 5 }"),
      "g.yaml:3:22: expected a duration such as \"10 s\", found 'every 5' without a unit"),
    Refusal(
      yaml(queue: "queue: { durability: every 9 ms }"),
      "g.yaml:3:22: expected a duration from 10 ms to 1 h, found 'every 9 ms'"),
  ])
  func `what is wrong with gateway, broker and queue is told`(_ refusal: Refusal) {
    #expect(gatewayError(refusal.yaml) == refusal.error)
  }

  private static let busWhat = "expected a host name or address"

  @Test(arguments: [
    ("[]", "8: expected a mapping of buses, found a list"),
    ("", "7: expected a mapping of buses, found nothing"),
    ("{ p/q: {} }", "10: expected a name for the bus of \(nameRule), found 'p/q'"),
    ("{ p: 192.0.2.1 }", "13: expected a mapping with the bus's modbus-tcp, found '192.0.2.1'"),
    ("{ p: {} }", "13: missing key 'modbus-tcp'"),
    ("{ p: { modbus-tpc: a } }", "15: unknown key 'modbus-tpc', did you mean 'modbus-tcp'?"),
    (
      "{ p: { modbus-rtu: /dev/ttyS0 } }",
      "15: modbus-rtu is not supported by this version, expected modbus-tcp"
    ),
    ("{ p: { i2c: /dev/i2c-1 } }", "15: i2c is not supported by this version, expected modbus-tcp"),
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
    #expect(gatewayError(yaml(buses: "buses: \(buses)")) == "g.yaml:4:\(error)")
  }

  private static let unitRange = "expected a unit from 0 to 255"
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
      "34: unknown key 'address', expected one of profile, bus, unit, every, batch, points"
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
      "42: expected a list of points, found 'power'"
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
    #expect(gatewayError(yaml(devices: "devices:\n  \(device)")) == "g.yaml:6:\(error)")
  }

  @Test func `two devices with one unit on a bus are told at the second's unit or name`() {
    let first = "devices:\n  a: { profile: meter, bus: plc, unit: 7 }\n"
    #expect(
      gatewayError(yaml(devices: first + "  b: { profile: meter, bus: plc, unit: 0x07 }"))
        == "g.yaml:7:40: unit 7 on bus 'plc' is device 'a' (line 6), expected another unit for 'b'")
    #expect(
      gatewayError(yaml(devices: first + "  b: { profile: meter, bus: plc }"))
        == "g.yaml:7:3: unit 7 on bus 'plc' is device 'a' (line 6), expected another unit for 'b'")
    #expect(
      gatewayError(yaml(devices: first + "  b: { profile: meter, bus: plc, unit: 8 }")) == nil)
  }

  @Test func `an error inside a profile bears the profile's file`() {
    let error = gatewayError(
      yaml(devices: "devices: { m: { profile: bad, bus: plc } }"),
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
      Array(yaml(devices: devices).utf8), file: "g.yaml"
    ) { (_) throws(ProfileLookupError) in
      loads += 1
      return ProfileSource(file: "meter.yaml", bytes: Array(meterProfile.utf8))
    }
    #expect(configuration.devices.count == 3)
    #expect(loads == 1)
  }

  @Test(
    arguments: [
      ("100 ms", .milliseconds(100)), ("1s", .seconds(1)), ("5 min", .seconds(300)),
      ("1 h", .seconds(3_600)), ("1 d", .seconds(86_400)), ("0.5 s", .milliseconds(500)),
      ("1.25 min", .seconds(75)), ("0.010000000001 s", .milliseconds(10)), ("007 s", .seconds(7)),
      ("'2 s'", .seconds(2)), ("10   ms", .milliseconds(10)),
    ] as [(String, Duration)])
  func `durations are read with their unit`(_ text: String, _ expected: Duration) throws {
    let devices = "devices: { m: { profile: meter, bus: plc, every: \(text) } }"
    #expect(try gateway(yaml(devices: devices)).devices[0].every == expected)
  }

  @Test(arguments: [
    "1 S", "-1 s", "+1 s", ".5 s", "1. s", "1,5 s", "s", "1 s s", "1e1 s", "0x1 s", "1 us",
  ])
  func `what is no duration is refused`(_ text: String) {
    let devices = "devices: { m: { profile: meter, bus: plc, every: '\(text)' } }"
    #expect(
      gatewayError(yaml(devices: devices))
        == "g.yaml:5:50: expected a duration such as \"10 s\", found '\(text)'")
  }
}
