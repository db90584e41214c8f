import Foundation
import TestSupport
import Testing

/// The gateway on an I2C bus of the kernel that knows SMBus's transfers alone.
@Suite(.ownThreads)
struct GatewaySensorTests {
  private let pi: VirtualPi
  private let site: Site

  init() async throws {
    pi = try await VirtualPi()
    site = try await Site(in: pi)
  }

  private func becomes(_ device: String, _ point: String, _ value: String) async throws -> Bool {
    try await eventually(within: .seconds(30)) { site.newest(device, point) == value }
  }

  /// The BMP280 of its data sheet's example (BST-BMP280-DS001, 3.12): 25.08 degrees, 100653 Pa.
  private func fillBMP280(_ stub: I2CStub) async throws {
    let calibration: [UInt16] = [
      27_504, 26_435, UInt16(bitPattern: -1_000), 36_477, UInt16(bitPattern: -10_685), 3_024,
      2_855, 140, UInt16(bitPattern: -7), 15_500, UInt16(bitPattern: -14_600), 6_000,
    ]
    try await stub.fill(
      0x76, 0x88, calibration.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    // Pressure 415148 and temperature 519888, each in 20 bits.
    try await stub.fill(0x76, 0xF7, [0x65, 0x5A, 0xC0, 0x7E, 0xED, 0x00])
    // Its identity is the last, for whoever sees that reads the calibration, once.
    try await stub.fill(0x76, 0xD0, [0x58])
  }

  @Test func `sensors with register maps give their data sheets' values`() async throws {
    let stub = try await pi.i2cStub([0x48, 0x76])
    try await fillBMP280(stub)
    // 25 degrees, the high byte first.
    try await stub.fillWord(0x48, 0x00, 0x0019)
    let keys = "every: 500 ms, batch: 0 s"
    try site.configure(
      buses: "i2c1: { i2c: \(stub.device) }",
      devices: "air: { profile: bosch-bmp280, bus: i2c1, address: 0x76, \(keys) },"
        + " pipe: { profile: ti-tmp102, bus: i2c1, address: 0x48, \(keys) },"
        + " gone: { profile: bosch-bmp280, bus: i2c1, address: 0x77, \(keys) }")
    var gateway = try site.startGateway()
    #expect(try await becomes("air", "temperature", "25.08"), "\(gateway.log)")
    let pressure = try #require(site.newest("air", "pressure").flatMap(Double.init))
    #expect(abs(pressure - 100_653) < 1, "\(pressure)")
    #expect(try await becomes("pipe", "temperature", "25"), "\(gateway.log)")
    #expect(try await becomes("gone", "temperature", "no-acknowledge"), "\(gateway.log)")
    // What the profile sets up is in the chip: oversampling of 2 and 16, one measurement.
    #expect(try await stub.byte(0x76, 0xF4) == 0x55)

    // The adapter is not there, then it is with another chip, and then with the right one. The stub
    // cannot go while it is open.
    #expect(try await gateway.process.stop() == 0)
    try await stub.unplug()
    gateway = try site.startGateway()
    #expect(try await becomes("pipe", "temperature", "port-not-found"), "\(gateway.log)")
    let again = try await pi.i2cStub([0x48, 0x76])
    #expect(again.device == stub.device)
    try await again.fill(0x76, 0xD0, [0x60])
    #expect(try await becomes("air", "temperature", "wrong-device"), "\(gateway.log)")
    try await fillBMP280(again)
    try await again.fillWord(0x48, 0x00, 0x0019)
    #expect(try await becomes("air", "temperature", "25.08"), "\(gateway.log)")
    #expect(try await becomes("pipe", "temperature", "25"), "\(gateway.log)")
    #expect(try await gateway.process.stop() == 0)
  }

  @Test func `a scan knows a chip by its identity, and writes a configuration`() async throws {
    let stub = try await pi.i2cStub([0x48, 0x76])
    try await fillBMP280(stub)
    let found = try await pi.run(
      "\(Kernel.godwit) scan i2c \(stub.number) --profiles \(Kernel.profiles)")
    #expect(found.contains("bosch-bmp280, by its identity"), "\(found)")
    #expect(
      found.contains("i2c1-76: { profile: bosch-bmp280, bus: i2c1, address: 0x76 }"), "\(found)")
    #expect(found.contains("#i2c1-48:"), "\(found)")
    // Nothing was set up by looking.
    #expect(try await stub.byte(0x76, 0xF4) == 0)

    try pi.write(
      try await pi.run("\(Kernel.godwit) scan --profiles \(Kernel.profiles)"), to: "all.yaml")
    let check = try await pi.run(
      "\(Kernel.godwit) check --config all.yaml --profiles \(Kernel.profiles)")
    #expect(check.contains("all.yaml is in order"), "\(check)")
  }

  @Test func `a device is read once, without a gateway`() async throws {
    let stub = try await pi.i2cStub([0x48])
    try await stub.fillWord(0x48, 0x00, 0x0019)
    let read = try await pi.run(
      "\(Kernel.godwit) read --profile ti-tmp102 --bus \(stub.device) --address 0x48"
        + " --profiles \(Kernel.profiles)")
    #expect(read == "temperature  25 Cel")
  }
}
