import Foundation
import TestSupport
import Testing

/// `godwit read` and `godwit scan` as somebody types them, with pymodbus at the other end.
struct ReadScanTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
  }

  private func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let process = try workplace.start(
      Workplace.godwit, words + ["--profiles", Workplace.profiles], name: "godwit")
    return (process.waitForEnd(), process.output)
  }

  private func row(_ name: String, in output: String) -> [String]? {
    output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      .first { $0.first == name }
  }

  @Test func `a device is read by profile and bus, with what it has sent`() async throws {
    let meter = try ModbusPeer(in: workplace, [3: SDM630.example])
    try await meter.start()
    let bus = ["--bus", "127.0.0.1:\(meter.port)", "--unit", "3"]
    let (status, output) = try run(["read", "--profile", "eastron-sdm630", "-v"] + bus)
    #expect(status == 0, "\(output)")
    #expect(row("power", in: output) == ["power", "-1500", "W", "input", "52:", "c4bb", "8000"])
    #expect(row("voltage_l2", in: output)?[1...2] == ["230.6", "V"], "\(output)")

    let json = try run(["read", "--profile", "eastron-sdm630", "--json"] + bus).output
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let values = try #require(object?["values"] as? [[String: Any]])
    #expect(object?["profile"] as? String == "eastron-sdm630")
    let power = try #require(values.first { $0["name"] as? String == "power" })
    #expect(power["value"] as? Double == -1_500 && power["unit"] as? String == "W")
  }

  @Test func `a device of the configuration is read by its name`() async throws {
    let meter = try ModbusPeer(in: workplace, [1: SDM630.example])
    try await meter.start()
    try workplace.configure(
      broker: "mqtt://127.0.0.1:1", meter: meter.port, device: "points: [power]")
    let (status, output) = try run(["read", "meter", "--config", "godwit.yaml"])
    #expect(status == 0 && output == "power  -1500 W\n", "\(output)")
    let wrong = try run(["read", "metre", "--config", "godwit.yaml"])
    #expect(wrong.status == 2 && wrong.output.contains("there is no device 'metre'"))
    meter.stop()
    let gone = try run(["read", "meter", "--config", "godwit.yaml"])
    #expect(gone.status == 1 && gone.output == "power  - connection-refused\n", "\(gone.output)")
  }

  @Test(arguments: [
    (["read"], "expected a device"), (["read", "a", "b"], "unexpected word 'b'"),
    (["read", "--profile", "eastron-sdm630"], "expected a device"),
    (["read", "--profile", "no-such", "--bus", "127.0.0.1"], "no-such"),
    (["read", "--profile", "eastron-sdm630", "--bus", "modbus-tcp: 127.0.0.1 }"], "command line"),
    (["read", "meter", "--config", "none.yaml"], "none.yaml:1:1: cannot read the file"),
    (["scan", "modbus"], "expected nothing, 'gpio'"),
    (["scan", "modbus", "127.0.0.1", "--units", "0"], "--units"),
    (["scan", "modbus", "127.0.0.1", "--timeout", "1 day"], "--timeout"),
  ])
  func `what is wrong with a command line is told`(words: [String], reason: String) throws {
    let (status, output) = try run(words)
    #expect(status == 2 && output.contains(reason), "\(output)")
  }

  @Test func `units behind a host are found, and known by their profile`() async throws {
    let meter = try ModbusPeer(in: workplace, [5: SDM630.example])
    try await meter.start()
    let (status, output) = try run(
      ["scan", "modbus", "127.0.0.1:\(meter.port)", "--units", "1-8", "--timeout", "500ms"])
    #expect(status == 0, "\(output)")
    #expect(
      output.contains("unit5: { profile: eastron-sdm630, bus: line1, unit: 5 }"), "\(output)")
    #expect(output.contains("modbus-tcp: \"127.0.0.1\", port: \(meter.port)"))
  }

  @Test func `a serial line is searched until its speed and parity are found`() async throws {
    // A pseudo-terminal has no speed: the first setting is the right one.
    let cable = try PseudoTerminalPair()
    let meter = try ModbusPeer(in: workplace, [2: SDM630.example], at: .serial(cable.paths.1))
    try await meter.start()
    let (status, output) = try run(
      [
        "scan", "modbus", cable.paths.0, "--units", "1-3", "--baud", "9600", "--parity", "none",
        "--timeout", "500ms",
      ])
    #expect(status == 0, "\(output)")
    #expect(output.contains("modbus-rtu: \(cable.paths.0), baud: 9600, parity: none"))
    #expect(
      output.contains("unit2: { profile: eastron-sdm630, bus: line1, unit: 2 }"), "\(output)")
    withExtendedLifetime(cable) {}
  }

  @Test func `where nobody answers, that is said`() throws {
    let (status, output) = try run(
      ["scan", "modbus", "127.0.0.1:\(try freePort())", "--units", "1-3"])
    #expect(status == 1 && output.contains("connection-refused"), "\(output)")
  }
}
