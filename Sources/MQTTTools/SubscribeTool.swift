internal import MQTT
internal import MQTTClient
internal import System

/// `godwit sub`: writes the messages of some topics to standard output.
public final class SubscribeTool {
  private let options: SubscribeOptions
  private let connector: Connector
  private let output = StandardOutput()
  private var writtenCount: Int64 = 0
  /// The requests that the broker has not answered.
  private var awaitedAnswers = 0
  /// How it ends, once that is clear.
  private var status: ExitStatus?
  /// Whether the last message could not be written: then the broker is not told that it was taken.
  private var isOutputLost = false

  /// How long the broker may take to close the connection when it is told goodbye.
  private static let goodbyeTimeout: Duration = .seconds(2)

  /// Runs the command with the words behind its name, and returns the exit status.
  public static func run(_ words: [String]) -> ExitStatus {
    ToolThread.run("godwit sub") { stop throws(UsageError) in
      let options = try SubscribeOptions(words)
      if options.connection.wantsHelp {
        print(joined(help, ConnectionHelp.text), to: .standardOutput)
        return .success
      }
      return SubscribeTool(options, stop).run()
    }
  }

  private init(_ options: SubscribeOptions, _ stop: Stop) {
    self.options = options
    connector = Connector("godwit sub", options.connection, stop)
  }

  private func run() -> ExitStatus {
    let failure = connector.run(
      reconnects: true,
      drive: { (client) throws(ClientError) in
        try receive(&client)
        return isOutputLost ? nil : SubscribeTool.goodbyeTimeout
      },
      lost: { client in
        // What came before the loss counts.
        takeEvents(&client)
        return status == nil
      })
    if let status = status ?? failure { return status }
    if connector.stop.isRequested { return .success }
    connector.reporter.tell("timed out")
    return .timedOut
  }
}

extension SubscribeTool {
  /// Subscribes, and writes what comes until it is to end.
  private func receive(_ client: inout Client) throws(ClientError) {
    if !connector.hasConnected, let timeout = options.timeout {
      connector.deadline = Clock.sinceBoot + timeout
    }
    // What a session that goes on has subscribed to, it still has.
    if !connector.hasConnected || !client.sessionPresent { try subscribe(&client) }
    while true {
      takeEvents(&client)
      if status != nil || connector.stop.isRequested { return }
      if let deadline = connector.deadline, Clock.sinceBoot >= deadline { return }
      try client.run(
        until: connector.deadline ?? Clock.sinceBoot + Poll.idle, wakeup: connector.stop.bell)
    }
  }

  private func subscribe(_ client: inout Client) throws(ClientError) {
    awaitedAnswers = 0
    var subscriptions: [Subscription] = []
    for filter in options.topics {
      var subscription = Subscription(filter: filter, maximumQoS: options.qos)
      if client.version == .v5 {
        subscription.retainAsPublished = options.retainAsPublished
        // The broker need not send what is passed over.
        if options.retained == .none { subscription.retainHandling = .never }
      }
      subscriptions.append(subscription)
      connector.reporter.sending("SUBSCRIBE ", filter.text)
    }
    if !subscriptions.isEmpty {
      try client.subscribe(
        subscriptions, properties: options.connection.properties.subscribe, token: 1)
      awaitedAnswers += 1
    }
    for filter in options.unsubscribes { connector.reporter.sending("UNSUBSCRIBE ", filter.text) }
    if !options.unsubscribes.isEmpty {
      try client.unsubscribe(
        options.unsubscribes, properties: options.connection.properties.unsubscribe, token: 2)
      awaitedAnswers += 1
    }
  }

  /// Takes what has come, until it is clear that this is the end.
  private func takeEvents(_ client: inout Client) {
    while status == nil, let event = client.nextEvent() {
      switch event {
      case .message(let message):
        connector.proved()
        take(message)
      case .subscribed(_, let codes):
        connector.reporter.received("SUBACK")
        answered(codes)
      case .unsubscribed:
        connector.reporter.received("UNSUBACK")
        answered([])
      case .connected, .acknowledged, .rejected, .unresolved, .authentication: break
      }
    }
  }

  /// The broker has answered a request; of SUBSCRIBE it has said what became of each filter.
  private func answered(_ codes: [ReasonCode]) {
    awaitedAnswers -= 1
    var refusedCount = 0
    for (filter, code) in zip(options.topics, codes) where code.isFailure {
      refusedCount += 1
      connector.reporter.tell(
        joined("the broker refused the subscription to '", filter.text, "': ", code.text))
    }
    if let code = codes.first, refusedCount == codes.count {
      status = .refused(code)
    } else if options.exitsAfterSubscribe, awaitedAnswers == 0 {
      status = .success
    }
  }

  private func take(_ message: Publish) {
    connector.reporter.received(
      "PUBLISH",
      connector.reporter.text(message, number: UInt64(message.packetIdentifier ?? 0)))
    if options.retained == .only && !message.retain {
      status = .success
      return
    }
    if options.retained == .none && message.retain { return }
    guard let topic = message.topic else { return }
    for filter in options.filtersOut where filter.matches(topic) { return }
    var bytes: [UInt8] = []
    if options.format.write(message, at: .now, to: &bytes) {
      if options.endsLines { bytes.append(UInt8(ascii: "\n")) }
      write(bytes)
    } else {
      connector.reporter.tell(joined("a message of '", topic.text, "' is not JSON"))
    }
    writtenCount += 1
    if let countMax = options.countMax, writtenCount >= countMax, status == nil {
      status = .success
    }
  }

  private func write(_ bytes: [UInt8]) {
    do throws(Errno) {
      try output.write(bytes)
    } catch {
      isOutputLost = true
      status = .success
      // Whoever reads may have had enough.
      if error == Errno.brokenPipe { return }
      connector.reporter.tell(joined("standard output: ", error.text))
      status = .failure
    }
  }
}
