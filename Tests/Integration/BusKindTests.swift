import Foundation
import TestSupport
import Testing

/// Every kind of bus, read by the program that is shipped.
struct BusKindTests {
  @Test(arguments: [
    "modbus-tcp: 192.0.2.1", "modbus-tcp: 192.0.2.1, port: 1502",
    "modbus-rtu: /dev/ttyS0, baud: 9600", "modbus-rtu-tcp: 192.0.2.1, port: 4196",
    "i2c: /dev/i2c-1", "gpio: gpiochip0", "sysfs: /sys",
  ])
  func `a bus of each kind is taken`(bus: String) throws {
    let workplace = try Workplace()
    try workplace.write(
      """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1" }
      buses: { line: { \(bus) } }
      devices: {}
      """, to: "godwit.yaml")
    let check = try workplace.start(Workplace.godwit, ["check", "--config", "godwit.yaml"])
    #expect(check.waitForEnd() == 0, "\(check.output)")
  }

  @Test func `the plan of every shipped Modbus profile is told`() throws {
    let workplace = try Workplace()
    let names = try FileManager.default.contentsOfDirectory(atPath: Workplace.profiles).sorted()
    var buses: [String] = []
    var devices: [String] = []
    for name in names where name.hasSuffix(".yaml") {
      let text = try String(contentsOfFile: "\(Workplace.profiles)/\(name)", encoding: .utf8)
      guard text.contains("\nbus: modbus\n") else { continue }
      let number = buses.count + 1
      buses.append("  b\(number): { modbus-tcp: 192.0.2.\(number) }")
      devices.append("  d\(number): { profile: \(name.dropLast(5)), bus: b\(number) }")
    }
    #expect(buses.count >= 16)
    try workplace.write(
      """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1" }
      buses:
      \(buses.joined(separator: "\n"))
      devices:
      \(devices.joined(separator: "\n"))
      """, to: "godwit.yaml")
    let check = try workplace.start(
      Workplace.godwit,
      ["check", "-v", "--config", "godwit.yaml", "--profiles", Workplace.profiles])
    #expect(check.waitForEnd() == 0, "\(check.output)")
    for number in 1...buses.count { #expect(check.output.contains("d\(number): ")) }
  }
}
