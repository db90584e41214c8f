import MQTT
import MQTTClient
import System

/// A client at a broker, with what the cases ask of one again and again.
struct Guest: ~Copyable {
  var client: Client
  let patience: Duration
  /// The first levels of what it publishes and subscribes to.
  private let name: String
  /// Messages that came while something else was waited for.
  private var inbox: [Publish] = []
  private var nextToken: UInt64 = 1

  init(
    _ route: Route, _ options: Client.Options, resuming state: Session.State = Session.State(),
    visit: Visit
  ) throws {
    do throws(ClientError) {
      client = try Client(connectingTo: route, options: options, resuming: state)
    } catch {
      throw error
    }
    patience = visit.patience
    name = visit.name
  }

  /// The next event; nil where none comes in time.
  mutating func event(within limit: Duration) throws -> Session.Event? {
    let deadline = Clock.sinceBoot + limit
    while true {
      if let event = client.nextEvent() {
        if isStray(event) { continue }
        return event
      }
      if Clock.sinceBoot >= deadline { return nil }
      _ = try client.run(until: deadline)
    }
  }

  /// Whether amqtt has sent what is for somebody else: who connects gets the retained messages of
  /// everybody's subscriptions.
  private func isStray(_ event: Session.Event) -> Bool {
    guard case .message(let message) = event, message.retain else { return false }
    return message.topic?.text.hasPrefix(name) == false
  }

  /// Subscribes and waits for the answer.
  /// - Returns: a reason code for each subscription.
  @discardableResult
  mutating func subscribe(
    _ subscriptions: Subscription..., identifier: UInt32? = nil
  ) throws -> [ReasonCode] {
    try subscribe(subscriptions, identifier: identifier)
  }

  @discardableResult
  mutating func subscribe(
    _ subscriptions: [Subscription], identifier: UInt32? = nil
  ) throws -> [ReasonCode] {
    let token = takeToken()
    try client.subscribe(
      subscriptions, properties: Subscribe.Properties(subscriptionIdentifier: identifier),
      token: token)
    return try wait(for: "SUBACK") { event in
      if case .subscribed(token, let codes) = event { codes } else { nil }
    }
  }

  @discardableResult
  mutating func unsubscribe(_ filters: TopicFilter...) throws -> [ReasonCode] {
    let token = takeToken()
    try client.unsubscribe(filters, properties: Unsubscribe.Properties(), token: token)
    return try wait(for: "UNSUBACK") { event in
      if case .unsubscribed(token, let codes) = event { codes } else { nil }
    }
  }

  /// Publishes and waits until the broker has acknowledged it.
  mutating func publish(
    _ topic: TopicName, _ payload: [UInt8], _ qos: QoS = .atLeastOnce, retain: Bool = false,
    properties: Publish.Properties? = nil
  ) throws {
    let token = takeToken()
    try client.publish(
      topic: topic, payload: payload, qos: qos, retain: retain, properties: properties,
      token: token)
    if qos == .atMostOnce {
      // Sends it; nothing comes back.
      _ = try client.run(until: Clock.sinceBoot)
      return
    }
    try wait(for: "the acknowledgement") { event in
      if case .acknowledged(token) = event { () } else { nil }
    }
  }

  mutating func publish(
    _ topic: TopicName, _ text: String, _ qos: QoS = .atLeastOnce, retain: Bool = false,
    properties: Publish.Properties? = nil
  ) throws {
    try publish(topic, Array(text.utf8), qos, retain: retain, properties: properties)
  }

  /// The next message.
  mutating func message(_ what: @autoclosure () -> String = "a message") throws -> Publish {
    guard let message = try messageIfAny(within: patience) else {
      throw CaseFailed("\(what()) did not come within \(patience)")
    }
    return message
  }

  /// The next message, where one comes in time.
  mutating func messageIfAny(within limit: Duration) throws -> Publish? {
    if !inbox.isEmpty { return inbox.removeFirst() }
    let deadline = Clock.sinceBoot + limit
    while let event = try event(within: deadline - Clock.sinceBoot) {
      if case .message(let message) = event { return message }
      try refuse(event)
    }
    return nil
  }

  /// Sees that no message comes while nobody sends any.
  mutating func expectQuiet(
    for time: Duration = Visit.quiet, _ what: @autoclosure () -> String
  ) throws {
    if let message = try messageIfAny(within: time) {
      throw CaseFailed("\(what()): there came \(message.words)")
    }
  }

  /// Runs until an event is the one that is waited for; messages are kept.
  @discardableResult
  mutating func wait<Result>(
    for what: String, _ isIt: (Session.Event) -> Result?
  ) throws -> Result {
    let deadline = Clock.sinceBoot + patience
    while let event = try event(within: deadline - Clock.sinceBoot) {
      if let result = isIt(event) { return result }
      if case .message(let message) = event { inbox.append(message) } else { try refuse(event) }
    }
    throw CaseFailed("\(what) did not come within \(patience)")
  }

  /// Runs until the broker ends the connection, or something else does.
  mutating func end() throws -> ClientError {
    let deadline = Clock.sinceBoot + patience
    while Clock.sinceBoot < deadline {
      while client.nextEvent() != nil {}
      do throws(ClientError) { _ = try client.run(until: deadline) } catch { return error }
    }
    throw CaseFailed("the broker did not end the connection within \(patience)")
  }

  /// Sends what there is to send, acknowledgements above all.
  mutating func settle() throws {
    while let event = client.nextEvent() {
      if isStray(event) { continue }
      if case .message(let message) = event { inbox.append(message) } else { try refuse(event) }
    }
    _ = try client.run(until: Clock.sinceBoot)
  }

  /// Says goodbye.
  consuming func leave(_ reasonCode: ReasonCode = .normalDisconnection) throws {
    try settle()
    let limit = patience
    let hasGone = client.disconnect(reasonCode: reasonCode, within: limit)
    try require(hasGone, "the broker did not close the connection after DISCONNECT")
  }

  /// Goes without a word, as a client does that loses its power.
  consuming func vanish() -> Session.State { client.state }

  mutating func takeToken() -> UInt64 {
    defer { nextToken += 1 }
    return nextToken
  }

  private func refuse(_ event: Session.Event) throws {
    switch event {
    case .rejected(_, let code): throw CaseFailed("the broker rejected a message: \(code.text)")
    case .unresolved: throw CaseFailed("a message is unresolved")
    default: break
    }
  }
}

extension Publish {
  /// What a person needs to know of it.
  var words: String {
    "\(topic?.text ?? "?") QoS \(qos.rawValue)\(retain ? " retained" : "")"
      + "\(isDuplicate ? " DUP" : "") \(payload.count) bytes: \(text.prefix(60))"
  }

  /// The payload as text.
  var text: String { String(decoding: payload, as: UTF8.self) }
}
