internal import MQTT
internal import MQTTClient
internal import System

/// `godwit sub`: writes the messages of some topics to standard output.
public struct SubscribeTool: ~Copyable {
  private let options: SubscribeOptions
  private let reporter: Reporter
  private let stop: Stop
  private let output = MessageOutput()
  private var clientOptions: Client.Options
  private var session = Session.State()
  private var reconnection = Reconnection()
  private var hasConnected = false
  /// When `-W` ends it; nil before the first connection, and without `-W`.
  private var deadline: Duration?
  private var writtenCount: Int64 = 0
  /// The requests that the broker has not answered.
  private var awaitedAnswers = 0
  /// How it ends, once that is clear.
  private var status: ExitStatus?
  /// Whether the last message could not be written: then the broker is not told that it was taken.
  private var isOutputLost = false

  /// How long the broker may take to close the connection when it is told goodbye.
  private static let goodbyeTimeout: Duration = .seconds(2)

  private enum Token {
    static let subscribe: UInt64 = 1
    static let unsubscribe: UInt64 = 2
  }

  /// Runs the command with the words behind its name, and returns the exit status.
  public static func run(_ words: [String]) -> ExitStatus {
    let options: SubscribeOptions
    do throws(UsageError) {
      options = try SubscribeOptions(words)
    } catch {
      print("godwit sub: \(error.text)\n", to: .standardError)
      return .failure
    }
    if options.connection.wantsHelp {
      print("\(help)\(ConnectionHelp.text)", to: .standardOutput)
      return .success
    }
    do throws(Errno) {
      return try ToolThread.run("sub") { stop in
        var tool = SubscribeTool(options, stop)
        return tool.run()
      }
    } catch {
      print("godwit sub: \(error.text)\n", to: .standardError)
      return .failure
    }
  }

  private init(_ options: SubscribeOptions, _ stop: Stop) {
    self.options = options
    self.stop = stop
    let clientID = options.connection.makeClientID()
    reporter = Reporter("sub", options.connection, clientID: clientID)
    clientOptions = options.connection.makeClientOptions(clientID: clientID)
  }

  /// Connects, and connects again when the connection is lost, until it is to end.
  private mutating func run() -> ExitStatus {
    do throws(ClientError) {
      let route = try options.connection.makeRoute()
      while true {
        do throws(ClientError) {
          try runConnection(route)
        } catch {
          if let status { return status }
          if stop.isRequested { return .success }
          // Who cannot connect at all is told so at once.
          guard hasConnected, error.isTransient else { throw error }
          try pause(after: error)
        }
        if let status { return status }
        if stop.isRequested { return .success }
      }
    } catch {
      reporter.tell(error.text)
      return ExitStatus(error, version: options.connection.version)
    }
  }

  private mutating func pause(after error: ClientError) throws(ClientError) {
    do throws(Errno) {
      try reconnection.pause(after: error, reporter, stop, until: deadline)
    } catch {
      throw .connectionLost(error)
    }
    if let deadline, Clock.sinceBoot >= deadline { timeOut() }
  }

  private mutating func timeOut() {
    reporter.tell("timed out")
    status = .timedOut
  }
}

extension SubscribeTool {
  /// Connects, subscribes, and writes what comes until it is to end.
  private mutating func runConnection(_ route: Route) throws(ClientError) {
    reporter.sending("CONNECT")
    var client = try Client(
      connectingTo: route, options: clientOptions, resuming: session, wakeup: stop.wakeup)
    reporter.received("CONNACK (0)")
    clientOptions.session.version = client.version
    // The next connection goes on with the session, where the broker keeps it.
    if client.version == .v5, clientOptions.session.sessionExpiry > 0 {
      clientOptions.session.cleanStart = false
    }
    // What a session that goes on has subscribed to, it still has.
    if !hasConnected || !client.sessionPresent { try subscribe(&client) }
    if !hasConnected, let timeout = options.timeout { deadline = Clock.sinceBoot + timeout }
    hasConnected = true
    do throws(ClientError) {
      try receive(&client)
    } catch {
      // Only what has come before it is told of counts; it is written, too.
      takeEvents(&client)
      session = client.state
      throw error
    }
    if isOutputLost { return }
    reporter.sending("DISCONNECT")
    client.disconnect(within: SubscribeTool.goodbyeTimeout)
  }

