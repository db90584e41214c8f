import Configuration
import Telemetry
import Testing

@testable import Drivers

struct SimulatedDeviceTests {
  private func point(
    _ name: String, _ unit: String, _ address: UInt16, _ type: RegisterType = .f32
  ) -> ModbusPoint {
    ModbusPoint(name: name, table: .input, address: address, type: type, unit: unit, pollClass: 0)
  }

  private func profile(_ points: [ModbusPoint], joinGap: Int = 0) -> DeviceProfile {
    var connection = ModbusConnection()
    connection.joinGap = joinGap
    return DeviceProfile(
      id: "test", revision: 1, title: "", references: [], connection: connection,
      pollClasses: [PollClass(name: "all", interval: .seconds(1))], points: points, tests: [])
  }

  /// What a gateway would read from the device after `seconds`.
  private func values(_ profile: DeviceProfile, at seconds: Double) throws -> [Double] {
    let blocks = SimulatedDevice(profile: profile).registers(at: .seconds(seconds))
    return try profile.modbus.points.map { point in
      let words = try #require(
        blocks.compactMap {
          $0.words(of: point.table, at: point.address, count: point.type.registerCount)
        }.first)
      return try #require(RegisterDecoder(point).decode(words).number)
    }
  }

  @Test(
    arguments: [
      ("V", 220...240), ("Hz", 49.9...50.1), ("A", 1...9), ("Cel", 15...27), ("%RH", 30...60),
      ("kWh", 1_000...3_000),
    ] as [(String, ClosedRange<Double>)])
  func `values are plausible for their unit, and move`(
    unit: String, range: ClosedRange<Double>
  ) throws {
    let profile = profile([point("a", unit, 0), point("b", unit, 2)])
    var seen = Set<Double>()
    for second in stride(from: 0.0, to: 700, by: 3) {
      let values = try values(profile, at: second)
      #expect(values.allSatisfy { range.contains($0) })
      #expect(values[0] != values[1])
      seen.insert(values[0])
    }
    #expect(seen.count > 30)
  }

  @Test func `the same time gives the same registers`() {
    let profile = profile([point("v", "V", 0), point("e", "kWh", 2)])
    #expect(
      SimulatedDevice(profile: profile).registers(at: .milliseconds(12_345))
        == SimulatedDevice(profile: profile).registers(at: .milliseconds(12_345)))
  }

  @Test(arguments: ["kWh", "Wh", "kvarh"]) func `counters only grow`(unit: String) throws {
    let profile = profile([point("e", unit, 0), point("n", unit, 2, .u32)])
    var last = [0.0, 0.0]
    for hour in stride(from: 0.0, to: 1_000, by: 0.5) {
      let values = try values(profile, at: hour * 3_600)
      #expect(values[0] >= last[0] && values[1] >= last[1])
      last = values
    }
    let first = try values(profile, at: 0)
    #expect(last[0] > first[0] && last[1] > first[1])
  }

  @Test func `a total is the sum of its phases where sums make sense`() throws {
    let names = ["power", "power_l1", "power_l2", "power_l3"]
    let watts = names.enumerated().map { point($1, "W", UInt16($0 * 2)) }
    let values = try values(profile(watts), at: 17)
    #expect((values[0] - values[1] - values[2] - values[3]).magnitude < 0.001)
    let volts = names.enumerated().map { point($1, "V", UInt16($0 * 2)) }
    #expect(try self.values(profile(volts), at: 17)[0] < 240)
  }

  @Test func `values stay within the profile's range and the register's type`() throws {
    var voltage = point("v", "V", 0, .u16)
    voltage.scale = 0.1
    voltage.range = 229...231
    var energy = point("e", "Wh", 1, .u16)
    energy.scale = 1
    for second in 0..<70 {
      let values = try values(profile([voltage, energy]), at: Double(second))
      #expect((229...231).contains(values[0]))
      #expect(values[1] == 65_535)
    }
  }

  @Test func `only the profile's registers exist, and gaps that it allows to be read over`() {
    let points = [point("a", "V", 10), point("b", "V", 14), point("c", "V", 30)]
    let blocks = SimulatedDevice(profile: profile(points, joinGap: 2)).registers(at: .zero)
    #expect(blocks.map { Int($0.address) } == [10, 30])
    #expect(blocks.map(\.words.count) == [6, 2])
    #expect(blocks[0].words[2...3] == [0, 0])
    #expect(blocks[0].words(of: .input, at: 9, count: 2) == nil)
    #expect(blocks[0].words(of: .input, at: 15, count: 2) == nil)
    #expect(blocks[0].words(of: .holding, at: 10, count: 2) == nil)
    #expect(blocks[0].words(of: .input, at: 10, count: 6)?.count == 6)
  }

  @Test(arguments: [Duration.seconds(-5), .seconds(1_000_000_000_000)])
  func `no time makes it crash`(elapsed: Duration) {
    let points = ["V", "kWh", "none", "Hz"].enumerated().map {
      point("p\($0)", $1, UInt16($0 * 4), .u64)
    }
    #expect(SimulatedDevice(profile: profile(points)).registers(at: elapsed).count == 1)
  }
}
