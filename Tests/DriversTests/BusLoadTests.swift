import Configuration
import TestSupport
import Testing

@testable import Drivers

struct BusLoadTests {
  private func device(
    _ index: Int, every: Duration, registers: Int, betweenRequests: Duration = .zero
  ) -> ModbusDevice {
    var connection = ModbusConnection()
    connection.betweenRequests = betweenRequests
    let points = (0..<registers).map {
      ModbusPoint(
        name: "r\($0)", table: .holding, address: UInt16($0), type: .u16, unit: "none",
        pollClass: 0)
    }
    let profile = DeviceProfile(
      id: "test", revision: 1, title: "", references: [], connection: connection,
      pollClasses: [PollClass(name: "all", interval: .seconds(1))], points: points, tests: [])
    return ModbusDevice(
      configuration: Device(
        name: "d\(index)", profile: profile, bus: 0, unit: UInt8(index + 1), every: every,
        points: Array(points.indices)), index: index)
  }

  /// 9600 baud, 8N1: 10 bits a character, 3.5 characters of silence.
  private let line = BusLoad.Line(
    characterTime: .microseconds(1_042), frameGap: .microseconds(3_646),
    answerTime: .milliseconds(20))

  @Test func `a request costs its frames, its silences and the time to answer`() {
    // 8 characters there and 5 + 2 * 10 back, 33 * 1.042 ms; 2 * 3.646 ms; 20 ms; 5 ms.
    let load = BusLoad(
      of: [device(0, every: .seconds(1), registers: 10, betweenRequests: .milliseconds(5))],
      on: line)
    #expect(load.jobs.map(\.cost) == [.microseconds(34_386 + 7_292 + 20_000 + 5_000)])
    #expect(load.percent == 7)
    #expect(load.late.isEmpty)
  }

  @Test func `of a line that is overloaded, those with short intervals are late`() {
    // Each costs 61.678 ms.
    let fast = (0..<20).map { device($0, every: .seconds(1), registers: 10) }
    let slow = (20..<25).map { device($0, every: .seconds(60), registers: 10) }
    let load = BusLoad(of: fast + slow, on: line)
    #expect(load.percent == 124)
    #expect(!load.late.isEmpty && load.late.allSatisfy { $0.job.device < 20 })
    // A second has room for 16 of them, less what the slow ones take.
    let missed = load.late.reduce(0) { $0 + $1.missedPercent }
    #expect((300...500).contains(missed), "\(missed)")
    #expect(BusLoad(of: Array(fast[..<8]) + slow, on: line).late.isEmpty)
  }

  @Test func `a line with time to spare may still be late when all is due together`() {
    let fast = device(0, every: .seconds(1), registers: 10)
    let slow = (1..<20).map { device($0, every: .seconds(60), registers: 125) }
    let load = BusLoad(of: [fast] + slow, on: line)
    #expect(load.percent < 20)
    #expect(load.late.map(\.job.device) == [0])
    // 19 times 0.3 s, once a minute.
    #expect((5...10).contains(load.late[0].missedPercent))
  }

  @Test func `a line without devices is idle`() {
    #expect(BusLoad(of: [], on: line).percent == 0)
    #expect(BusLoad(of: [], on: line).late.isEmpty)
  }
}
