import Foundation
import TestSupport
import Testing

/// The JSON schema of the profile language, against profiles.
@Suite struct ProfileSchemaTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
  }

  @Test func `every shipped profile is right by the schema, and a wrong one is not`() async throws {
    let folder = Workplace.root.appendingPathComponent("device-profiles")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }
    var paths = names.map { folder.appendingPathComponent($0).path }
    let good = try String(
      contentsOf: folder.appendingPathComponent("bosch-bme280.yaml"), encoding: .utf8)
    let wrongs = [
      good.replacingOccurrences(of: "connection:", with: "conection:"),
      good.replacingOccurrences(of: "u16le @0x88", with: "u16le 0x88"),
      good.replacingOccurrences(of: "wait: 2 ms", with: "wait: 2"),
      good.replacingOccurrences(of: "bus: i2c", with: "bus: modbus"),
    ]
    for (index, wrong) in wrongs.enumerated() {
      try workplace.write(wrong, to: "wrong-\(index).yaml")
      paths.append(workplace.path("wrong-\(index).yaml"))
    }
    let validator = try workplace.start(
      Workplace.python,
      [
        Workplace.root.appendingPathComponent("Tests/Integration/Peers/validate_profiles.py").path,
        folder.appendingPathComponent("schema.json").path,
      ] + paths)
    #expect(try await validator.waitForEnd(within: .seconds(30)) == 0, "\(validator.output)")
    #expect(validator.output.contains("\(paths.count) are right"), "\(validator.output)")
  }
}
