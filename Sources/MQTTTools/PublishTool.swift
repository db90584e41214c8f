internal import MQTT
internal import MQTTClient
internal import System

/// `godwit pub`: publishes one message, or each line of standard input.
public final class PublishTool {
  /// A message that the broker has not acknowledged, kept to be published again.
  private struct Unacknowledged {
    let token: UInt64
    let payload: [UInt8]
  }

  private let options: PublishOptions
  private let topic: TopicName
  private let properties: Publish.Properties?
  private let connector: Connector
  private var source: MessageSource
  /// Those in flight, the oldest first: never more than the window has room for.
  private var unacknowledged: [Unacknowledged] = []
  /// Those that go out before anything new, since a connection broke.
  private var again: [Unacknowledged] = []
  private var lastToken: UInt64 = 0
  /// Whether the source has failed.
  private var hasEnded = false
  private var status = ExitStatus.success

  /// How long the broker may take to say that it has everything, when it is told goodbye.
  private static let goodbyeTimeout: Duration = .seconds(30)
  /// When the user wants to end, what is in flight has this long to be acknowledged.
  private static let stopTimeout: Duration = .seconds(3)

  /// Runs the command with the words behind its name, and returns the exit status.
  public static func run(_ words: [String]) -> ExitStatus {
    ToolThread.run("godwit pub") { stop throws(UsageError) in
      let options = try PublishOptions(words)
      guard let topic = options.topic else {
        print(joined(help, ConnectionHelp.text), to: .standardOutput)
        return .success
      }
      return try PublishTool(options, topic, stop).run()
    }
  }

  private init(
    _ options: PublishOptions, _ topic: TopicName, _ stop: Stop
  ) throws(UsageError) {
    self.options = options
    self.topic = topic
    var properties = options.connection.properties.publish
    // Aliases are the session's business; the option allows them.
    properties.topicAlias = nil
    self.properties = properties == Publish.Properties() ? nil : properties
    source = try MessageSource(options, stop)
    connector = Connector(
      "godwit pub", options.connection, stop, inFlightMax: options.inFlightMax)
  }

  private func run() -> ExitStatus {
    let failure = connector.run(
      reconnects: options.source == .lines,
      drive: { (client) throws(ClientError) in
        try publishAll(&client)
        return connector.stop.isRequested ? PublishTool.stopTimeout : PublishTool.goodbyeTimeout
      },
      lost: { client in
        takeEvents(&client)
        if !connector.isKept {
          again = unacknowledged + again
          unacknowledged = []
        }
        return true
      })
    if let failure { return failure }
    let count = unacknowledged.count + again.count
    if count > 0 || !connector.hasConnected {
      connector.reporter.tell(
        joined("ended; messages not acknowledged: ", decimal(Int64(max(count, 1)))))
      return .failure
    }
    // Of QoS 0 nothing else tells whether the messages have arrived.
    if !connector.isFarewell, options.qos == .atMostOnce, status == .success {
      connector.reporter.tell("the broker did not close the connection; messages may be lost")
      return .connectionLost
    }
    return status
  }
}

extension PublishTool {
  private func publishAll(_ client: inout Client) throws(ClientError) {
    var stopDeadline: Duration?
    while true {
      takeEvents(&client)
      var deadline = Clock.sinceBoot + Poll.idle
      if connector.stop.isRequested {
        deadline = stopDeadline ?? Clock.sinceBoot + PublishTool.stopTimeout
        stopDeadline = deadline
        if unacknowledged.isEmpty || Clock.sinceBoot >= deadline { return }
      } else {
        switch try publishSome(&client) {
        case .payload: break  // There is no room for another.
        case .wait(let due): deadline = due ?? deadline
        case .end: if unacknowledged.isEmpty { return }
        }
      }
      try client.run(until: deadline, wakeup: connector.stop.bell)
    }
  }

  /// Publishes while there is room and there are messages.
  /// - Returns: what there is to wait for.
  private func publishSome(_ client: inout Client) throws(ClientError) -> MessageSource.Next {
    while client.canPublish {
      if !again.isEmpty {
        try publish(again[0], &client)
        again.removeFirst()
        continue
      }
      let next = nextMessage()
      guard case .payload(let payload) = next else { return next }
      lastToken += 1
      try publish(Unacknowledged(token: lastToken, payload: payload), &client)
    }
    return .payload([])
  }

  private func nextMessage() -> MessageSource.Next {
    if hasEnded { return .end }
    do {
      return try source.next(now: Clock.sinceBoot)
    } catch {
      // What was read before is published all the same.
      connector.reporter.tell(error.text)
      status = .failure
      hasEnded = true
      return .end
    }
  }

  private func publish(
    _ message: Unacknowledged, _ client: inout Client
  ) throws(ClientError) {
    do throws(ClientError) {
      try client.publish(
        topic: topic, payload: message.payload, qos: options.qos, retain: options.retain,
        properties: properties, token: message.token)
    } catch {
      guard case .session(let refusal) = error, refusal.isRefusal else { throw error }
      tell(message.token, error.text)
      status = .failure
      return
    }
    if options.qos != .atMostOnce { unacknowledged.append(message) }
    guard options.connection.isDebug else { return }
    let publish = Publish(
      topic: topic, payload: message.payload, qos: options.qos, retain: options.retain)
    connector.reporter.sending("PUBLISH", connector.reporter.text(publish, number: message.token))
  }

  private func takeEvents(_ client: inout Client) {
    while let event = client.nextEvent() {
      switch event {
      case .acknowledged(let token):
        _ = finish(token)
        connector.proved()
        if options.connection.isDebug {
          connector.reporter.received(
            options.qos == .atLeastOnce ? "PUBACK" : "PUBCOMP",
            joined(" (m", decimal(Int64(clamping: token)), ")"))
        }
      case .rejected(let token, let reason):
        _ = finish(token)
        tell(token, reason.text)
        status = .refused(reason)
      case .unresolved(let token):
        // It may arrive twice, but it does arrive.
        if let message = finish(token) { again.append(message) }
      case .connected, .message, .subscribed, .unsubscribed, .authentication: break
      }
    }
  }

  private func tell(_ token: UInt64, _ reason: String) {
    connector.reporter.tell(
      joined("message ", decimal(Int64(clamping: token)), " was not published: ", reason))
  }

  private func finish(_ token: UInt64) -> Unacknowledged? {
    guard let index = unacknowledged.firstIndex(where: { $0.token == token }) else { return nil }
    return unacknowledged.remove(at: index)
  }
}
