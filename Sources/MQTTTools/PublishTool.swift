internal import MQTT
internal import MQTTClient
internal import System

/// `godwit pub`: publishes one message, or each line of standard input.
public struct PublishTool: ~Copyable {
  /// A message that the broker has not acknowledged, kept to be published again.
  private struct Unacknowledged {
    let token: UInt64
    let payload: [UInt8]
  }

  private let options: PublishOptions
  private let topic: TopicName
  private let properties: Publish.Properties?
  private let reporter: Reporter
  private let stop: Stop
  private var source: MessageSource
  private var clientOptions: Client.Options
  private var session = Session.State()
  /// Those in flight, the oldest first: never more than the window has room for.
  private var unacknowledged: [Unacknowledged] = []
  /// Those that go out before anything new, since a connection broke.
  private var again: [Unacknowledged] = []
  private var lastToken: UInt64 = 0
  private var hasConnected = false
  /// Whether the source has failed.
  private var hasEnded = false
  private var status = ExitStatus.success
  private var reconnection = Reconnection()

  /// How long the broker may take to say that it has everything, when it is told goodbye.
  private static let goodbyeTimeout: Duration = .seconds(30)
  /// When the user wants to end, what is in flight has this long to be acknowledged.
  private static let stopTimeout: Duration = .seconds(3)

  /// Runs the command with the words behind its name, and returns the exit status.
  public static func run(_ words: [String]) -> ExitStatus {
    do throws(UsageError) {
      let options = try PublishOptions(words)
      guard let topic = options.topic else {
        print("\(help)\(ConnectionHelp.text)", to: .standardOutput)
        return .success
      }
      return run(options, topic)
    } catch {
      print("godwit pub: \(error.text)\n", to: .standardError)
      return .failure
    }
  }

  private static func run(_ options: PublishOptions, _ topic: TopicName) -> ExitStatus {
    do throws(Errno) {
      return try ToolThread.run("pub") { stop in
        do throws(MessageSource.Failure) {
          var tool = try PublishTool(options, topic, stop)
          return tool.run()
        } catch {
          print("godwit pub: \(error.text)\n", to: .standardError)
          return .failure
        }
      }
    } catch {
      print("godwit pub: \(error.text)\n", to: .standardError)
      return .failure
    }
  }

  private init(
    _ options: PublishOptions, _ topic: TopicName, _ stop: Stop
  ) throws(MessageSource.Failure) {
    self.options = options
    self.topic = topic
    self.stop = stop
    var properties = options.connection.properties.publish
    // Aliases are the session's business; the option allows them.
    properties.topicAlias = nil
    self.properties = properties == Publish.Properties() ? nil : properties
    let clientID = options.connection.makeClientID()
    reporter = Reporter("pub", options.connection, clientID: clientID)
    clientOptions = options.connection.makeClientOptions(clientID: clientID)
    if let inFlightMax = options.inFlightMax { clientOptions.session.inFlightMax = inFlightMax }
    source = try MessageSource(options, stop)
  }

  /// Connects, and with `-l` connects again, until everything is done.
  private mutating func run() -> ExitStatus {
    do throws(ClientError) {
      let route = try options.connection.makeRoute()
      while true {
        do throws(ClientError) {
          try runConnection(route)
          return status
        } catch {
          if stop.isRequested { return interrupted() }
          // Who cannot connect at all is told so at once.
          guard hasConnected, options.source == .lines, error.isTransient else { throw error }
          try pause(after: error)
          if stop.isRequested { return interrupted() }
        }
      }
    } catch {
      reporter.tell(error.text)
      return ExitStatus(error, version: options.connection.version)
    }
  }

  private mutating func pause(after error: ClientError) throws(ClientError) {
    do throws(Errno) {
      try reconnection.pause(after: error, reporter, stop)
    } catch {
      throw .connectionLost(error)
    }
  }

  /// The user has ended it while there was no connection.
  private func interrupted() -> ExitStatus {
    let count = unacknowledged.count + again.count
    guard !hasConnected || count > 0 else { return status }
    reporter.tell("ended before the broker had acknowledged \(max(count, 1)) messages")
    return .failure
  }
}

