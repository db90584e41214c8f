import Configuration
import Drivers
import Telemetry
import Testing

@testable import Pipeline

struct DevicePostTests {
  /// A line that fails a number of times, and then answers.
  private struct Line: ModbusMaster {
    var failures: [BusError]
    var requests = 0

    mutating func readRegisters(
      _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
    ) throws(BusError) -> [UInt16] {
      requests += 1
      if !failures.isEmpty { throw failures.removeFirst() }
      return [UInt16](repeating: 7, count: count)
    }
  }

  private func post() throws -> DevicePost {
    let yaml = """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1" }
      buses: { line: { modbus-rtu: /dev/ttyS0 } }
      devices: { meter: { profile: meter, bus: line, retries: 2 } }
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
    return DevicePost(ModbusDevice(configuration: device, index: 0), name: device.name)
  }

  @Test(arguments: [
    BusError.portNotFound, .permissionDenied, .portBusy, .nameNotFound, .connectionRefused,
    .unreachable, .system(5),
  ])
  func `a line that cannot be used isolates nobody`(error: BusError) throws {
    var post = try post()
    var line = Line(failures: [BusError](repeating: error, count: 10))
    for _ in 0..<10 {
      let result = post.take(group: 0, over: &line, isolatedCount: 0)
      #expect(result.sample.outcomes == [.missing(error.reason)])
    }
    #expect(!post.isIsolated)
    #expect(post.take(group: 0, over: &line, isolatedCount: 0).sample.outcomes == [.integer(7)])
  }

  @Test func `a device that was never there costs one request`() throws {
    var post = try post()
    var line = Line(failures: [BusError](repeating: .timeout, count: 10))
    for _ in 0..<10 {
      let result = post.take(group: 0, over: &line, isolatedCount: 0)
      #expect(result.sample.outcomes == [.missing(.timeout)])
    }
    #expect(post.isIsolated && line.requests == 1)
  }

  @Test func `a device that falls silent costs its retries once`() throws {
    var post = try post()
    var line = Line(failures: [])
    _ = post.take(group: 0, over: &line, isolatedCount: 0)
    line = Line(failures: [BusError](repeating: .timeout, count: 10))
    for _ in 0..<10 { _ = post.take(group: 0, over: &line, isolatedCount: 0) }
    #expect(post.isIsolated && line.requests == 3)
  }
}
