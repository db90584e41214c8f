import Configuration
import Foundation
import HomeAssistant
import TestSupport
import Testing

let repository = URL(filePath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

/// A profile with a point of each kind, and of names that Python's dictionaries have methods of.
let sampleProfile = """
  profile: godwit/1
  id: sample
  revision: 1
  title: A "sample" device
  bus: modbus
  refs: [made up]
  connection: {unit_id: 7}
  defaults: {table: input, type: f32}
  poll: {normal: 10 s}
  points:
    power: {at: 0, unit: W, quantity: power, digits: 1}
    import_energy: {at: 2, unit: kWh, quantity: energy}
    net_energy: {at: 4, unit: kWh, quantity: energy}
    items: {at: 6, unit: none}
    running: {at: 8, type: bool, quantity: running}
  """

func gateway(_ yaml: String, profiles: [String: String] = [:]) throws -> GatewayConfiguration {
  let head = """
    gateway: barn
    broker: { url: mqtt://192.0.2.5 }
    buses: { plc: { modbus-tcp: 192.0.2.10 } }

    """
  return try GatewayConfiguration.parse(Array((head + yaml).utf8), file: "g.yaml") {
    (name) throws(ProfileLookupError) in
    ProfileSource(file: "\(name).yaml", bytes: Array((profiles[name] ?? sampleProfile).utf8))
  }
}

func discovery(_ yaml: String) throws -> DeviceDiscovery {
  try #require(
    DeviceDiscovery(
      try gateway("home-assistant: true\n" + yaml), version: "0.1.0",
      stateTopic: "godwit/barn/$SYS/state"))
}

/// What Home Assistant would make of the messages, and of the batches that come then.
/// - Throws: where it would refuse a message.
func states(
  _ messages: [DiscoveryMessage], batches: [(topic: String, payload: String)] = []
) throws -> [String: String] {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("home-assistant-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(at: folder) }
  func write(_ lines: [(topic: String, payload: String)], _ name: String) throws -> String {
    let texts = try lines.map { line in
      let json = try JSONSerialization.data(
        withJSONObject: ["topic": line.topic, "payload": line.payload])
      return String(decoding: json, as: UTF8.self) + "\n"
    }
    let path = folder.appendingPathComponent(name).path
    try texts.joined().write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }
  let told = messages.map { ($0.topic, String(decoding: $0.payload, as: UTF8.self)) }
  let peer = try ChildProcess(
    repository.appendingPathComponent(".build/python-peers/bin/python").path,
    [
      repository.appendingPathComponent("Tests/Integration/Peers/home_assistant.py").path,
      try write(told, "messages"), try write(batches, "batches"),
    ],
    output: folder.appendingPathComponent("output"), directory: folder)
  let status = peer.waitForEnd()
  guard status == 0 else { throw Refused(text: peer.output) }
  let object = try JSONSerialization.jsonObject(with: Data(peer.output.utf8))
  return try #require(object as? [String: String])
}

struct Refused: Error {
  let text: String
}

/// The components of a message, written out.
func components(_ message: DiscoveryMessage) throws -> [String: [String: Any]] {
  let object = try JSONSerialization.jsonObject(with: Data(message.payload))
  let root = try #require(object as? [String: Any])
  return try #require(root["cmps"] as? [String: [String: Any]])
}
