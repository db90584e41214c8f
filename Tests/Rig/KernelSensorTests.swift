import Foundation
import TestSupport
import Testing

/// The gateway and the sensors that drivers of the kernel read.
@Suite(.ownThreads)
struct KernelSensorTests {
  private let pi: VirtualPi
  private let site: Site

  init() async throws {
    pi = try await VirtualPi()
    site = try await Site(in: pi)
  }

  private func becomes(_ device: String, _ point: String, _ value: String) async throws -> Bool {
    try await eventually(within: .seconds(30)) { site.newest(device, point) == value }
  }

  @Test func `an LM75 and a converter are read through the kernel's drivers`() async throws {
    let stub = try await pi.i2cStub([0x48])
    // 25 degrees, the high byte first (LM75 data sheet, temperature register).
    try await stub.fillWord(0x48, 0x00, 0x0019)
    let bus = "/sys/bus/i2c/devices/i2c-\(stub.number)"
    try await pi.run("echo lm75 0x48 >\(bus)/new_device")
    // drivers/iio/dummy: 73 with an offset of 7, in steps of 0.001333 mV.
    try await pi.run("mkdir -p /sys/kernel/config/iio/devices/dummy/probe")
    let keys = "every: 500 ms, batch: 0 s"
    try site.configure(
      buses: "kernel: { sysfs: /sys }",
      devices: "pipe: { profile: linux-hwmon, bus: kernel, name: lm75, \(keys) },"
        + " adc: { profile: linux-iio, bus: kernel, name: probe, points: [voltage_0], \(keys) },"
        + " gone: { profile: linux-hwmon, bus: kernel, name: tmp102, \(keys) }")
    let gateway = try site.startGateway()
    #expect(try await becomes("pipe", "temperature", "25"), "\(gateway.log)")
    #expect(try await becomes("adc", "voltage_0", "0.000107"), "\(gateway.log)")
    #expect(try await becomes("gone", "temperature", "port-not-found"), "\(gateway.log)")

    // Half a degree more; forced, for the driver has the chip.
    try await pi.run("i2cset -y -f \(stub.number) 0x48 0 0x8019 w")
    #expect(try await becomes("pipe", "temperature", "25.5"), "\(gateway.log)")

    // The driver lets the chip go, and takes it again under another number.
    try await pi.run("echo 0x48 >\(bus)/delete_device")
    #expect(try await becomes("pipe", "temperature", "port-not-found"), "\(gateway.log)")
    try await pi.run("echo lm75 0x48 >\(bus)/new_device")
    #expect(try await becomes("pipe", "temperature", "25.5"), "\(gateway.log)")
    #expect(try await gateway.process.stop() == 0)
  }
}
