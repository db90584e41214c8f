import Configuration
import Drivers
import System
import Telemetry
import TestSupport
import Testing

@testable import Pipeline

struct DevicePostTests {
  private func post() throws -> DevicePost {
    let yaml = """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1" }
      buses: { line: { modbus-rtu: /dev/ttyS0 } }
      devices: { meter: { profile: meter, bus: line, retries: 2, timeout: 20 ms } }
      """
    let profile = """
      profile: godwit/1
      id: meter
      revision: 1
      title: A meter
      bus: modbus
      refs: [none]
      points: { power: { at: 0, table: input, type: u16, unit: W } }
      """
    let configuration = try GatewayConfiguration.parse([UInt8](yaml.utf8), file: "g.yaml") { _ in
      ProfileSource(file: "meter.yaml", bytes: [UInt8](profile.utf8))
    }
    let device = try #require(configuration.devices.first)
    return DevicePost(BusDevice(device, index: 0), name: device.name)
  }

  private func take(_ post: inout DevicePost, over line: BusLine) -> (Outcome, errors: Int) {
    let result = post.take(group: 0, over: line, isolatedCount: 0)
    return (result.sample.outcomes[0], result.errors.count)
  }

  @Test func `a line that cannot be used isolates nobody`() throws {
    var post = try post()
    let line = BusLine(.modbusRTU(SerialPort(path: "/dev/no-such-port"), RTUFraming()))
    for _ in 0..<10 {
      #expect(take(&post, over: line) == (.missing(.portNotFound), 1))
    }
    #expect(!post.isIsolated)
  }

  @Test func `a device that has never answered costs two requests`() throws {
    var post = try post()
    let listener = try Listener()
    let line = BusLine(.modbusTCP(host: "127.0.0.1", port: listener.port))
    #expect(take(&post, over: line) == (.missing(.timeout), 1))
    #expect(!post.isIsolated && take(&post, over: line) == (.missing(.timeout), 0))
    Clock.sleep(for: .milliseconds(40))
    #expect(take(&post, over: line) == (.missing(.timeout), 1))
    #expect(post.isIsolated)
    for _ in 0..<10 {
      #expect(take(&post, over: line) == (.missing(.timeout), 0))
    }
  }
}
