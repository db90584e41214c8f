import Configuration
import Foundation
import Testing

/// A profile of three points for configurations to use.
let meterProfile = """
  profile: godwit/1
  id: meter
  revision: 1
  title: A meter
  bus: modbus
  refs: [made up]
  connection: {unit_id: 7}
  defaults: {table: input, type: f32}
  poll: {normal: 1 s}
  points:
    voltage: {at: 0, unit: V}
    current: {at: 2, unit: A}
    power: {at: 4, unit: W}
  """

/// Parses a configuration called g.yaml; profiles are those given, and `meter`.
func gateway(
  _ yaml: String, profiles: [String: String] = [:]
) throws(ConfigurationError) -> GatewayConfiguration {
  try gateway(Array(yaml.utf8), profiles: profiles)
}

func gateway(
  _ bytes: [UInt8], profiles: [String: String] = [:]
) throws(ConfigurationError) -> GatewayConfiguration {
  let profiles = profiles.merging(["meter": meterProfile]) { given, _ in given }
  return try GatewayConfiguration.parse(bytes, file: "g.yaml") {
    (name) throws(ProfileLookupError) in
    if name == "locked" {
      throw .unreadable(file: "/a/locked.yaml", reason: "Permission denied")
    }
    guard let yaml = profiles[name] else {
      throw .notFound(folders: ["/a", "/b"], names: profiles.keys.sorted())
    }
    return ProfileSource(file: "\(name).yaml", bytes: Array(yaml.utf8))
  }
}

/// The one line about what is wrong with a configuration; nil where nothing is.
func gatewayError(_ yaml: String, profiles: [String: String] = [:]) -> String? {
  do {
    _ = try gateway(yaml, profiles: profiles)
    return nil
  } catch { return error.text }
}

/// The one line about what is wrong with a profile called p.yaml; nil where nothing is.
func profileError(_ yaml: String, expectedID: String? = nil) -> String? {
  do {
    _ = try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: expectedID)
    return nil
  } catch { return error.text }
}

func profile(_ yaml: String) throws(ConfigurationError) -> DeviceProfile {
  try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
}

/// The folder of the profiles that are shipped.
let deviceProfiles = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "device-profiles")

func shippedProfile(_ name: String) throws -> DeviceProfile {
  try DeviceProfile.parse(
    Array(Data(contentsOf: deviceProfiles.appending(path: "\(name).yaml"))),
    file: "\(name).yaml", expectedID: name)
}

/// A configuration whose parts a test replaces.
func gatewayYAML(
  gateway: String = "gateway: barn", broker: String = "broker: { url: mqtt://192.0.2.5 }",
  queue: String = "queue: {}", buses: String = "buses: { plc: { modbus-tcp: 192.0.2.10 } }",
  devices: String = "devices: {}"
) -> String {
  [gateway, broker, queue, buses, devices].joined(separator: "\n") + "\n"
}

/// A profile whose parts a test replaces; each part is a line.
func profileYAML(
  head: String = "profile: godwit/1", id: String = "id: p", bus: String = "bus: modbus",
  revision: String = "revision: 1", title: String = "title: P", refs: String = "refs: [r]",
  connection: String = "connection: {}", poll: String = "poll: {fast: 1 s, slow: 60 s}",
  defaults: String = "defaults: {table: input, type: u16, poll: fast}",
  points: String = "points: {a: {at: 0, unit: V}}", tests: String = "tests: []"
) -> String {
  [head, id, bus, revision, title, refs, connection, poll, defaults, points, tests]
    .joined(separator: "\n") + "\n"
}

/// A wrong text and the line that must come of it.
struct Refusal: CustomTestStringConvertible, Sendable {
  let yaml: String
  let error: String

  init(_ yaml: String, _ error: String) {
    self.yaml = yaml
    self.error = error
  }

  var testDescription: String { error }
}
