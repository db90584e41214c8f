/// The messages that wait for their acknowledgement, the oldest first.
///
/// A list and not a table by identifier: brokers acknowledge in order [MQTT-4.6.0-2], so the first
/// look finds it.
struct InFlight {
  private var messages: [(identifier: UInt16, token: UInt64)] = []
  private var lastIdentifier: UInt16 = 0

  var count: Int { messages.count }
  var isEmpty: Bool { messages.isEmpty }

  /// Adds a message and gives it the next identifier of the ring 1 to 65,535 that is not in use
  /// [MQTT-2.3.1-1], [MQTT-2.3.1-2]. A long way round keeps a late PUBACK from meeting a new message.
  mutating func add(token: UInt64) -> UInt16 {
    precondition(messages.count < Int(UInt16.max), "the window keeps identifiers free")
    repeat {
      lastIdentifier = lastIdentifier == UInt16.max ? 1 : lastIdentifier + 1
    } while messages.contains { $0.identifier == lastIdentifier }
    messages.append((lastIdentifier, token))
    return lastIdentifier
  }

  /// Takes out the message that `identifier` names and gives its token; nil where there is none.
  mutating func remove(_ identifier: UInt16) -> UInt64? {
    guard let index = messages.firstIndex(where: { $0.identifier == identifier }) else {
      return nil
    }
    return messages.remove(at: index).token
  }
}
