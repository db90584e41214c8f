import Configuration
import Testing

/// Devices on GPIO lines and sensors of the kernel: what is taken, and what is refused and where.
@Suite struct GPIOTests {
  private static let door = """
    profile: godwit/1
    id: door
    revision: 1
    title: D
    bus: gpio
    refs: [r]
    lines: {in: {bias: pull-up, active: low, debounce: 20 ms}}
    points: {open: {level: in}}
    """

  private static let pair = """
    profile: godwit/1
    id: pair
    revision: 1
    title: P
    bus: gpio
    refs: [r]
    options: {k: {default: 1, range: [0, 5]}}
    lines: {a: {}, b: {}}
    points: {a: {level: a}, b: {level: b}}
    """

  private static let zone = """
    profile: godwit/1
    id: zone
    revision: 1
    title: Z
    bus: sysfs
    refs: [r]
    where: thermal
    points: {t: {read: temp, scale: 0.001, unit: Cel}}
    """

  private static func yaml(_ devices: String) -> String {
    """
    gateway: g
    broker: {url: mqtt://a}
    buses: {pins: {gpio: gpiochip0}, kernel: {sysfs: /sys}}
    devices:
      \(devices)
    """
  }

  private static let profiles = ["door": door, "pair": pair, "zone": zone]

  @Test func `a line has the profile's settings but for the installation's own`() throws {
    let configuration = try gateway(
      Self.yaml("d: {profile: door, bus: pins, line: GPIO17, debounce: 5 ms, active: high}"),
      profiles: Self.profiles)
    #expect(configuration.buses[0].link == .gpio(chip: "gpiochip0"))
    #expect(configuration.buses[1].link == .sysfs(root: "/sys"))
    let line = configuration.devices[0].gpio.lines[0]
    #expect(line.place == .name("GPIO17"))
    #expect(line.settings.bias == .pullUp)
    #expect(!line.settings.isActiveLow)
    #expect(line.settings.debounce == .milliseconds(5))
  }

  @Test func `several lines are named, each with settings of its own`() throws {
    let configuration = try gateway(
      Self.yaml(
        "d: {profile: pair, bus: pins, lines: {b: 4, a: {line: '3', edge: both}}, options: {k: 2}}"),
      profiles: Self.profiles)
    let site = configuration.devices[0].gpio
    // A quoted number is a name.
    #expect(site.lines.map(\.place) == [.name("3"), .offset(4)])
    #expect(site.lines[0].settings.edge == .both)
    #expect(site.options == [2])
  }

  @Test(arguments: [
    ("d: {profile: door, bus: pins}", "6: missing key 'line'"),
    (
      "d: {profile: pair, bus: pins, line: 4}",
      "39: the profile has the lines a and b, expected 'lines' for them"
    ),
    ("d: {profile: pair, bus: pins, lines: {a: 4}}", "40: missing line 'b'"),
    (
      "d: {profile: pair, bus: pins, lines: {a: 4, c: 5}}",
      "47: unknown line 'c', expected one of a, b"
    ),
    (
      "d: {profile: pair, bus: pins, lines: {a: 4, b: 4}}",
      "40: line 4 twice, expected a line for each"
    ),
    (
      "d: {profile: door, bus: pins, line: 5000}",
      "39: expected a line's number from 0 to 4095, or its name, found '5000'"
    ),
    (
      "d: {profile: pair, bus: pins, lines: {a: 1, b: 2}, options: {k: 9}}",
      "67: expected a number from 0.0 to 5.0, found '9'"
    ),
    (
      "d: {profile: pair, bus: pins, lines: {a: 1, b: 2}, options: {q: 9}}",
      "64: unknown option 'q', expected k"
    ),
    (
      "d: {profile: door, bus: kernel}",
      "27: profile 'door' is of a device on a GPIO chip, but bus 'kernel' is the kernel's own"
        + " drivers (sysfs)"
    ),
    (
      "d: {profile: door, bus: pins, line: 4, unit: 1}",
      "42: unknown key 'unit'"
    ),
    ("d: {profile: zone, bus: kernel}", "6: missing key 'name'"),
  ])
  func `what is wrong is told`(device: String, error: String) throws {
    let text = try #require(gatewayError(Self.yaml(device), profiles: Self.profiles))
    #expect(text.hasPrefix("g.yaml:5:\(error)"), "\(text)")
  }

  @Test func `a line belongs to one device`() {
    let text = gatewayError(
      Self.yaml(
        "d: {profile: door, bus: pins, line: 4}\n  e: {profile: door, bus: pins, line: 4}"),
      profiles: Self.profiles)
    #expect(
      text
        == "g.yaml:6:39: line 4 on bus 'pins' is device 'd' (line 5), expected another line for 'e'"
    )
  }

  private func pointError(_ point: String) -> String? {
    profileError(
      """
      profile: godwit/1
      id: p
      revision: 1
      title: P
      bus: gpio
      refs: [r]
      lines: {in: {}}
      points: {p: {\(point)}}
      """)
  }

  @Test(arguments: [
    ("unit: V", "13: measures nothing, expected a key such as 'count' or 'value'"),
    ("count: out, unit: count", "21: expected in, found 'out'"),
    ("count: in, level: in", "21: measures two things, expected two points"),
    ("count: in", "13: missing key 'unit'"),
    ("rate: in, unit: Hz, window: 1 s", "13: missing key 'value', such as per_minute"),
    ("rate: in, unit: Hz, value: per_second", "13: missing key 'window'"),
    ("count: in, unit: count, window: 1 s", "46: 'window' has no meaning here"),
    ("count: in, unit: count, hold: 1 s", "44: 'hold' of what is no yes or no"),
    ("level: in, digits: 1", "33: 'digits' of what is no number"),
    ("count: in, unit: count, type: binary", "44: expected no type of a number, found 'binary'"),
    (
      "count: in, unit: count, counter: {keep: memory, save_every: 60 s}",
      "74: 'save_every' of what is not kept on disk"
    ),
    (
      "count: in, unit: count, counter: {save_every: 1 s}",
      "60: expected a duration from 10 s to 1 d, found '1 s'"
    ),
  ])
  func `what is wrong with a point is told`(point: String, error: String) throws {
    let text = try #require(pointError(point))
    #expect(text == "p.yaml:8:\(error)", "\(text)")
  }

  @Test func `a formula's fault is told where it is`() throws {
    let text = try #require(pointError("count: in, unit: count, value: cuont / 2"))
    #expect(text.hasPrefix("p.yaml:8:45: unknown name 'cuont'"), "\(text)")
    #expect(text.hasSuffix("did you mean 'count'?"), "\(text)")
  }

  @Test(arguments: ["../temp", "a/b", ".hidden", ""])
  func `a file is one of the device's own folder`(name: String) {
    let text = profileError(
      """
      profile: godwit/1
      id: p
      revision: 1
      title: P
      bus: sysfs
      refs: [r]
      where: hwmon
      points: {p: {read: '\(name)', unit: V}}
      """)
    #expect(text?.hasPrefix("p.yaml:8:20: expected") == true, "\(text ?? "")")
  }
}
