import MQTTClient

/// Keeps a subscription over as many connections as it takes.
struct Subscriber {
  let broker: Endpoint
  let options: Client.Options
  let filter: TopicFilter
  /// Rings when it is time to end.
  let stop: Wakeup
  /// Gets each message, and may have an answer for whoever asks for one.
  let handler: (Publish) -> [UInt8]?

  /// What outlives a connection: which messages are half delivered. By it none comes twice and none
  /// is lost when the connection breaks.
  private var state = Session.State()
  /// After a failure it is waited longer each time, up to half a minute.
  private var backoff = Backoff(minimum: .milliseconds(500), maximum: .seconds(30))

  init(
    broker: Endpoint, options: Client.Options, filter: TopicFilter, stop: Wakeup,
    handler: @escaping (Publish) -> [UInt8]?
  ) {
    self.broker = broker
    self.options = options
    self.filter = filter
    self.stop = stop
    self.handler = handler
  }

  /// Connects, again and again, until `stop` rings.
  mutating func run() {
    var random = Random()
    while true {
      do throws(ClientError) {
        try connectAndListen()
        return
      } catch {
        if error == .cancelled { return }
        print("\(error.text)\n", to: .standardError)
      }
      do throws(Errno) {
        if try Poll.wait(for: stop, timeout: backoff.nextDelay(using: &random)) { return }
      } catch {
        print("\(error.text)\n", to: .standardError)
        return
      }
    }
  }

  /// One connection, from its beginning to its end. It returns when `stop` rings.
  /// - Throws: why it ended before.
  private mutating func connectAndListen() throws(ClientError) {
    var client = try Client(
      connectingTo: broker, options: options, resuming: state, wakeup: stop)
    print(client.sessionPresent ? "resumed\n" : "connected\n", to: .standardError)
    // A broker that knows the session knows the subscription too.
    if !client.sessionPresent {
      try client.subscribe([Subscription(filter: filter, maximumQoS: .exactlyOnce)], token: 1)
    }
    var failure: ClientError?
    var isStopped = false
    while failure == nil && !isStopped {
      do throws(ClientError) {
        isStopped = try client.run(until: Clock.sinceBoot + Poll.idle, wakeup: stop) == .wakeup
      } catch {
        failure = error
      }
      // All of them, whatever ended the run. A message is acknowledged when the next event is asked
      // for, so it is not lost where the program crashes in the handler.
      while let event = client.nextEvent() { handle(event, &client) }
    }
    state = client.state
    if let failure { throw failure }
    client.disconnect(within: .seconds(1))
  }

  private mutating func handle(_ event: Session.Event, _ client: inout Client) {
    switch event {
    case .message(let message):
      backoff.reset()
      let answer = handler(message)
      if let answer, let topic = message.properties.responseTopic {
        send(answer, to: topic, for: message, &client)
      }
    case .subscribed(_, let codes):
      for code in codes { print("\(filter.text): \(code.text)\n", to: .standardError) }
    case .connected, .acknowledged, .rejected, .unresolved, .unsubscribed, .authentication:
      break  // Not for a subscriber whose answers have QoS 0.
    }
  }

  /// Once, and not acknowledged: who waits for an answer has a time limit, and asks again.
  private func send(
    _ answer: [UInt8], to topic: TopicName, for message: Publish, _ client: inout Client
  ) {
    var properties = Publish.Properties()
    properties.correlationData = message.properties.correlationData
    do throws(ClientError) {
      try client.publish(
        topic: topic, payload: answer, qos: .atMostOnce, properties: properties, token: 0)
    } catch {
      print("no answer to \(topic.text): \(error.text)\n", to: .standardError)
    }
  }
}
