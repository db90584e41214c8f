/// The messages that the broker does not have yet, the oldest first.
///
/// This one is in memory. A program whose messages must survive its own end keeps them in a file or a
/// database instead; nothing else changes.
struct Outbox {
  struct Message {
    let token: UInt64
    let payload: [UInt8]
  }

  private var messages: [Message] = []
  /// How many of them, from the oldest on, were published over the present connection.
  private var publishedCount = 0
  private var lastToken: UInt64 = 0

  var isEmpty: Bool { messages.isEmpty }

  mutating func add(_ payload: [UInt8]) {
    lastToken += 1
    messages.append(Message(token: lastToken, payload: payload))
  }

  /// The next message to publish; nil where all are.
  mutating func next() -> Message? {
    guard publishedCount < messages.count else { return nil }
    defer { publishedCount += 1 }
    return messages[publishedCount]
  }

  /// The broker has said what becomes of a message.
  mutating func remove(_ token: UInt64) {
    guard let index = messages.firstIndex(where: { $0.token == token }) else { return }
    messages.remove(at: index)
    publishedCount -= 1
  }

  /// There is a new connection, and nothing was published over it.
  mutating func rewind() {
    publishedCount = 0
  }
}
