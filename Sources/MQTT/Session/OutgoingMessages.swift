/// The messages that are on their way to the broker and not yet acknowledged: first those that wait
/// for PUBCOMP, in the order of their PUBREC [MQTT-4.6.0-4], then the others, the oldest first
/// [MQTT-4.6.0-1]. That is the order in which they are sent again.
///
/// A list and not a table by identifier: brokers acknowledge in order [MQTT-4.6.0-2], so the first
/// look finds it.
struct OutgoingMessages: Sendable {
  /// Where the delivery of a message stands (4.3).
  enum Stage: Equatable, Sendable {
    /// PUBLISH with QoS 1 has been sent, or is to be; PUBACK is awaited.
    case publishOnce
    /// PUBLISH with QoS 2 has been sent, or is to be; PUBREC is awaited.
    case publishTwice
    /// PUBREL has been sent, or is to be; PUBCOMP is awaited.
    case release
  }

  /// A message without what makes it large: who keeps it may be somebody else.
  struct Entry: Sendable {
    let identifier: UInt16
    var stage: Stage
    /// Whether the packet of this stage was put into this connection's output.
    var isSent: Bool
    /// Whether PUBLISH was sent over an earlier connection, and is a duplicate from now on.
    var isDuplicate: Bool
    let token: UInt64
    /// The message; nil where nothing resumes the session, and from PUBREC on.
    var copy: Copy?
  }

  /// In a box of its own, to keep the entries small.
  indirect enum Copy: Sendable {
    case message(Publish)
  }

  private(set) var entries: [Entry] = []
  /// How many entries are to be sent over this connection.
  private(set) var unsentCount = 0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  func contains(_ identifier: UInt16) -> Bool {
    entries.contains { $0.identifier == identifier }
  }

  func index(of identifier: UInt16) -> Int? {
    entries.firstIndex { $0.identifier == identifier }
  }

  /// Adds a message that has just been put into the output.
  mutating func add(identifier: UInt16, stage: Stage, token: UInt64, copy: Copy?) {
    entries.append(
      Entry(
        identifier: identifier, stage: stage, isSent: true, isDuplicate: false, token: token,
        copy: copy))
  }

  @discardableResult
  mutating func remove(at index: Int) -> Entry {
    let entry = entries.remove(at: index)
    if !entry.isSent { unsentCount -= 1 }
    return entry
  }

  /// The broker has the message: from here on only its identifier matters (4.3.3). PUBREL is to be
  /// sent.
  mutating func release(at index: Int) {
    var entry = entries.remove(at: index)
    if entry.isSent { unsentCount += 1 }
    entry.isSent = false
    entry.copy = nil
    var place = index
    if entry.stage != .release {
      entry.stage = .release
      place = entries.firstIndex { $0.stage != .release } ?? entries.endIndex
    }
    entries.insert(entry, at: place)
  }

  /// A connection begins, and everything is to be sent again [MQTT-4.4.0-1].
  mutating func rewind() {
    for index in entries.indices {
      if entries[index].isSent { entries[index].isDuplicate = true }
      entries[index].isSent = false
    }
    unsentCount = entries.count
  }

  /// The broker knows nothing of what was sent before: what goes on begins anew, and the rest is
  /// taken out and returned.
  mutating func forgetDeliveries() -> [Entry] {
    // Whether a message with QoS 2 has been delivered onward cannot be known any more.
    let lost = entries.filter { $0.stage != .publishOnce }
    entries.removeAll { $0.stage != .publishOnce }
    for index in entries.indices { entries[index].isDuplicate = false }
    unsentCount = entries.count
    return lost
  }

  /// The next that is to be sent over this connection; nil where there is none.
  var firstUnsent: Int? {
    unsentCount == 0 ? nil : entries.firstIndex { !$0.isSent }
  }

  mutating func markSent(at index: Int) {
    if !entries[index].isSent { unsentCount -= 1 }
    entries[index].isSent = true
  }
}
