import Foundation
import Glibc
import System
import TestSupport
import Testing

/// Gateways on lines of RTU frames.
struct SerialTests {
  /// A broker, a subscriber, and a place for a serial port that comes and goes.
  private final class Rig {
    let workplace: Workplace
    let broker: Mosquitto
    let subscriber: Subscriber

    init() async throws {
      workplace = try Workplace()
      broker = try Mosquitto(in: workplace)
      try await broker.start()
      subscriber = try await Subscriber(to: broker, in: workplace)
    }

    func configure(_ bus: String, _ devices: String) throws {
      try workplace.write(
        """
        gateway: barn
        broker: { url: "mqtt://127.0.0.1:\(broker.port)" }
        queue: { path: queue, durability: every 50 ms }
        buses: { line: { \(bus) } }
        devices:
        \(devices)
        """, to: "godwit.yaml")
    }

    /// What the last reading of a device has for its power: a number, or why there is none.
    func power(_ device: String) -> String? {
      let reading = subscriber.arrivals.last { $0.topic == "godwit/barn/\(device)" }?.readings.last
      if let power = reading?["power"] as? Double { return "\(power)" }
      return (reading?["errors"] as? [String: String])?["power"]
    }

    func hasPower(_ device: String, _ expected: String) async throws -> Bool {
      // A device that was silent is probed once a minute at least.
      try await eventually(within: .seconds(100)) { self.power(device) == expected }
    }
  }

  private static let device = "every: 200 ms, batch: 0 s, points: [power], timeout: 400 ms"

  @Test
  func `a line is read, unplugged, and read again when its adapter is back`() async throws {
    let rig = try await Rig()
    let port = rig.workplace.path("usb-adapter")
    try rig.configure(
      "modbus-rtu: \(port), baud: 9600, parity: none, stop-bits: 1",
      """
        one: { profile: eastron-sdm630, bus: line, unit: 1, \(Self.device) }
        two: { profile: eastron-sdm630, bus: line, unit: 2, \(Self.device) }
        dead: { profile: eastron-sdm630, bus: line, unit: 3, \(Self.device) }
      """)
    let gateway = try rig.workplace.startGateway()
    // It starts without the port.
    #expect(try await rig.hasPower("one", "port-not-found"), "\(gateway.output)")

    for _ in 0..<2 {
      let cable = try PseudoTerminalPair()
      let meter = try ModbusPeer(
        in: rig.workplace,
        [1: SDM630.example, 2: SDM630.registers([0x0034: [0x4248, 0x0000]])],
        at: .serial(cable.paths.1))
      try await meter.start()
      try FileManager.default.createSymbolicLink(
        atPath: port, withDestinationPath: cable.paths.0)
      #expect(
        try await rig.hasPower("one", "-1500.0"), "\(gateway.output) \(meter.output)")
      #expect(try await rig.hasPower("two", "50.0"), "\(gateway.output)")
      #expect(try await rig.hasPower("dead", "timeout"), "\(gateway.output)")
      meter.stop()
      try FileManager.default.removeItem(atPath: port)
      withExtendedLifetime(cable) {}
    }
    #expect(try await rig.hasPower("one", "port-not-found"), "\(gateway.output)")
    #expect(gateway.output.contains("serial port lost port=\(port)"))
    #expect(gateway.output.contains("device is isolated device=dead reason=timeout"))
    #expect(!gateway.output.contains("device is isolated device=one"))
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
  }

  @Test func `RTU frames over TCP are read`() async throws {
    let rig = try await Rig()
    let meter = try ModbusPeer(in: rig.workplace, [1: SDM630.example], at: .rtuOverTCP)
    try await meter.start()
    try rig.configure(
      "modbus-rtu-tcp: 127.0.0.1, port: \(meter.port)",
      "  one: { profile: eastron-sdm630, bus: line, \(Self.device) }")
    let gateway = try rig.workplace.startGateway()
    #expect(try await rig.hasPower("one", "-1500.0"), "\(gateway.output)")
    meter.stop()
    #expect(try await rig.hasPower("one", "connection-refused"), "\(gateway.output)")
    try await meter.start()
    #expect(try await rig.hasPower("one", "-1500.0"), "\(gateway.output)")
  }

  /// linux/serial.h: enabled is 1, RTS on while sending 2, RTS on after sending 4.
  @Test(arguments: [
    (
      "{ direction: kernel, delay-before: 2 ms, delay-after: 3 ms }",
      ["rs485 flags 3 before 2 after 3", "request", "request"]
    ),
    (
      "{ direction: kernel, rts-to-send: off }",
      ["rs485 flags 5 before 0 after 0", "request", "request"]
    ),
    ("rts", ["rts off", "rts on", "request", "drain", "rts off", "rts on", "request", "drain"]),
    (
      "{ direction: rts, rts-to-send: off, delay-before: 1 ms, delay-after: 1 ms }",
      ["rts on", "rts off", "request", "drain", "rts on", "rts off", "request", "drain"]
    ),
  ])
  func `the transceiver is switched by the kernel, or around each request`(
    rs485: String, expected: [String]
  ) async throws {
    let rig = try await Rig()
    let source = Workplace.root.appendingPathComponent("Tests/Integration/Peers/rs485.c")
    let compiler = try rig.workplace.start(
      "/usr/bin/gcc",
      ["-shared", "-fPIC", "-O1", "-o", rig.workplace.path("rs485.so"), source.path])
    try #require(compiler.waitForEnd() == 0, "\(compiler.output)")
    let line = try SimulatedLine { [.init($0.answer)] }
    try rig.configure(
      "modbus-rtu: \(line.path), rs485: \(rs485)",
      "  one: { profile: eastron-sdm630, bus: line, \(Self.device) }")
    let gateway = try rig.workplace.start(
      "/usr/bin/env",
      [
        "LD_PRELOAD=\(rig.workplace.path("rs485.so"))", "TEST_RS485=\(rig.workplace.path("calls"))",
        Workplace.godwit, "run", "--config", "godwit.yaml", "--profiles", Workplace.profiles,
      ], name: "godwit")
    #expect(try await eventually { line.record.requests.count >= 3 }, "\(gateway.output)")
    let calls = try String(contentsOfFile: rig.workplace.path("calls"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(Array(calls.prefix(expected.count)) == expected)
  }
}
