internal import MQTT
internal import Status
internal import System

/// What of the gateway's status is to be published next; the uplink's own.
struct StatusFeed: Sendable {
  private let board: StatusBoard
  private let root: String
  private var topics = StatusTopics()
  private var schedule: StatusSchedule
  /// What is due and did not go out yet.
  private var waiting: [StatusMessage] = []
  private var wasStopping = false

  /// A feed of what the board shows.
  /// - Parameters:
  ///   - prefix: what topics begin with.
  ///   - every: how often each message is repeated at least.
  init(_ board: StatusBoard, prefix: String, gateway: String, every: Duration) {
    self.board = board
    root = StatusTopics.root(prefix: prefix, gateway: gateway)
    schedule = StatusSchedule(every: every, rootLength: root.utf8.count)
  }

  /// What the broker says when the link breaks; nil where the topic is none.
  var will: Connect.Will? {
    topic(StatusTopics.stateSuffix).map {
      Connect.Will(topic: $0, message: StatusTopics.offline, qos: .atLeastOnce, retain: true)
    }
  }

  /// The link came up: everything is new to the broker.
  mutating func connect() {
    waiting = []
    schedule.connect(now: Clock.sinceBoot)
  }

  /// When there is something to look at; nil while there is no link.
  var due: Duration? { waiting.isEmpty ? schedule.nextDue : Clock.sinceBoot }

  /// Hands over what is due.
  /// - Parameter send: sends a message; false where there is no room for it now.
  mutating func publish<Failure: Error>(
    isStopping: Bool, _ send: (TopicName, [UInt8]) throws(Failure) -> Bool
  ) throws(Failure) {
    let now = Clock.sinceBoot
    if isStopping, !wasStopping { schedule.hurry() }
    wasStopping = isStopping
    if waiting.isEmpty, let due = schedule.nextDue, due <= now {
      waiting = schedule.take(topics.messages(of: board.status), now: now)
    }
    while let message = waiting.first {
      if let topic = topic(message.suffix), try !send(topic, message.payload) { return }
      waiting.removeFirst()
    }
  }

  /// The last word of a gateway that ends in good order: the will is not published then.
  var farewell: (topic: TopicName, payload: [UInt8])? {
    topic(StatusTopics.stateSuffix).map { ($0, StatusTopics.offline) }
  }

  private func topic(_ suffix: String) -> TopicName? {
    // Names of gateways, buses and devices are checked to be levels of a topic.
    try? TopicName(root + suffix)
  }
}
