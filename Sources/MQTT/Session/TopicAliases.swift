/// The numbers that stand for topics in what this client publishes (MQTT 5.0, 3.3.2.3.4).
///
/// Each topic gets the next free number when it is first used; when there is none, the number of the
/// topic that was not used for longest.
struct OutgoingTopicAliases: Sendable {
  private let maximum: Int
  /// The topic of number 1, 2, …
  private var topics: [(topic: TopicName, lastUse: UInt64)] = []
  private var useCount: UInt64 = 0

  /// What a topic is called.
  struct Alias: Equatable {
    let number: UInt16
    /// Whether the other end knows already what it stands for.
    let isKnown: Bool
  }

  /// - Parameter maximum: how many numbers there are; with 0 there are no aliases.
  init(maximum: UInt16) {
    self.maximum = Int(maximum)
  }

  var isEmpty: Bool { maximum == 0 }

  /// The number that `topic` has, or would get.
  ///
  /// A list is searched: there are a few dozen entries at most, see `Session.Options`.
  func alias(for topic: TopicName) -> Alias {
    precondition(maximum > 0, "there are aliases")
    if let index = topics.firstIndex(where: { $0.topic == topic }) {
      return Alias(number: UInt16(index + 1), isKnown: true)
    }
    if topics.count < maximum { return Alias(number: UInt16(topics.count + 1), isKnown: false) }
    var oldest = 0
    for index in topics.indices where topics[index].lastUse < topics[oldest].lastUse {
      oldest = index
    }
    return Alias(number: UInt16(oldest + 1), isKnown: false)
  }

  /// A packet with `alias`, as `alias(for:)` gave it for `topic`, was put into the output.
  mutating func use(_ alias: Alias, for topic: TopicName) {
    useCount += 1
    let index = Int(alias.number) - 1
    if index == topics.count {
      topics.append((topic, useCount))
    } else {
      topics[index] = (topic, useCount)
    }
  }
}

/// The numbers that the broker lets stand for topics in what it sends (MQTT 5.0, 3.3.2.3.4).
struct IncomingTopicAliases: Sendable {
  private let maximum: Int
  /// The topic of number 1, 2, …; nil where the broker has not said it.
  private var topics: [TopicName?] = []

  /// - Parameter maximum: the highest number that the broker may use.
  init(maximum: UInt16) {
    self.maximum = Int(maximum)
  }

  /// Whether the broker may use the number.
  func allows(_ alias: UInt16) -> Bool { alias > 0 && alias <= maximum }

  /// The topic that a message with this alias is for; nil where the broker has not said what it
  /// stands for.
  /// - Parameter topic: the topic in the packet, which the number stands for from now on.
  mutating func resolve(_ alias: UInt16, _ topic: TopicName?) -> TopicName? {
    precondition(allows(alias), "the alias was checked")
    let index = Int(alias) - 1
    guard let topic else { return index < topics.count ? topics[index] : nil }
    while topics.count <= index { topics.append(nil) }
    topics[index] = topic
    return topic
  }
}
