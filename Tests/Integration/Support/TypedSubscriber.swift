import TestSupport
import Testing

/// Debian's mosquitto_sub by MQTT 5.0, which is told what payloads are, for any topic.
final class TypedSubscriber {
  /// A message as it arrived.
  struct Message: Equatable {
    let topic: String
    let contentType: String
    let payload: String

    var arrival: Arrival { Arrival(topic: topic, payload: payload) }
  }

  private let process: ChildProcess

  init(to broker: Mosquitto, in workplace: Workplace) async throws {
    process = try workplace.start(
      "/usr/bin/mosquitto_sub",
      [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-V", "mqttv5", "-i", "typed-subscriber",
        "-q", "1", "-t", "#", "-T", "godwit/+/$SYS/#", "-F", "%t %C %p",
      ])
    #expect(try await eventually { broker.log.contains("typed-subscriber 1 #") }, "\(broker.log)")
  }

  /// Topics and content types have no spaces.
  var messages: [Message] {
    process.output.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count == 3 else { return nil }
      return Message(
        topic: String(parts[0]), contentType: String(parts[1]), payload: String(parts[2]))
    }
  }

  /// The readings of ordinary batches, and those of alarms, in the order they came.
  func readings(alarms: Bool) -> [[String: Any]] {
    messages.flatMap { $0.arrival.readings }.filter { ($0["alarms"] != nil) == alarms }
  }
}
