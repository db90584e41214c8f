import Configuration
import Testing

/// Serial lines, RTU over TCP, and how devices are asked.
struct LineTests {
  private static let port = "a usual speed such as 9600, 19200 or 115200"
  private static let path = "the path of a serial device, such as /dev/serial/by-id/..."
  private static let ttyBus = "buses: { l: { modbus-rtu: /dev/ttyS0 } }"

  private func link(_ bus: String) throws -> Bus.Link {
    try gateway(gatewayYAML(buses: "buses: { l: { \(bus) } }")).buses[0].link
  }

  private static func serial(
    baud: Int = 9_600, _ parity: SerialLine.Parity = .none, stopBits: Int = 1
  ) -> SerialLine {
    var line = SerialLine()
    line.baud = baud
    line.parity = parity
    line.stopBits = stopBits
    return line
  }

  @Test func `a serial line has the usual settings unless it says otherwise`() throws {
    #expect(
      try link("modbus-rtu: /dev/ttyS0")
        == .modbusRTU(
          SerialPort(path: "/dev/ttyS0", line: Self.serial()),
          RTUFraming(gap: Self.serial().frameGap)))
    var timing = RTSTiming()
    timing.isOnToSend = false
    timing.delayBefore = .milliseconds(1)
    timing.delayAfter = .microseconds(500)
    let line = Self.serial(baud: 19_200, .even, stopBits: 2)
    #expect(
      try link(
        """
        modbus-rtu: /dev/serial/by-id/usb-FTDI_A, baud: 19200, parity: even, data-bits: 8,
        stop-bits: 2, inter-frame-gap: 5 ms, echo: discard,
        rs485: { direction: rts, rts-to-send: off, delay-before: 1 ms, delay-after: 0.5 ms }
        """)
        == .modbusRTU(
          SerialPort(path: "/dev/serial/by-id/usb-FTDI_A", line: line, direction: .rts(timing)),
          RTUFraming(gap: .milliseconds(5), isEchoed: true)))
  }

  @Test(
    arguments: [
      ("off", .automatic), ("kernel", .kernel(RTSTiming())), ("rts", .rts(RTSTiming())),
      ("{ direction: kernel }", .kernel(RTSTiming())),
    ] as [(String, LineDirection)])
  func `the direction is nobody's, the kernel's or ours`(
    text: String, direction: LineDirection
  ) throws {
    #expect(
      try link("modbus-rtu: /dev/ttyS0, rs485: \(text)")
        == .modbusRTU(SerialPort(path: "/dev/ttyS0", direction: direction), RTUFraming()))
  }

  @Test func `RTU over TCP has a host and its port`() throws {
    #expect(
      try link("modbus-rtu-tcp: 192.0.2.7, port: 4001, inter-frame-gap: 0 s")
        == .modbusRTUOverTCP(host: "192.0.2.7", port: 4_001, RTUFraming(gap: .zero)))
    #expect(
      try link("modbus-rtu-tcp: '[2001:db8::1]', port: 4001, echo: discard")
        == .modbusRTUOverTCP(
          host: "2001:db8::1", port: 4_001,
          RTUFraming(gap: Self.serial().frameGap, isEchoed: true)))
  }

  @Test(arguments: [
    ("{ l: { modbus-rtu: ttyS0 } }", "27: expected \(path), found 'ttyS0'"),
    ("{ l: { modbus-rtu: } }", "27: expected \(path), found nothing"),
    ("{ l: { modbus-rtu: /dev/t, baud: 9601 } }", "41: expected \(port), found '9601'"),
    // libmodbus cannot set it.
    ("{ l: { modbus-rtu: /dev/t, baud: 2000000 } }", "41: expected \(port), found '2000000'"),
    ("{ l: { modbus-rtu: /dev/t, baud: fast } }", "41: expected \(port), found 'fast'"),
    ("{ l: { modbus-rtu: /dev/t, parity: E } }", "43: expected none, even or odd, found 'E'"),
    ("{ l: { modbus-rtu: /dev/t, data-bits: 7 } }", "46: expected 8, found '7'"),
    ("{ l: { modbus-rtu: /dev/t, stop-bits: 3 } }", "46: expected 1 or 2, found '3'"),
    ("{ l: { modbus-rtu: /dev/t, rs485: on } }", "42: expected off, kernel or rts, found 'on'"),
    ("{ l: { modbus-rtu: /dev/t, rs485: {} } }", "42: missing key 'direction'"),
    (
      "{ l: { modbus-rtu: /dev/t, rs485: { direction: rts, delay-before: 1 s } } }",
      "74: expected a duration from 0 s to 100 ms, found '1 s'"
    ),
    ("{ l: { modbus-rtu: /dev/t, echo: yes } }", "41: expected none or discard, found 'yes'"),
    (
      "{ l: { modbus-rtu: /dev/t, inter-frame-gap: 2 s } }",
      "52: expected a duration from 0 s to 1 s, found '2 s'"
    ),
    (
      "{ l: { modbus-rtu: /dev/t, port: 502 } }",
      "35: unknown key 'port', expected one of modbus-rtu, baud, parity, data-bits, stop-bits,"
        + " rs485, echo, inter-frame-gap"
    ),
    (
      "{ l: { modbus-tcp: a, baud: 9600 } }",
      "30: unknown key 'baud', expected one of modbus-tcp, port"
    ),
    (
      "{ l: { modbus-rtu-tcp: a, port: 1, baud: 9600 } }",
      "43: unknown key 'baud', expected one of modbus-rtu-tcp, port, echo, inter-frame-gap"
    ),
    ("{ l: { modbus-rtu-tcp: a } }", "13: missing key 'port'"),
    (
      "{ l: { modbus-rtu: /dev/t }, m: { modbus-rtu: /dev/t } }",
      "54: bus 'm' has the address of bus 'l' (line 4), expected one bus for both"
    ),
    (
      "{ l: { modbus-tcp: a.lan }, m: { modbus-rtu-tcp: A.lan, port: 502 } }",
      "57: bus 'm' has the address of bus 'l' (line 4), expected one bus for both"
    ),
  ])
  func `what is wrong with a line is told`(_ buses: String, _ error: String) {
    #expect(gatewayError(gatewayYAML(buses: "buses: \(buses)")) == "g.yaml:4:\(error)")
  }

  private func profile(_ id: String, serial: String) -> String {
    meterProfile.replacing("id: meter", with: "id: \(id)").replacing(
      "{unit_id: 7}", with: "{unit_id: 7, serial: {\(serial)}}")
  }

  @Test func `what a line does not say comes from the profiles on it`() throws {
    let profiles = [
      "fast": profile("fast", serial: "baud: 38400, parity: even"),
      "odd": profile("odd", serial: "baud: 14400"),
    ]
    let devices = "devices:\n  a: { profile: fast, bus: l }\n"
    let open = try gateway(
      gatewayYAML(buses: Self.ttyBus, devices: devices), profiles: profiles)
    #expect(
      open.buses[0].link
        == .modbusRTU(
          SerialPort(path: "/dev/ttyS0", line: Self.serial(baud: 38_400, .even)),
          RTUFraming(gap: .microseconds(1_750))))
    let fixed = try gateway(
      gatewayYAML(
        buses: "buses: { l: { modbus-rtu: /dev/ttyS0, baud: 4800, inter-frame-gap: 9 ms } }",
        devices: devices), profiles: profiles)
    #expect(
      fixed.buses[0].link
        == .modbusRTU(
          SerialPort(path: "/dev/ttyS0", line: Self.serial(baud: 4_800, .even)),
          RTUFraming(gap: .milliseconds(9))))

    let both = devices + "  b: { profile: meter, bus: l, unit: 2 }\n"
    #expect(
      gatewayError(gatewayYAML(buses: Self.ttyBus, devices: both), profiles: profiles)
        == "g.yaml:7:29: the profile of 'b' wants 9600 8N1, and that of 'a' on the same bus"
        + " 38400 8E1, expected baud, parity and stop-bits at bus 'l'")
    let stated = "buses: { l: { modbus-rtu: /dev/ttyS0, baud: 9600, parity: none, stop-bits: 1 } }"
    #expect(
      gatewayError(gatewayYAML(buses: stated, devices: both), profiles: profiles) == nil)
    #expect(
      gatewayError(
        gatewayYAML(buses: Self.ttyBus, devices: "devices:\n  a: { profile: odd, bus: l }\n"),
        profiles: profiles)
        == "g.yaml:6:27: the profile of 'a' wants 14400 baud, which is not supported, expected"
        + " another baud at bus 'l'")
  }

  @Test(arguments: [
    (ttyBus, "unit: 0", "unit 0"), (ttyBus, "unit: 255", "unit 255"),
    ("buses: { l: { modbus-rtu-tcp: a, port: 1 } }", "unit: 255", "unit 255"),
  ])
  func `nobody has some units on a line of RTU frames`(bus: String, unit: String, words: String) {
    let devices = "devices:\n  a: { profile: meter, bus: l, \(unit) }\n"
    #expect(
      gatewayError(gatewayYAML(buses: bus, devices: devices))
        == "g.yaml:6:38: nobody answers as \(words) in RTU frames, expected a unit from 1 to 247")
  }

  @Test func `a device is asked as its profile, its line and its own keys say`() throws {
    let timed = meterProfile.replacing(
      "{unit_id: 7}", with: "{unit_id: 7, timing: {response: 300 ms, between_requests: 20 ms}}"
    ).replacing("id: meter", with: "id: timed")
    let buses = "buses: { l: { modbus-rtu: /dev/ttyS0 }, t: { modbus-tcp: a } }"
    let devices = """
      devices:
        a: { profile: timed, bus: l }
        b: { profile: timed, bus: t }
        c: { profile: timed, bus: t, unit: 2, timeout: 2 s, retries: 5, turnaround: 0 s }
        d: { profile: meter, bus: l, unit: 2, retries: 0, turnaround: 1 s }
      """
    let requests = try gateway(
      gatewayYAML(buses: buses, devices: devices), profiles: ["timed": timed]
    ).devices.map(\.modbus.requests)
    #expect(requests.map(\.timeout) == [0.3, 0.3, 2, 1].map { .seconds($0) })
    #expect(requests.map(\.retries) == [1, 0, 5, 0])
    #expect(requests.map(\.turnaround) == [0.02, 0.02, 0, 1].map { .seconds($0) })
  }

  @Test(arguments: [
    ("timeout: 9 ms", "43: expected a duration from 10 ms to 1 min, found '9 ms'"),
    ("timeout: 61 s", "43: expected a duration from 10 ms to 1 min, found '61 s'"),
    ("retries: 6", "43: expected a number of retries from 0 to 5, found '6'"),
    ("turnaround: 11 s", "46: expected a duration from 0 s to 10 s, found '11 s'"),
  ])
  func `what is wrong with the manner of asking is told`(_ key: String, _ error: String) {
    let devices = "devices:\n  m: { profile: meter, bus: plc, \(key) }"
    #expect(gatewayError(gatewayYAML(devices: devices)) == "g.yaml:6:\(error)")
  }
}
