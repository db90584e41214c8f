extension Session {
  /// What the broker did.
  public enum Event: Equatable, Sendable {
    /// It accepted the connection, and knew the session from before or did not (3.2.2.2). More of
    /// what it said is in `Session.acceptance`.
    case connected(sessionPresent: Bool)
    /// It has the message that was published with this token and QoS 1 or 2.
    case acknowledged(token: UInt64)
    /// It does not take the message that was published with this token; 5.0 only.
    case rejected(token: UInt64, ReasonCode)
    /// Nobody can know any more whether it has the message that was published with this token:
    /// the session was resumed and the broker has forgotten it, and the message had QoS 2; or the
    /// message cannot be sent again, because this connection takes less than the one before.
    case unresolved(token: UInt64)
    /// A message came for a subscription. Its topic is there even where the packet had an alias only.
    indirect case message(Publish)
    /// It answered SUBSCRIBE: what became of each filter, in their order.
    case subscribed(token: UInt64, [ReasonCode])
    /// It answered UNSUBSCRIBE, likewise. With 3.1.1 all are a success.
    case unsubscribed(token: UInt64, [ReasonCode])
    /// It wants an answer by `Session.authenticate`, or accepts the last one.
    indirect case authentication(Auth)
  }
}

/// The events that nobody has taken yet.
struct EventQueue: Sendable {
  private var events: [Session.Event] = []
  /// How many of them say what became of a message to the broker.
  private(set) var deliveryCount = 0
  /// How many of them the broker sent of its own accord, as many as it likes.
  private(set) var unaskedCount = 0

  var isEmpty: Bool { events.isEmpty }

  mutating func append(_ event: Session.Event) {
    if event.isDelivery { deliveryCount += 1 }
    if event.isUnasked { unaskedCount += 1 }
    events.append(event)
  }

  mutating func next() -> Session.Event? {
    guard !events.isEmpty else { return nil }
    let event = events.removeFirst()
    if event.isDelivery { deliveryCount -= 1 }
    if event.isUnasked { unaskedCount -= 1 }
    return event
  }

  /// Whether a message with QoS 2 and this identifier is among them.
  func hasMessage(exactlyOnce identifier: UInt16) -> Bool {
    guard unaskedCount > 0 else { return false }
    for case .message(let publish) in events where publish.qos == .exactlyOnce {
      if publish.packetIdentifier == identifier { return true }
    }
    return false
  }
}

extension Session.Event {
  fileprivate var isDelivery: Bool {
    switch self {
    case .acknowledged, .rejected, .unresolved: true
    case .connected, .message, .subscribed, .unsubscribed, .authentication: false
    }
  }

  fileprivate var isUnasked: Bool {
    switch self {
    case .message, .authentication: true
    case .acknowledged, .rejected, .unresolved, .connected, .subscribed, .unsubscribed: false
    }
  }
}
