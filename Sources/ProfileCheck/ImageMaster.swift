internal import Configuration
internal import Drivers

/// A Modbus device that has the registers of an example, and 0 in the gaps between them.
struct ImageMaster: ModbusMaster, ~Copyable {
  let runs: [ProfileTest.RegisterRun]
  /// How many requests it has had.
  private(set) var requests = 0

  init(_ runs: [ProfileTest.RegisterRun]) {
    self.runs = runs
  }

  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    requests += 1
    var words = [UInt16](repeating: 0, count: count)
    var isThere = false
    for run in runs where run.table == table {
      for (index, word) in run.words.enumerated() {
        let place = Int(run.address) + index - Int(address)
        guard words.indices.contains(place) else { continue }
        words[place] = word
        isThere = true
      }
    }
    guard isThere else { throw .exception(.illegalDataAddress) }
    return words
  }
}

extension DeviceProfile {
  /// A Modbus device of this profile that reads these points together.
  func device(_ points: [Int]) -> ModbusDevice {
    ModbusDevice(
      configuration: Device(
        name: "device", profile: self, bus: 0, unit: modbus.connection.unit, every: .seconds(1),
        points: points), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: ProfileTest) -> [String] {
    var device = device(test.expectations.points(of: self))
    var master = ImageMaster(test.registers)
    let reading = device.sample(
      group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    return test.expectations.faults(in: reading.sample)
  }
}
