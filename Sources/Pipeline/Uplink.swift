internal import Configuration
internal import MQTT
internal import MQTTClient
internal import Spool
internal import System
internal import Telemetry

/// What the thread between the spool and the broker does: publishes what is durable, and lets the
/// spool forget what the broker has acknowledged.
///
/// The spool is the only delivery state. Every connection begins with a clean session and with the
/// oldest record that was not acknowledged, so a link that breaks costs duplicates at most.
final class Uplink: Sendable {
  private let broker: Broker
  private let spool: Spool
  private let time: TimeKeeper
  private let totals: Locked<Totals>
  private let book: LinkBook
  private let pulse: Pulse
  /// Since boot, when the thread is to have ended; nil while it goes on.
  private let stopDeadline = Locked<Duration?>(nil)
  /// Rung when the thread is to stop: it ends an attempt to connect, or the wait for the next.
  private let stopBell: Wakeup
  /// Rung when there is more to publish, and when the thread is to stop.
  private let bell: Wakeup

  /// What is said of each message besides (MQTT 5.0, 3.3.2.3): the content type of JSON, of SenML.
  private let properties: (json: Publish.Properties, senML: Publish.Properties)

  /// An uplink that publishes what `spool` holds.
  /// - Parameter bell: rung by the spool's owner when the spool has more to give.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(
    broker: Broker, spool: Spool, time: TimeKeeper, bell: Wakeup, totals: Locked<Totals>,
    book: LinkBook, pulse: Pulse
  ) throws(Errno) {
    self.broker = broker
    self.spool = spool
    self.time = time
    self.bell = bell
    self.totals = totals
    self.book = book
    self.pulse = pulse
    properties = (Uplink.properties(saying: .json), Uplink.properties(saying: .senML))
    stopBell = try Wakeup()
  }

  private static func properties(saying format: BatchFormat) -> Publish.Properties {
    var properties = Publish.Properties()
    // It is short, and without NUL.
    properties.contentType = try? EncodedString(format.contentType)
    return properties
  }

  /// Asks the thread to end: at once where there is no link, and else as soon as everything is
  /// delivered, or at `deadline`.
  func requestStop(deadline: Duration) {
    stopDeadline.withLock { $0 = deadline }
    stopBell.ring()
    bell.ring()
  }

  /// Works on the calling thread until it is asked to stop.
  func run() {
    deliver()
    book.down(nil, now: Clock.sinceBoot)
    pulse.retire()
  }

  /// An attempt to connect looks up a name, which may take the better part of a minute, and then
  /// tries some addresses, proxies and versions, each for ten seconds.
  static let connectMax: Duration = .seconds(600)

  private func deliver() {
    var failover = Failover(count: broker.endpoints.count, stay: broker.returnAfter)
    var backoff = Backoff(minimum: Uplink.shortestPause, maximum: broker.reconnectMax)
    var random = Random()
    var routes = BrokerRoutes(broker)
    var versions = BrokerVersions(broker)
    if broker.tls.insecure {
      Log.warning("TLS accepts any server", ["because": "broker.tls.insecure is set"])
    }
    var faults = broker.endpoints.map { _ in LogLimiter() }
    while stopRequested == nil {
      let index = failover.index
      var link = Link()
      do throws(LinkFault) {
        switch try connectAndServe(index, &routes, &versions, &link, &failover) {
        case .stop: return
        case .wayBack: failover.disconnect()
        }
        book.down(nil, now: Clock.sinceBoot)
      } catch {
        if !error.isCancellation { book.down(error.text, now: Clock.sinceBoot) }
        if link.hasProvedItself(now: Clock.sinceBoot) {
          backoff.reset()
          _ = faults[index].recover()
        }
        tell(error, of: broker.endpoints[index], &faults[index])
        let roundIsOver: Bool
        if link.since == nil {
          roundIsOver = failover.fail()
        } else {
          failover.disconnect()
          roundIsOver = true
        }
        if roundIsOver { pause(for: backoff.nextDelay(using: &random)) }
      }
    }
  }

  /// A broker that restarts is back within a second or two.
  private static let shortestPause: Duration = .milliseconds(500)

  /// How long DISCONNECT may take: a second is many round trips, and part of the time to stop.
  private static let goodbyeTimeout: Duration = .seconds(1)

  /// What is known of one connection.
  private struct Link {
    private static let proof: Duration = .seconds(10)
    var since: Duration?
    var acknowledged = false

    /// Whether it stayed and acknowledged something. A broker that throws a client out at once, or
    /// another client of the same name, must not be met at the shortest pause for ever.
    func hasProvedItself(now: Duration) -> Bool {
      guard let since, acknowledged else { return false }
      return now - since >= Link.proof
    }
  }

  private var stopRequested: Duration? { stopDeadline.withLock { $0 } }

  /// Why a connection has ended in good order.
  private enum ServeEnd {
    /// The thread is to stop.
    case stop
    /// The first broker is to be tried again.
    case wayBack
  }

  private func connectAndServe(
    _ index: Int, _ routes: inout BrokerRoutes, _ versions: inout BrokerVersions,
    _ link: inout Link, _ failover: inout Failover
  ) throws(LinkFault) -> ServeEnd {
    let endpoint = broker.endpoints[index]
    book.tries(endpoint.text)
    pulse.promise(within: Uplink.connectMax)
    var client = try connect(endpoint, &routes, versions[index], mayFallBack: versions.mayFallBack)
    if client.version != versions[index] {
      Log.notice("the broker speaks MQTT 3.1.1 only", ["broker": endpoint.text])
      versions[index] = client.version
    }
    if let stop = stopRequested, Clock.sinceBoot >= stop { return .stop }
    link.since = Clock.sinceBoot
    book.up(now: Clock.sinceBoot)
    failover.connect(now: Clock.sinceBoot)
    totals.withLock { $0.connections += 1 }
    Log.notice("link up", ["broker": endpoint.text, "queued": "\(queued)"])
    spool.rewind()
    let end = try serve(&client, &link, failover.returnDeadline)
    client.disconnect(within: Uplink.goodbyeTimeout)
    Log.notice("link closed", ["broker": endpoint.text, "queued": "\(queued)"])
    return end
  }

  private var queued: UInt64 { spool.status.lanes.reduce(0) { $0 + $1.ledger.queued } }

  private func connect(
    _ endpoint: BrokerEndpoint, _ routes: inout BrokerRoutes, _ version: ProtocolVersion,
    mayFallBack: Bool
  ) throws(LinkFault) -> Client {
    var session = Session.Options(clientID: broker.clientID)
    session.version = version
    session.username = broker.username
    session.password = broker.password.map { Array($0.utf8) }
    session.keepAlive = broker.keepAlive
    var options = Client.Options(session: session)
    options.fallsBackToVersion311 = mayFallBack
    do throws(ClientError) {
      return try Client(
        connectingTo: try routes.route(to: endpoint), options: options, wakeup: stopBell)
    } catch {
      throw .client(error)
    }
  }

  /// Publishes until there is a reason to end, and then until what is in flight is acknowledged.
  private func serve(
    _ client: inout Client, _ link: inout Link, _ returnDeadline: Duration?
  ) throws(LinkFault) -> ServeEnd {
    while true {
      let stop = stopRequested
      let isReturning = stop == nil && (returnDeadline.map { Clock.sinceBoot >= $0 } ?? false)
      let hasMore = isReturning ? false : try publish(over: &client)
      let isDelivered = client.inFlightCount == 0 && !hasMore
      if let stop, isDelivered || Clock.sinceBoot >= stop { return .stop }
      if isReturning && isDelivered { return .wayBack }
      let deadlines = [
        stop, isReturning || stop != nil ? nil : returnDeadline, spool.readDeadline,
        Clock.sinceBoot + Poll.idle,
      ]
      let deadline = deadlines.compactMap { $0 }.min() ?? .zero
      pulse.promise(within: max(deadline - Clock.sinceBoot, .zero) + Pulse.slack)
      do throws(ClientError) {
        try client.run(until: deadline, wakeup: bell)
      } catch {
        throw .client(error)
      }
      try takeEvents(of: &client, &link)
    }
  }

  /// Hands records to the client while it takes them.
  /// - Returns: whether the spool may have more for it.
  private func publish(over client: inout Client) throws(LinkFault) -> Bool {
    while client.canPublish {
      guard let record = spool.next(now: Clock.sinceBoot) else { return false }
      guard let envelope = Envelope(decoding: record.payload),
        let topic = envelope.topicName
      else {
        discard(record.id, because: "it is no envelope")
        continue
      }
      do throws(ClientError) {
        try client.publish(
          topic: topic, payload: payload(of: envelope, record.stamp), qos: .atLeastOnce,
          properties: client.version == .v5 ? properties(of: envelope) : nil, token: record.id.token
        )
        book.sent(record.id.token, now: Clock.sinceBoot)
      } catch {
        guard case .session(.unsendable) = error else { throw .client(error) }
        discard(record.id, because: error.text)
      }
    }
    return true
  }

  private func properties(of envelope: Envelope) -> Publish.Properties {
    switch envelope.payload.format {
    case .json: properties.json
    case .senML: properties.senML
    }
  }

  /// The payload with its times, as well as they are known.
  private func payload(of envelope: Envelope, _ stamp: Spool.Stamp) -> [UInt8] {
    if envelope.payload.gaps.isEmpty { return envelope.payload.text }
    let boot = time.boot(of: stamp)
    return envelope.payload.filled(
      bootMilliseconds: boot.bootMilliseconds, isSynchronized: boot.isKnown)
  }

  /// A record that can never be published would hold up all that come after it.
  private func discard(_ id: Spool.RecordID, because reason: String) {
    Log.error("a queued record was discarded", ["sequence": "\(id.sequence)", "reason": reason])
    totals.withLock { $0.discarded += 1 }
    spool.discard(id, now: Clock.sinceBoot)
  }

  private func takeEvents(of client: inout Client, _ link: inout Link) throws(LinkFault) {
    while let event = client.nextEvent() {
      switch event {
      case .acknowledged(let token):
        link.acknowledged = true
        totals.withLock { $0.acknowledged += 1 }
        book.acknowledged(token, now: Clock.sinceBoot)
        spool.acknowledge(Spool.RecordID(token: token), now: Clock.sinceBoot)
      case .rejected(let token, let code):
        guard code.isFinalRejection else { throw .rejected(code) }
        discard(Spool.RecordID(token: token), because: code.text)
      case .connected, .unresolved, .message, .subscribed, .unsubscribed, .authentication:
        break  // Nothing was asked that they would answer.
      }
    }
  }

  private func tell(
    _ error: LinkFault, of endpoint: BrokerEndpoint, _ faults: inout LogLimiter
  ) {
    if error.isCancellation { return }
    guard let repeated = faults.tell(error.text, now: Clock.sinceBoot) else { return }
    Log.warning(
      "no link to the broker",
      ["broker": endpoint.text, "reason": error.text, "repeated": "\(repeated)"])
  }

  private func pause(for duration: Duration) {
    if stopRequested != nil { return }
    pulse.promise(within: duration + Pulse.slack)
    do throws(Errno) {
      try Poll.wait(for: stopBell, timeout: duration)
    } catch {
      // poll(2) fails for want of memory alone; without this the loop would spin meanwhile.
      Clock.sleep(for: Uplink.shortestPause)
    }
  }
}

extension Envelope {
  /// The topic as MQTT takes it; nil where it is none.
  fileprivate var topicName: TopicName? {
    try? TopicName(topic)  // What is wrong with it does not matter.
  }
}