  private mutating func subscribe(_ client: inout Client) throws(ClientError) {
    awaitedAnswers = 0
    if !options.topics.isEmpty {
      let subscriptions = options.topics.map { filter in
        var subscription = Subscription(filter: filter, maximumQoS: options.qos)
        if client.version == .v5 {
          subscription.retainAsPublished = options.retainAsPublished
          // The broker need not send what is passed over.
          if options.retained == .none { subscription.retainHandling = .never }
        }
        return subscription
      }
      for filter in options.topics {
        reporter.sending("SUBSCRIBE (Topic: \(filter.text), QoS: \(options.qos.rawValue))")
      }
      try client.subscribe(
        subscriptions, properties: options.connection.properties.subscribe, token: Token.subscribe)
      awaitedAnswers += 1
    }
    if !options.unsubscribes.isEmpty {
      for filter in options.unsubscribes { reporter.sending("UNSUBSCRIBE (Topic: \(filter.text))") }
      try client.unsubscribe(
        options.unsubscribes, properties: options.connection.properties.unsubscribe,
        token: Token.unsubscribe)
      awaitedAnswers += 1
    }
  }

  private mutating func receive(_ client: inout Client) throws(ClientError) {
    while true {
      takeEvents(&client)
      if status != nil || stop.isRequested { return }
      if let deadline, Clock.sinceBoot >= deadline { return timeOut() }
      try client.run(until: deadline ?? Clock.sinceBoot + Poll.idle, wakeup: stop.bell)
    }
  }

  /// Takes what has come, until it is clear that this is the end.
  private mutating func takeEvents(_ client: inout Client) {
    while status == nil, let event = client.nextEvent() {
      switch event {
      case .message(let message):
        reconnection.reset()
        take(message)
      case .subscribed(_, let codes):
        reporter.received("SUBACK")
        answered(codes)
      case .unsubscribed:
        reporter.received("UNSUBACK")
        answered([])
      case .connected, .acknowledged, .rejected, .unresolved, .authentication: break
      }
    }
  }

  /// The broker has answered a request; of SUBSCRIBE it has said what became of each filter.
  private mutating func answered(_ codes: [ReasonCode]) {
    awaitedAnswers -= 1
    for (filter, code) in zip(options.topics, codes) where code.isFailure {
      reporter.tell("the broker refused the subscription to '\(filter.text)': \(code.text)")
    }
    if let code = codes.first, codes.allSatisfy({ $0.isFailure }) {
      status = .refused(code)
    } else if options.exitsAfterSubscribe, awaitedAnswers == 0 {
      status = .success
    }
  }

  private mutating func take(_ message: Publish) {
    reporter.received(
      Reporter.text(
        message.topic, qos: message.qos, retain: message.retain, isDuplicate: message.isDuplicate,
        number: UInt64(message.packetIdentifier ?? 0), size: message.payload.count))
    if options.retained == .only && !message.retain {
      status = .success
      return
    }
    if options.retained == .none && message.retain { return }
    if let topic = message.topic, options.filtersOut.contains(where: { $0.matches(topic) }) {
      return
    }
    var bytes: [UInt8] = []
    if options.format.write(message, at: .now, to: &bytes) {
      if options.endsLines { bytes.append(UInt8(ascii: "\n")) }
      write(bytes)
    } else {
      reporter.tell("a message of '\(message.topic?.text ?? "")' is not JSON")
    }
    writtenCount += 1
    if let countMax = options.countMax, writtenCount >= countMax, status == nil {
      status = .success
    }
  }

  private mutating func write(_ bytes: [UInt8]) {
    do throws(Errno) {
      try output.write(bytes)
    } catch {
      isOutputLost = true
      // Whoever reads has had enough.
      if error == Errno.brokenPipe {
        status = .success
      } else {
        reporter.tell("standard output: \(error.text)")
        status = .failure
      }
    }
  }
}
