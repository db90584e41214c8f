import Foundation
import Glibc
import TestSupport
import Testing

/// `godwit simulate` as a Modbus client sees it that nobody here wrote: pymodbus.
struct SimulateTests {
  @Test func `a simulated meter answers with values that are plausible and move`() async throws {
    let workplace = try Workplace()
    let port = try freePort()
    let meter = try workplace.start(
      Workplace.godwit,
      [
        "simulate", "--profile", "eastron-sdm630", "--profiles", Workplace.profiles,
        "--listen", "127.0.0.1:\(port)", "--unit", "7",
      ])
    #expect(try await eventually { isOpen(port) }, "\(meter.output)")

    let first = try await read([(0x0000, 7), (0x0046, 7), (0x0048, 7)], port, workplace)
    try #require(first.count == 3, "\(first)")
    let voltage = try #require(Float(first[0]))
    #expect((220...240).contains(voltage))
    let frequency = try #require(Float(first[1]))
    #expect((49.5...50.5).contains(frequency))
    let second = try await read([(0x0000, 7), (0x0048, 7)], port, workplace)
    #expect(second[0] != first[0])
    #expect(try #require(Float(second[1])) >= #require(Float(first[2])))
    // Beyond the map, and another unit.
    let refused = try await read([(0x1000, 7), (0x0000, 8)], port, workplace)
    #expect(refused == ["exception 2", "exception 11"])

    meter.signal(SIGTERM)
    #expect(try await meter.waitForEnd(within: .seconds(5)) == 0)
  }

  @Test func `a simulated meter answers in RTU frames over TCP`() async throws {
    let workplace = try Workplace()
    let port = try freePort()
    let meter = try workplace.start(
      Workplace.godwit,
      [
        "simulate", "--profile", "eastron-sdm630", "--profiles", Workplace.profiles,
        "--rtu-tcp", "\(port)", "--unit", "7",
      ])
    #expect(try await eventually { isOpen(port) }, "\(meter.output)")
    let values = try await read(
      [(0x0000, 7), (0x1000, 7), (0x0046, 7)], port, workplace, framing: "rtu-tcp")
    try #require(values.count == 3, "\(values)")
    #expect((220...240).contains(try #require(Float(values[0]))))
    #expect(values[1] == "exception 2")
    #expect((49.5...50.5).contains(try #require(Float(values[2]))))
    meter.signal(SIGTERM)
    #expect(try await meter.waitForEnd(within: .seconds(5)) == 0)
  }

  /// What pymodbus reads: a number, or an exception's code, for each address and unit.
  private func read(
    _ registers: [(address: Int, unit: Int)], _ port: UInt16, _ workplace: Workplace,
    framing: String = "tcp"
  ) async throws -> [String] {
    let script = Workplace.root.appendingPathComponent("Tests/Integration/Peers/modbus_client.py")
    let client = try workplace.start(
      Workplace.python,
      [script.path, framing, "\(port)"] + registers.map { "\($0.unit):\($0.address)" },
      name: "client")
    #expect(try await client.waitForEnd(within: .seconds(30)) == 0, "\(client.output)")
    return client.output.split(separator: "\n").map(String.init)
  }
}
