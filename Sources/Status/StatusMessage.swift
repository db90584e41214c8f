/// A status message: retained, QoS 0.
public struct StatusMessage: Equatable, Sendable {
  /// Where it goes, below `StatusTopics.root`, e.g. `device/meter`.
  public let suffix: String
  /// What it says; empty to make the broker forget the topic.
  public let payload: [UInt8]
  /// How much its changes matter.
  let urgency: Urgency
  /// What of it is news: a change of this is sent soon, one of the rest of the payload seldom.
  let news: [UInt8]

  /// How much the changes of a message matter.
  enum Urgency {
    /// It is sent at once, whatever it costs.
    case state
    /// It can wait for others.
    case usual
  }

  init(_ suffix: String, _ payload: [UInt8], news: [UInt8], urgency: Urgency = .usual) {
    self.suffix = suffix
    self.payload = payload
    self.news = news
    self.urgency = urgency
  }

  /// The bytes that it costs as a PUBLISH with QoS 0 (MQTT 5.0, 3.3): type and flags, remaining
  /// length, the topic with its length, the length of no properties, the payload. In 3.1.1 it is one
  /// less.
  /// - Parameter rootLength: the bytes of the topic before the suffix.
  func cost(rootLength: Int) -> Int {
    let rest = 2 + rootLength + suffix.utf8.count + 1 + payload.count
    return 1 + (rest < 128 ? 1 : rest < 16_384 ? 2 : rest < 2_097_152 ? 3 : 4) + rest
  }
}
