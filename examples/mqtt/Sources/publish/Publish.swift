import MQTTClient

/// Publishes COUNT messages with QoS 1, ten a second, and ends when the broker has acknowledged
/// every one of them, however often the connection breaks meanwhile:
///
///     publish HOST PORT TOPIC [COUNT]
@main
struct Publish {
  let broker: Endpoint
  let options: Client.Options
  let topic: TopicName
  let count: Int
  let interval: Duration = .milliseconds(100)

  var outbox = Outbox()
  var madeCount = 0
  /// When the next message is to be made, on `Clock.sinceBoot`.
  var nextDue = Clock.sinceBoot
  /// After a failure it is waited longer each time, up to half a minute.
  var backoff = Backoff(minimum: .milliseconds(500), maximum: .seconds(30))

  static func main() {
    let words = CommandLine.arguments
    guard (4...5).contains(words.count), let port = UInt16(words[2]),
      let topic = try? TopicName(words[3]),  // The usage is all there is to say.
      let count = words.count == 5 ? Int(words[4]) : 10
    else {
      print("usage: publish HOST PORT TOPIC [COUNT]\n", to: .standardError)
      exitProcess(2)
    }
    // No client identifier: the broker makes one up. With a clean start, the default, nobody ever
    // resumes the session, so it keeps no copies of messages; the outbox has them.
    var publish = Publish(
      broker: Endpoint(host: words[1], port: port),
      options: Client.Options(session: Session.Options(clientID: "")), topic: topic, count: count)
    exitProcess(publish.run() ? 0 : 1)
  }

  /// Connects, again and again, until everything is delivered.
  /// - Returns: whether it is.
  mutating func run() -> Bool {
    var random = Random()
    while true {
      do throws(ClientError) {
        try connectAndPublish()
        return true
      } catch {
        print("\(error.text)\n", to: .standardError)
        // What this broker refuses it would refuse again.
        if case .session(let error) = error, error.isRefusal { return false }
      }
      Clock.sleep(for: backoff.nextDelay(using: &random))
    }
  }

  /// One connection, from its beginning to its end.
  /// - Throws: why it ended before everything was delivered.
  mutating func connectAndPublish() throws(ClientError) {
    var client = try Client(connectingTo: broker, options: options)
    print("connected\n", to: .standardError)
    outbox.rewind()
    while madeCount < count || !outbox.isEmpty {
      makeMessages()
      // It takes 20 messages at a time (inFlightMax); the others wait in the outbox.
      while client.canPublish, let message = outbox.next() {
        try client.publish(
          topic: topic, payload: message.payload, qos: .atLeastOnce, token: message.token)
      }
      let failure: ClientError?
      do throws(ClientError) {
        try client.run(until: madeCount < count ? nextDue : Clock.sinceBoot + Poll.idle)
        failure = nil
      } catch {
        failure = error
      }
      // Even where the connection has broken: what was acknowledged before is not sent again.
      while let event = client.nextEvent() { handle(event) }
      if let failure { throw failure }
    }
    client.disconnect(within: .seconds(1))
    print("\(count) messages delivered\n", to: .standardError)
  }

  mutating func handle(_ event: Session.Event) {
    switch event {
    case .acknowledged(let token):
      outbox.remove(token)
      // Only now has the link proved itself. A broker that is going down accepts connections too.
      backoff.reset()
    case .rejected(let token, let reason):
      print("message \(token) is refused: \(reason.text)\n", to: .standardError)
      outbox.remove(token)
    case .connected, .unresolved, .message, .subscribed, .unsubscribed, .authentication:
      break  // Not for a publisher with QoS 1.
    }
  }

  /// Makes what is due. A real program has its sensors here, or a queue that others fill; they ring a
  /// `Wakeup`, and `run` returns at once.
  mutating func makeMessages() {
    while madeCount < count, Clock.sinceBoot >= nextDue {
      madeCount += 1
      outbox.add(Array("message \(madeCount)".utf8))
      nextDue += interval
    }
  }
}
