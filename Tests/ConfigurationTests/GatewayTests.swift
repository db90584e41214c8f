import Configuration
import Testing

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
        reconnect-max: 5 s
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
    #expect(
      configuration.broker.endpoints == [BrokerEndpoint(host: "broker.example.org", port: 8883)])
    #expect(configuration.broker.username == "barn")
    #expect(configuration.broker.password == "12 34")
    #expect(configuration.broker.clientID == "barn-1")
    #expect(configuration.broker.keepAlive == .seconds(30))
    #expect(configuration.broker.reconnectMax == .seconds(5))
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
    #expect(devices[0].modbus.unit == 0)
    #expect(devices[0].every == .seconds(1))
    #expect(devices[0].sampling.batch.time == .zero)
    #expect(devices[0].points == [0, 2])
    #expect(devices[1].bus == 1)
    #expect(devices[1].modbus.unit == 7)
    #expect(devices[1].every == nil)
    #expect(devices[1].sampling.batch.time == .seconds(60))
    #expect(devices[1].points == [0, 1, 2])
    #expect(devices[1].profile.id == "meter")
  }

  @Test func `what may be left out has its default`() throws {
    let configuration = try gateway(
      "gateway: barn\nbroker: {url: mqtt://a}\nbuses: {}\ndevices: {}\n")
    #expect(configuration.broker.endpoints == [BrokerEndpoint(host: "a", port: 1883)])
    #expect(configuration.broker.username == nil)
    #expect(configuration.broker.password == nil)
    #expect(configuration.broker.clientID == "godwit-barn")
    #expect(configuration.broker.keepAlive == .seconds(60))
    #expect(configuration.broker.reconnectMax == .seconds(60))
    #expect(
      configuration.queue == Queue(path: "/var/lib/godwit", durability: .every(.seconds(1))))
    #expect(configuration.buses.isEmpty)
    #expect(configuration.devices.isEmpty)
  }

  @Test func `words that YAML 1.1 makes booleans and numbers of stay text`() throws {
    let configuration = try gateway(
      gatewayYAML(
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
    let broker = try gateway(gatewayYAML(broker: "broker: { url: \"\(url)\" }")).broker
    #expect(broker.endpoints == [BrokerEndpoint(host: host, port: port)])
  }

  @Test func `several brokers keep their order`() throws {
    let broker = try gateway(
      gatewayYAML(
        broker: "broker: { url: [mqtt://b, \"mqtt://a:1884\", mqtt://c], return-after: 5 min }")
    ).broker
    #expect(broker.returnAfter == .seconds(300))
    #expect(
      broker.endpoints == [
        BrokerEndpoint(host: "b", port: 1883), BrokerEndpoint(host: "a", port: 1884),
        BrokerEndpoint(host: "c", port: 1883),
      ])
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
    ("mqtt://a:b:c", "expected a port from 1 to 65535"),
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
    ("mqtt://a/topic", "a path means nothing to mqtt, \(urlForm)"),
    ("mqtts://a/topic", "a path means nothing to mqtts, expected mqtts://HOST:PORT"),
    ("ws://a/p\u{e4}th", "\(urlHint) 'ws://a/p\u{e4}th'"),
    ("mqtt://user:secret@a", "user and password have keys of their own, \(urlForm)"),
    ("http://user:secret@a", "expected a URL such as mqtt://192.0.2.5:1883"),
    ("wss://user:secret@a", "user and password have keys of their own, expected wss://HOST:PORT"),
    ("mqtt://user:secret@a b", "expected a URL such as mqtt://192.0.2.5:1883"),
  ])
  func `a URL that is no broker's is refused`(_ url: String, _ message: String) {
    let error = gatewayError(gatewayYAML(broker: "broker: { url: \"\(url)\" }"))
    #expect(error == "g.yaml:2:16: \(message)")
    #expect(error?.contains("secret") == false)
  }

  private static let nameRule = "1 to 64 letters, digits, '-' and '_'"

  @Test(arguments: [
    Refusal(
      gatewayYAML(gateway: "gatevay: barn"),
      "g.yaml:1:1: unknown key 'gatevay', did you mean 'gateway'?"),
    Refusal(
      gatewayYAML() + "logging: {}\n",
      "g.yaml:6:1: unknown key 'logging', expected one of gateway, broker, queue, clock, status, topic, payload, home-assistant, buses, devices"
    ),
    Refusal(
      gatewayYAML(gateway: "# none"), "g.yaml:2:1: missing key 'gateway'"),
    Refusal(gatewayYAML(broker: ""), "g.yaml:1:1: missing key 'broker'"),
    Refusal(gatewayYAML(buses: ""), "g.yaml:1:1: missing key 'buses'"),
    Refusal(gatewayYAML(devices: ""), "g.yaml:1:1: missing key 'devices'"),
    Refusal(
      gatewayYAML(gateway: "gateway:"),
      "g.yaml:1:9: expected a name for the gateway of \(nameRule), found nothing"),
    Refusal(
      gatewayYAML(gateway: "gateway: ''"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found an empty text"),
    Refusal(
      gatewayYAML(gateway: "gateway: barn/roof"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found 'barn/roof'"),
    Refusal(
      gatewayYAML(gateway: "gateway: { name: barn }"),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found a mapping"),
    Refusal(
      gatewayYAML(gateway: "gateway: \"a\\nb\""),
      "g.yaml:1:10: expected a name for the gateway of \(nameRule), found 'a?b'"),
    Refusal(
      gatewayYAML(broker: "broker:"),
      "g.yaml:2:8: expected a mapping with the broker's url, found nothing"),
    Refusal(
      gatewayYAML(broker: "broker: mqtt://a"),
      "g.yaml:2:9: expected a mapping with the broker's url, found 'mqtt://a'"),
    Refusal(gatewayYAML(broker: "broker: { username: a }"), "g.yaml:2:9: missing key 'url'"),
    Refusal(
      gatewayYAML(broker: "broker: { url: [] }"), "g.yaml:2:16: expected 1 to 8 URLs, found 0"),
    Refusal(
      gatewayYAML(broker: "broker: { url: [a, b, c, d, e, f, g, h, i] }"),
      "g.yaml:2:16: expected 1 to 8 URLs, found 9"),
    Refusal(
      gatewayYAML(broker: "broker: { url: [mqtt://a, [mqtt://b]] }"),
      "g.yaml:2:27: expected a URL such as mqtt://192.0.2.5:1883, found a list"),
    Refusal(
      gatewayYAML(broker: "broker: { url: [mqtt://a, \"mqtt://a:1883\"] }"),
      "g.yaml:2:27: this broker is in the list already, expected another one"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, password: [secret] }"),
      "g.yaml:2:36: expected a password, found a list"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, username: a, password: \"a\\tsecret\" }"),
      "g.yaml:2:49: expected a password in one line, found control characters"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, password: secret }"),
      "g.yaml:2:36: a password without a username, expected both or none"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, username: }"),
      "g.yaml:2:36: expected a user name, found nothing"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, keepalive: 60 s }"),
      "g.yaml:2:26: unknown key 'keepalive', did you mean 'keep-alive'?"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, keep-alive: 60 }"),
      "g.yaml:2:38: expected a duration such as \"10 s\", found '60' without a unit"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, keep-alive: 4 s }"),
      "g.yaml:2:38: expected 0 s or a duration from 5 s to 65535 s, found '4 s'"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, keep-alive: 65536 s }"),
      "g.yaml:2:38: expected 0 s or a duration from 5 s to 65535 s, found '65536 s'"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, return-after: 5 min }"),
      "g.yaml:2:40: return-after with one url, expected a list of brokers"),
    Refusal(
      gatewayYAML(broker: "broker: { url: [mqtt://a, mqtt://b], return-after: 2 d }"),
      "g.yaml:2:52: expected a duration from 1 s to 1 d, found '2 d'"),
    Refusal(
      gatewayYAML(broker: "broker: { url: mqtt://a, reconnect-max: 500 ms }"),
      "g.yaml:2:41: expected a duration from 1 s to 1 h, found '500 ms'"),
    Refusal(
      gatewayYAML(queue: "queue: /var/lib/godwit"),
      "g.yaml:3:8: expected a mapping of the queue, found '/var/lib/godwit'"),
    Refusal(
      gatewayYAML(queue: "queue: { path: }"), "g.yaml:3:16: expected a folder's path, found nothing"
    ),
    Refusal(
      gatewayYAML(queue: "queue: { max-sizes: 1 MiB }"),
      "g.yaml:3:10: unknown key 'max-sizes', did you mean 'max-size'?"),
    Refusal(
      gatewayYAML(queue: "clock: ntp"), "g.yaml:3:8: expected kernel or trusted, found 'ntp'"),
  ])
  func `what is wrong with gateway, broker and queue is told`(_ refusal: Refusal) {
    #expect(gatewayError(refusal.yaml) == refusal.error)
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
    #expect(try gateway(gatewayYAML(devices: devices)).devices[0].every == expected)
  }

  @Test(arguments: [
    "1 S", "-1 s", "+1 s", ".5 s", "1. s", "1,5 s", "s", "1 s s", "1e1 s", "0x1 s", "1 us",
  ])
  func `what is no duration is refused`(_ text: String) {
    let devices = "devices: { m: { profile: meter, bus: plc, every: '\(text)' } }"
    #expect(
      gatewayError(gatewayYAML(devices: devices))
        == "g.yaml:5:50: expected a duration such as \"10 s\", found '\(text)'")
  }
}
