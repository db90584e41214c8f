internal import HomeAssistant
internal import MQTT

/// What Home Assistant is told next; the uplink's own. All of it goes out after each connection, for a
/// broker may have forgotten it, one device at a time.
struct DiscoveryFeed: Sendable {
  private let discovery: DeviceDiscovery?
  /// What was told before in this process, and may have to be taken back.
  private let old: DeviceDiscovery?
  private var step: Int?
  private var waiting: [DiscoveryMessage] = []

  /// Nil where there is nothing to tell and nothing to take back.
  init?(_ discovery: DeviceDiscovery?, replacing old: DeviceDiscovery?) {
    if discovery == nil && old == nil { return nil }
    self.discovery = discovery
    self.old = old
  }

  /// The link came up.
  mutating func connect() {
    waiting = old?.forgotten(by: discovery) ?? []
    step = discovery == nil ? nil : 0
  }

  /// Hands messages over, until there are none.
  /// - Parameter send: sends a message; false where there is no room for it now.
  mutating func publish<Failure: Error>(
    _ send: (TopicName, [UInt8]) throws(Failure) -> Bool
  ) throws(Failure) {
    while true {
      while let message = waiting.first {
        // Names of gateways and devices are checked to be levels of a topic.
        if let topic = try? TopicName(message.topic), try !send(topic, message.payload) { return }
        waiting.removeFirst()
      }
      guard let discovery, let step, step < discovery.stepCount else { return }
      waiting = discovery.messages(step: step, replacing: old)
      self.step = step + 1
    }
  }
}
