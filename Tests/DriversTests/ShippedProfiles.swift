import Configuration
import Foundation

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
