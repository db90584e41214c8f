/// Which status messages are to be sent when; pure, time comes as an argument.
///
/// After a connection `state` and `link` go at once, and all the others once the link has stayed up for
/// a moment. Later a message goes soon after there is news in it, seldom for other changes, and at
/// least every so often. All this costs no more than a budget: what has no room in it waits, the
/// oldest message first.
public struct StatusSchedule: Sendable {
  /// How often each message is repeated, where the budget allows.
  private let every: Duration
  private let rootLength: Int
  private var topics: [Topic] = []
  /// Since boot, when the link came up; nil while there is none.
  private var connectedAt: Duration?
  /// Since boot, when the next look is to be taken; nil for as soon as possible.
  private var nextLook: Duration?
  /// Bytes that may be sent; negative where more was sent than the budget allows.
  private var allowance: Double
  private var allowanceAt: Duration?

  private struct Topic {
    let suffix: String
    /// Since boot, when it was sent to this broker; nil where it was not yet.
    var sentAt: Duration?
    /// Checksums of what was sent.
    var payload: UInt64 = 0
    var news: UInt64 = 0
    /// Whether it is still among the messages.
    var isThere = true
  }

  /// What the tree may cost on a link where nothing happens: a link that is paid by the byte has some
  /// 40 MB in a month of it.
  public static let bytesPerMinute = 1_000

  /// What may be sent at a time after a quiet while: a typical tree.
  private static let allowanceMax = 3_000.0
  /// News may run into debt by this much, ten minutes of budget; then they wait too.
  private static let debtMax = 10_000.0
  /// A message with news was sent so long ago at least: a device that comes and goes must not talk
  /// without pause.
  private static let newsPause: Duration = .seconds(5)
  /// The same for changes of counters and ages only.
  private static let countersPause: Duration = .seconds(300)
  /// A link that breaks sooner gets `state` and `link` only.
  private static let settleTime: Duration = .seconds(3)
  /// From one status to the next, while there is a link: what is news is known so much later at most.
  public static let lookInterval: Duration = .seconds(5)
  /// Bytes that are given at a time, so that a session with a slow link does not swell.
  private static let turnBytesMax = 16_384

  /// A schedule without a link.
  /// - Parameters:
  ///   - every: how often each message is repeated at least, where the budget allows.
  ///   - rootLength: the bytes of `StatusTopics.root`.
  public init(every: Duration, rootLength: Int) {
    self.every = every
    self.rootLength = rootLength
    allowance = StatusSchedule.allowanceMax
  }

  /// The link has come up; the broker is told everything again.
  public mutating func connect(now: Duration) {
    connectedAt = now
    nextLook = nil
    for index in topics.indices { topics[index].sentAt = nil }
  }

  /// The link has gone; nothing is due until it is back.
  public mutating func disconnect() {
    connectedAt = nil
  }

  /// Something has changed that people want to know of at once.
  public mutating func hurry() {
    nextLook = nil
  }

  /// When `take` is to be called next, since boot; nil while there is no link.
  public var nextDue: Duration? {
    connectedAt.map { nextLook ?? $0 }
  }

  /// The messages that are to be published now, retained and with QoS 0, in this order.
  /// - Parameter messages: all that there are now, from `StatusTopics`.
  public mutating func take(_ messages: [StatusMessage], now: Duration) -> [StatusMessage] {
    guard let connectedAt else { return [] }
    gatherAllowance(now)
    let isSettled = now - connectedAt >= StatusSchedule.settleTime
    nextLook =
      isSettled ? now + StatusSchedule.lookInterval : connectedAt + StatusSchedule.settleTime

    var taken: [StatusMessage] = []
    var bytes = 0
    for index in topics.indices { topics[index].isThere = false }
    var waiting: [Waiting] = []
    for (position, message) in messages.enumerated() {
      let index = place(of: message.suffix, probably: position)
      topics[index].isThere = true
      let rank = rank(of: message, topics[index], isSettled: isSettled, now: now)
      if rank != .none {
        waiting.append(
          Waiting(message: message, topic: index, rank: rank, age: topics[index].sentAt))
      }
    }
    for index in topics.indices where !topics[index].isThere {
      // The broker is to forget what is no more.
      let message = StatusMessage(topics[index].suffix, [], news: [])
      waiting.append(Waiting(message: message, topic: index, rank: .news, age: nil))
    }
    waiting.sort { $0.isBefore($1) }
    for item in waiting {
      let floor: Double
      switch item.rank {
      case .now: floor = -.infinity
      case .news: floor = -StatusSchedule.debtMax
      case .usual, .none: floor = 0
      }
      guard allowance > floor else { continue }
      let cost = item.message.cost(rootLength: rootLength)
      guard bytes + cost <= StatusSchedule.turnBytesMax || taken.isEmpty else {
        nextLook = nil
        break
      }
      bytes += cost
      allowance = max(allowance - Double(cost), -StatusSchedule.debtMax)
      taken.append(item.message)
      topics[item.topic].sentAt = now
      topics[item.topic].payload = checksum(item.message.payload)
      topics[item.topic].news = checksum(item.message.news)
    }
    topics.removeAll { !$0.isThere && $0.sentAt == now }
    return taken
  }

  private enum Rank: Int {
    case now, news, usual, none
  }

  private struct Waiting {
    let message: StatusMessage
    let topic: Int
    let rank: Rank
    let age: Duration?

    func isBefore(_ other: Waiting) -> Bool {
      if rank != other.rank { return rank.rawValue < other.rank.rawValue }
      if rank == .usual, let age, let otherAge = other.age, age != otherAge {
        return age < otherAge
      }
      return topic < other.topic
    }
  }

  private func rank(
    of message: StatusMessage, _ topic: Topic, isSettled: Bool, now: Duration
  ) -> Rank {
    guard let sentAt = topic.sentAt else {
      let isFirst = message.urgency == .state || message.suffix == "link"
      return isSettled || isFirst ? .now : .none
    }
    let age = now - sentAt
    let hasChanged = topic.payload != checksum(message.payload)
    if message.urgency == .state, hasChanged { return .now }
    if age >= StatusSchedule.newsPause, topic.news != checksum(message.news) { return .news }
    if age >= every || (hasChanged && age >= StatusSchedule.countersPause) { return .usual }
    return .none
  }

  private mutating func place(of suffix: String, probably position: Int) -> Int {
    if topics.indices.contains(position), topics[position].suffix == suffix { return position }
    if let index = topics.firstIndex(where: { $0.suffix == suffix }) { return index }
    topics.append(Topic(suffix: suffix))
    return topics.count - 1
  }

  private mutating func gatherAllowance(_ now: Duration) {
    if let allowanceAt {
      let milliseconds = Double((now - allowanceAt).wholeMilliseconds)
      let gathered = milliseconds * Double(StatusSchedule.bytesPerMinute) / 60_000
      allowance = min(allowance + gathered, StatusSchedule.allowanceMax)
    }
    allowanceAt = now
  }

  /// FNV-1a in 64 bits: by far enough to tell one text of a topic from its next.
  private func checksum(_ bytes: [UInt8]) -> UInt64 {
    var sum: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return sum
  }
}
