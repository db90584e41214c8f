import Configuration
import Telemetry
import TestSupport
import Testing

@testable import Drivers

/// A device that has some registers and no others, as many at once as it likes.
private struct Slave: ModbusMaster, ~Copyable {
  var registers: Set<Int>
  var countMax = 125
  var exception = ModbusException.illegalDataAddress
  var isSilent = false
  var requests: [Range<Int>] = []

  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    let range = Int(address)..<Int(address) + count
    requests.append(range)
    if isSilent { throw .timeout }
    guard count <= countMax else { throw .exception(.illegalDataValue) }
    guard range.allSatisfy(registers.contains) else { throw .exception(exception) }
    return range.map { UInt16($0) }
  }
}

/// What a device does about registers that are refused.
struct RefusalTests {
  /// A device with points of one register at these addresses; each has its address for a value.
  private func device(_ addresses: [Int], joinGap: Int = 0) -> ModbusDevice {
    var connection = ModbusConnection()
    connection.joinGap = joinGap
    let points = addresses.map { address in
      ModbusPoint(
        name: "r\(address)", table: .holding, address: UInt16(address), type: .u16, unit: "none",
        pollClass: 0)
    }
    let profile = DeviceProfile(
      id: "test", revision: 1, title: "", references: [], connection: connection,
      pollClasses: [PollClass(name: "all", interval: .seconds(1))], points: points, tests: [])
    return ModbusDevice(
      configuration: Device(
        name: "d", profile: profile, bus: 0, unit: 1, every: nil,
        points: Array(points.indices)), index: 0)
  }

  private func sample(_ device: inout ModbusDevice, _ slave: inout Slave) -> ModbusDevice.Reading {
    slave.requests = []
    return device.sample(
      group: 0, over: &slave, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
  }

  private func values(_ reading: ModbusDevice.Reading) -> [Int?] {
    reading.sample.outcomes.map { outcome in
      if case .integer(let value) = outcome { Int(value) } else { nil }
    }
  }

  @Test func `a register that is not there costs its own point, is told once, and is left out`() {
    var device = device(Array(0..<40))
    var slave = Slave(registers: Set(0..<40).subtracting([17]))
    let first = sample(&device, &slave)
    #expect(values(first) == (0..<40).map { $0 == 17 ? nil : $0 })
    #expect(first.sample.outcomes[17] == .missing(.illegalDataAddress))
    #expect(
      first.refusals == [
        .init(point: "r17", table: .holding, address: 17, reason: .illegalDataAddress)
      ])
    let second = sample(&device, &slave)
    #expect(values(second) == values(first))
    #expect(second.sample.outcomes[17] == .missing(.illegalDataAddress))
    #expect(slave.requests == [0..<17, 18..<40])
    #expect(second.errors.isEmpty && second.refusals.isEmpty)
  }

  @Test func `registers in a gap that are not there are no longer read along`() {
    var device = device([0, 1, 8, 9], joinGap: 6)
    var slave = Slave(registers: [0, 1, 8, 9])
    let first = sample(&device, &slave)
    #expect(values(first) == [0, 1, 8, 9])
    #expect(first.refusals.isEmpty)
    _ = sample(&device, &slave)
    #expect(slave.requests == [0..<2, 8..<10])
  }

  @Test func `a device that gives less at once than its profile says gets shorter requests`() {
    var device = device(Array(0..<64))
    var slave = Slave(registers: Set(0..<64), countMax: 20)
    // What was cut into quarters may be too long again in the middle.
    for _ in 1...2 {
      let reading = sample(&device, &slave)
      #expect(values(reading) == Array(0..<64))
    }
    let last = sample(&device, &slave)
    #expect(values(last) == Array(0..<64))
    #expect(last.errors.isEmpty)
    #expect(slave.requests == [0..<16, 16..<32, 32..<48, 48..<64])
  }

  @Test func `silence is not looked into`() {
    var device = device(Array(0..<40))
    var slave = Slave(registers: [], isSilent: true)
    let reading = sample(&device, &slave)
    #expect(slave.requests.count == 1)
    #expect(!reading.hasAnswered && reading.refusals.isEmpty)
    #expect(reading.sample.outcomes.allSatisfy { $0 == .missing(.timeout) })
    #expect(device.groups[0].plan.requests.count == 1)
  }

  @Test(arguments: [ModbusException.deviceBusy, .illegalFunction, .deviceFailure])
  func `a refusal that is not about registers is not looked into`(exception: ModbusException) {
    var device = device(Array(0..<40))
    var slave = Slave(registers: [], exception: exception)
    let reading = sample(&device, &slave)
    #expect(slave.requests.count == 1)
    #expect(reading.hasAnswered && reading.refusals.isEmpty)
  }

  @Test func `a device that has nothing of the profile takes up its line for a few requests`() {
    var device = device((0..<1_000).map { $0 * 2 }, joinGap: 1)
    var slave = Slave(registers: [])
    var refused = 0
    for _ in 0..<200 {
      let reading = sample(&device, &slave)
      // The plan's own requests, and two for each halving.
      #expect(slave.requests.count <= device.groups[0].points.count)
      refused += reading.refusals.count
    }
    #expect(refused == 1_000)
    _ = sample(&device, &slave)
    #expect(slave.requests.isEmpty)
  }

  @Test func `what was refused is asked for again when it is to be forgotten`() {
    var device = device([0, 1])
    var slave = Slave(registers: [0])
    #expect(values(sample(&device, &slave)) == [0, nil])
    slave.registers = [0, 1]
    #expect(values(sample(&device, &slave)) == [0, nil])
    device.forgetRefusals()
    #expect(values(sample(&device, &slave)) == [0, 1])
    #expect(slave.requests == [0..<2])
  }

  @Test
  func `of any device, everything comes in the end that is there, and nothing is asked in vain`() {
    for seed in 0..<400 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let addresses = (0..<120).filter { _ in Bool.random(using: &random) }
      var device = device(addresses, joinGap: Int.random(in: 0...4, using: &random))
      let there = Set((0..<120).filter { _ in Int.random(in: 0..<10, using: &random) > 0 })
      var slave = Slave(registers: there)
      slave.countMax = Int.random(in: 1...125, using: &random)
      var last = sample(&device, &slave)
      for _ in 0..<60 { last = sample(&device, &slave) }
      #expect(values(last) == addresses.map { there.contains($0) ? $0 : nil }, "seed \(seed)")
      #expect(last.errors.isEmpty, "seed \(seed)")
    }
  }
}
