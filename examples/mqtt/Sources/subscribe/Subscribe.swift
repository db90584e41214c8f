import MQTTClient

/// Prints the messages of some topics as they come, exactly once each (QoS 2), and answers those that
/// ask for an answer, until it is interrupted (Ctrl-C):
///
///     subscribe HOST PORT FILTER CLIENT-ID
///
/// The broker keeps what comes while the connection is broken, and for an hour after this program has
/// ended; it knows the program again by CLIENT-ID.
@main
struct Subscribe {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 5, let port = UInt16(words[2]),
      let filter = try? TopicFilter(words[3])  // The usage is all there is to say.
    else {
      print("usage: subscribe HOST PORT FILTER CLIENT-ID\n", to: .standardError)
      exitProcess(2)
    }
    var session = Session.Options(clientID: words[4])
    session.cleanStart = false
    session.sessionExpiry = 3_600
    // The default is for those that only publish, and get little but acknowledgements.
    session.packetSizeMax = 64 * 1_024
    let options = Client.Options(session: session)
    let broker = Endpoint(host: words[1], port: port)

    // Signals come to this thread, which only waits for one. The other thread is called by a bell from
    // wherever it waits: for the connection, for a message, or to try again.
    let stopSignals = try Signals()
    let (stop, ended) = (try Wakeup(), try Wakeup())
    let thread = try Thread("mqtt") {
      var subscriber = Subscriber(broker: broker, options: options, filter: filter, stop: stop) {
        message in
        let payload = String(decoding: message.payload, as: UTF8.self)
        print("\(message.topic?.text ?? "") \(payload)\n", to: .standardOutput)
        return Array("\(message.payload.count) bytes, thank you".utf8)
      }
      subscriber.run()
      ended.ring()
    }
    _ = try stopSignals.wait(within: Poll.idle, wakeup: ended)
    stop.ring()
    thread.join(within: .seconds(5))
  }
}
