/// A message by which Home Assistant learns of a device and its entities; retained, QoS 1.
public struct DiscoveryMessage: Equatable, Sendable {
  /// Where it goes, e.g. `homeassistant/device/godwit-barn-meter/config`.
  public let topic: String
  /// What it says, as JSON; empty to make Home Assistant forget.
  public let payload: [UInt8]

  /// A message for a topic.
  public init(topic: String, payload: [UInt8]) {
    self.topic = topic
    self.payload = payload
  }
}
