import Configuration
import Foundation
import Telemetry
import Testing

@testable import Drivers

/// A device that has the registers of an example, and 0 in the gaps between them.
struct ImageMaster: ModbusMaster, ~Copyable {
  var runs: [ProfileTest.RegisterRun]
  var requests = 0

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
  /// A device of this profile that reads these points together.
  func device(_ points: [Int]) -> ModbusDevice {
    ModbusDevice(
      configuration: Device(
        name: "device", profile: self, bus: 0, unit: modbus.connection.unit, every: .seconds(1),
        points: points), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: ProfileTest) -> [String] {
    let points = test.expectations.compactMap { expectation in
      modbus.points.firstIndex { $0.name == expectation.point }
    }
    var device = device(points)
    var master = ImageMaster(test.registers)
    let reading = device.sample(
      group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    var faults: [String] = []
    for (expectation, outcome) in zip(test.expectations, reading.sample.outcomes)
    where !outcome.meets(expectation.content) {
      faults.append("\(expectation.point): \(outcome), expected \(expectation.content)")
    }
    return faults
  }
}

extension Outcome {
  func meets(_ content: ProfileTest.Expectation.Content) -> Bool {
    switch (self, content) {
    case (.missing, .none): true
    case (.boolean(let value), .boolean(let expected)): value == expected
    case (.text(let value), .text(let expected)): value == expected
    case (.texts(let value), .texts(let expected)): value == expected
    case (.integer, .number(let expected, let tolerance)),
      (.float, .number(let expected, let tolerance)),
      (.double, .number(let expected, let tolerance)):
      abs((number ?? .nan) - expected) <= tolerance
    default: false
    }
  }
}

/// The folder of the profiles that are shipped.
let shippedProfiles = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(path: "device-profiles")

let shippedProfileNames: [String] = {
  let files = try? FileManager.default.contentsOfDirectory(atPath: shippedProfiles.path)
  // No folder is no profiles, which the tests notice.
  return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}()

func shippedProfile(_ name: String) throws -> DeviceProfile {
  try DeviceProfile.parse(
    Array(Data(contentsOf: shippedProfiles.appending(path: "\(name).yaml"))),
    file: "\(name).yaml", expectedID: name)
}

/// A profile of a few points, in YAML's flow style.
func profile(
  points: String, tests: String = "[]", head: String = ""
) throws(ConfigurationError) -> DeviceProfile {
  let yaml = """
    profile: godwit/1
    id: p
    revision: 1
    title: P
    bus: modbus
    refs: [r]
    \(head)
    defaults: {table: holding, type: u16}
    points: {\(points)}
    tests: \(tests)
    """
  return try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
}
