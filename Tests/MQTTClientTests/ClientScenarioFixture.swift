import MQTT
import MQTTClient
import System
import Testing

/// Packets by hand from OASIS MQTT 3.1.1 and 5.0, for the client identifier "barn".
enum Wire {
  /// A keep alive of 60 s, clean; 5.0 says its receive maximum of 20 and its maximum packet size of
  /// 1,024.
  static func connect(_ version: ProtocolVersion) -> [UInt8] {
    version == .v5
      ? [0x10, 0x19, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x02, 0x00, 0x3C]
        + [0x08, 0x21, 0x00, 0x14, 0x27, 0x00, 0x00, 0x04, 0x00]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]
      : [0x10, 0x10, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3C]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]
  }

  /// The same for a session that goes on; in 5.0 it lasts an hour.
  static func connectAgain(_ version: ProtocolVersion) -> [UInt8] {
    version == .v5
      ? [0x10, 0x1E, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x05, 0x00, 0x00, 0x3C]
        + [0x0D, 0x11, 0x00, 0x00, 0x0E, 0x10, 0x21, 0x00, 0x14, 0x27, 0x00, 0x00, 0x04, 0x00]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]
      : [0x10, 0x10, 0x00, 0x04, 0x4D, 0x51, 0x54, 0x54, 0x04, 0x00, 0x00, 0x3C]
        + [0x00, 0x04, 0x62, 0x61, 0x72, 0x6E]
  }

  static func accepts(_ version: ProtocolVersion, sessionPresent: Bool = false) -> [UInt8] {
    let flags: UInt8 = sessionPresent ? 0x01 : 0x00
    return version == .v5 ? [0x20, 0x03, flags, 0x00, 0x00] : [0x20, 0x02, flags, 0x00]
  }

  /// "x" to "t".
  static func publish(
    _ qos: UInt8, _ identifier: UInt8, isDuplicate: Bool = false, _ version: ProtocolVersion
  ) -> [UInt8] {
    let flags = 0x30 | qos << 1 | (isDuplicate ? 0x08 : 0x00)
    return version == .v5
      ? [flags, 0x07, 0x00, 0x01, 0x74, 0x00, identifier, 0x00, 0x78]
      : [flags, 0x06, 0x00, 0x01, 0x74, 0x00, identifier, 0x78]
  }

  static func puback(_ identifier: UInt8) -> [UInt8] { [0x40, 0x02, 0x00, identifier] }
  static func pubrec(_ identifier: UInt8) -> [UInt8] { [0x50, 0x02, 0x00, identifier] }
  static func pubrel(_ identifier: UInt8) -> [UInt8] { [0x62, 0x02, 0x00, identifier] }
  static func pubcomp(_ identifier: UInt8) -> [UInt8] { [0x70, 0x02, 0x00, identifier] }

  /// For a PUBREL that nobody waits for; 5.0 says so.
  static func unknownPubcomp(_ identifier: UInt8, _ version: ProtocolVersion) -> [UInt8] {
    version == .v5 ? [0x70, 0x03, 0x00, identifier, 0x92] : pubcomp(identifier)
  }
}

/// A client of these packets.
func scenarioOptions(
  _ version: ProtocolVersion, _ change: (inout Session.Options) -> Void = { _ in }
) -> Client.Options {
  var session = Session.Options(clientID: "barn")
  session.version = version
  // So that CONNECT has every property that a session sends by itself.
  session.receiveMaximum = 20
  change(&session)
  return Client.Options(session: session)
}

/// For a session that goes on.
func lasting(_ options: inout Session.Options) {
  options.cleanStart = false
  options.sessionExpiry = 3_600
}

/// What a client did until its connection ended.
struct Story {
  /// Tokens of what was acknowledged.
  var acknowledged: [UInt64] = []
  var messages: [Publish] = []
  var others: [Session.Event] = []
  var end: ClientError?
}

extension Client {
  mutating func publishX(_ qos: QoS, token: UInt64) throws(ClientError) {
    guard let topic = try? TopicName("t") else { fatalError("not a topic name") }
    try publish(topic: topic, payload: [0x78], qos: qos, token: token)
  }

  /// Runs and takes events until the connection ends.
  mutating func runToTheEnd(within limit: Duration = .seconds(10)) -> Story {
    var story = Story()
    let deadline = Clock.sinceBoot + limit
    while story.end == nil, Clock.sinceBoot < deadline {
      do throws(ClientError) { try run(until: deadline) } catch { story.end = error }
      while let event = nextEvent() {
        switch event {
        case .acknowledged(let token): story.acknowledged.append(token)
        case .message(let message): story.messages.append(message)
        default: story.others.append(event)
        }
      }
    }
    return story
  }
}