extension PublishTool {
  /// Connects, and publishes until there is nothing more.
  private mutating func runConnection(_ route: Route) throws(ClientError) {
    reporter.sending("CONNECT")
    var client = try Client(
      connectingTo: route, options: clientOptions, resuming: session, wakeup: stop.wakeup)
    reporter.received("CONNACK (0)")
    hasConnected = true
    clientOptions.session.version = client.version
    let isKept =
      !clientOptions.session.cleanStart
      || client.version == .v5 && clientOptions.session.sessionExpiry > 0
    // The next connection goes on with the session, where the broker keeps it.
    if isKept { clientOptions.session.cleanStart = false }
    do throws(ClientError) {
      try publishAll(&client)
    } catch {
      takeEvents(&client)
      session = client.state
      if !isKept {
        again = unacknowledged + again
        unacknowledged = []
      }
      throw error
    }
    let count = unacknowledged.count + again.count
    if count > 0 {
      reporter.tell("ended before the broker had acknowledged \(count) messages")
      status = .failure
    }
    reporter.sending("DISCONNECT")
    let isFarewell = client.disconnect(within: stop.isRequested ? PublishTool.stopTimeout : PublishTool.goodbyeTimeout)
    // Of QoS 0 nothing else tells whether the messages have arrived.
    if !isFarewell, options.qos == .atMostOnce, status == .success {
      reporter.tell("the broker did not close the connection; messages may be lost")
      status = .connectionLost
    }
  }

  private mutating func publishAll(_ client: inout Client) throws(ClientError) {
    var stopDeadline: Duration?
    while true {
      takeEvents(&client)
      var deadline = Clock.sinceBoot + Poll.idle
      if stop.isRequested {
        let latest = stopDeadline ?? Clock.sinceBoot + PublishTool.stopTimeout
        stopDeadline = latest
        if unacknowledged.isEmpty || Clock.sinceBoot >= latest { return }
        deadline = latest
      } else {
        switch try publishSome(&client) {
        case .payload: break  // No room, or there would be another.
        case .wait(let due): deadline = due ?? deadline
        case .end: if unacknowledged.isEmpty { return }
        }
      }
      try client.run(until: deadline, wakeup: stop.bell)
    }
  }

  /// Publishes while there is room and there are messages.
  /// - Returns: what there is to wait for.
  private mutating func publishSome(
    _ client: inout Client
  ) throws(ClientError) -> MessageSource.Next {
    while client.canPublish {
      if !again.isEmpty {
        try publish(again[0], &client)
        again.removeFirst()
        continue
      }
      switch nextMessage() {
      case .payload(let payload):
        lastToken += 1
        try publish(Unacknowledged(token: lastToken, payload: payload), &client)
      case .wait(let due): return .wait(until: due)
      case .end: return .end
      }
    }
    return .payload([])
  }

  private mutating func nextMessage() -> MessageSource.Next {
    if hasEnded { return .end }
    do {
      return try source.next(now: Clock.sinceBoot)
    } catch {
      // What was read before is published all the same.
      reporter.tell(error.text)
      status = .failure
      hasEnded = true
      return .end
    }
  }

  private mutating func publish(
    _ message: Unacknowledged, _ client: inout Client
  ) throws(ClientError) {
    do throws(ClientError) {
      try client.publish(
        topic: topic, payload: message.payload, qos: options.qos, retain: options.retain,
        properties: properties, token: message.token)
    } catch {
      guard case .session(let refusal) = error, refusal.isRefusal else { throw error }
      reporter.tell("message \(message.token) was not sent: \(error.text)")
      status = .failure
      return
    }
    reporter.sending(
      Reporter.text(
        topic, qos: options.qos, retain: options.retain, isDuplicate: false,
        number: message.token, size: message.payload.count))
    if options.qos != .atMostOnce { unacknowledged.append(message) }
  }

  private mutating func takeEvents(_ client: inout Client) {
    while let event = client.nextEvent() {
      switch event {
      case .acknowledged(let token):
        reporter.received("\(options.qos == .atLeastOnce ? "PUBACK" : "PUBCOMP") (m\(token))")
        _ = finish(token)
        reconnection.reset()
      case .rejected(let token, let reason):
        reporter.tell("the broker did not take message \(token): \(reason.text)")
        status = .refused(reason)
        _ = finish(token)
      case .unresolved(let token):
        // It may arrive twice, but it does arrive.
        if let message = finish(token) { again.append(message) }
      case .connected, .message, .subscribed, .unsubscribed, .authentication: break
      }
    }
  }

  private mutating func finish(_ token: UInt64) -> Unacknowledged? {
    guard let index = unacknowledged.firstIndex(where: { $0.token == token }) else { return nil }
    return unacknowledged.remove(at: index)
  }
}
