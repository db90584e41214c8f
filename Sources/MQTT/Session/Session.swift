/// A client's side of one connection to a broker, without the connection: bytes and time go in,
/// bytes and events come out.
///
/// ```swift
/// var session = try Session(options: Session.Options(clientID: "barn"), now: now)
/// send(session.takeOutput())                       // CONNECT
/// try session.receive(received.span, now: now)     // CONNACK
/// session.nextEvent()                              // .connected(sessionPresent: false)
/// try session.publish(topic: topic, payload: bytes, qos: .atLeastOnce, token: 7, now: now)
/// ```
/// Call `tick(now:)` when `deadline` comes. `now` is the time since any fixed moment, and never
/// goes back.
///
/// With a clean start and no session expiry the session keeps tokens, not messages: nothing resumes
/// it, so whoever publishes with QoS 1 has the message stored until its token is acknowledged, and
/// publishes it again over the next connection when this one breaks. A second copy in here would
/// cost memory and could only disagree. A session that may be resumed keeps its messages in `state`.
public struct Session: Sendable {
  enum Phase: Sendable {
    case connecting(connackDeadline: Duration)
    case connected
    case disconnected
    case failed(SessionError)
  }

  /// Whose turn it is to send AUTH (MQTT 5.0, 4.12).
  enum Authentication: Sendable {
    case idle, awaitsServer, awaitsClient
  }

  let options: Options
  var phase: Phase
  var limits: ServerLimits
  var decoder: PacketDecoder
  var output: [UInt8] = []
  var events = EventQueue()
  var keepAlive: KeepAlive
  var outgoingAliases = OutgoingTopicAliases(maximum: 0)
  var incomingAliases: IncomingTopicAliases
  /// SUBSCRIBE and UNSUBSCRIBE without an answer.
  var requests: [Request] = []
  /// When the next acknowledgement must have come; it counts only while something is in flight.
  var acknowledgeDeadline: Duration = .zero
  /// The message that was taken last, while the broker does not know that it was.
  var taken: Publish?
  /// How many messages with QoS 1 and 2 the broker waits for the end of (MQTT 5.0, 4.9).
  var unfinishedCount = 0
  /// The first bytes of a broker that may not speak 5.0; nil when they are known.
  var firstBytes: [UInt8]?
  /// Whether the broker may hold messages of this client that the client knows nothing of.
  var mayMeetStrangers = false
  /// Whether CONNECT has left the output. Nothing goes before it [MQTT-3.1.0-1].
  var isIntroduced = false
  /// CONNECT begins the exchange.
  var authentication = Authentication.awaitsServer
  /// When something last came from the broker.
  var lastReceived: Duration?

  /// What outlives the connection. Take the events first: see `State`.
  public internal(set) var state: State

  /// What the broker said when it accepted the connection; nil before. Its properties tell the
  /// client identifier that it assigned, its limits, and how long it remembers the session.
  public internal(set) var acceptance: Connack?

  /// Begins with CONNECT in the output.
  /// - Parameter state: of the session's last connection; forgotten with a clean start. A client
  ///   that has lost it, and cannot do without, begins with a clean start [MQTT-3.2.2-4].
  /// - Throws: `.unsendable` where the options make no CONNECT: a client identifier, user name or
  ///   password that is too long or holds U+0000; in 3.1.1, a password without a user name, no
  ///   client identifier without a clean session.
  public init(
    options: Options, resuming state: State = State(), now: Duration
  ) throws(SessionError) {
    self.options = options
    self.state = state
    if options.cleanStart { self.state.clear() }
    self.state.outgoing.rewind()
    phase = .connecting(connackDeadline: now + options.connackTimeout)
    limits = ServerLimits(options, Connack.Properties())
    decoder = PacketDecoder(version: options.version, packetSizeMax: options.packetSizeMax)
    keepAlive = KeepAlive(
      interval: options.keepAliveInterval, answerTimeout: options.pingTimeout, now: now)
    incomingAliases = IncomingTopicAliases(
      maximum: options.version == .v5 ? options.topicAliasMaximum : 0)
    firstBytes = options.version == .v5 ? [] : nil
    do {
      try Packet.connect(options.connect()).encode(into: &output, version: options.version)
    } catch {
      throw .unsendable(error)
    }
  }

  /// What is spoken.
  public var version: ProtocolVersion { options.version }

  /// Why the session has ended; nil while it goes on, and after `disconnect`.
  public var failure: SessionError? {
    if case .failed(let error) = phase { error } else { nil }
  }

  /// Whether `publish` takes a message with QoS 1 or 2 now: connected, room in the window and in the
  /// output. One with QoS 0 needs no window.
  public var canPublish: Bool { publishRefusal == nil && hasWindow }

  /// Whether there are bytes to take with `takeOutput`.
  public var hasOutput: Bool { !output.isEmpty || canSendAgain }

  /// Whether there is something to take with `nextEvent`.
  public var hasEvents: Bool { !events.isEmpty }

  /// Whether the session shall get more bytes. While messages wait to be taken, or answers to be
  /// sent, it wants none, so that a broker that sends faster than they are taken, or does not read
  /// itself, is held up, and nothing piles up here.
  public var wantsInput: Bool { events.unaskedCount == 0 && hasRoom }

  /// Whether the broker's bytes stop in the middle of a packet.
  public var isInsidePacket: Bool { decoder.isInsidePacket }

  /// How many messages wait for their acknowledgement.
  public var inFlightCount: Int { state.outgoing.count }

  /// When `tick(now:)` must be called at the latest; nil where nothing is awaited.
  public var deadline: Duration? {
    switch phase {
    case .connecting(let connackDeadline): return connackDeadline
    case .connected:
      let acknowledge = awaitsAnswers ? acknowledgeDeadline : nil
      guard let acknowledge, let ping = keepAlive.deadline else {
        return acknowledge ?? keepAlive.deadline
      }
      return min(acknowledge, ping)
    case .disconnected, .failed: return nil
    }
  }

  /// The bytes to send, in order; they are the caller's from then on.
  public mutating func takeOutput() -> [UInt8] {
    if canSendAgain { sendAgain() }
    if !output.isEmpty { isIntroduced = true }
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// What the broker did next; nil until more has come. Events from before a failure stay.
  ///
  /// A message is acknowledged when the event after it is asked for. Whoever has not finished with
  /// it by then, because the program was stopped, gets it again.
  public mutating func nextEvent() -> Event? {
    acknowledgeTaken()
    let event = events.next()
    if case .message(let publish) = event { take(publish) }
    return event
  }

  /// Takes bytes from the broker, in the order in which they came.
  /// - Throws: why the session has ended. Events may be left, and with 5.0 the output tells the
  ///   broker why.
  public mutating func receive(_ bytes: Span<UInt8>, now: Duration) throws(SessionError) {
    switch phase {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting, .connected: break
    }
    lastReceived = now
    keepAlive.giveTime(now: now)
    try lookForVersion311(bytes)
    decoder.append(bytes)
    while true {
      let packet: Packet?
      do { packet = try decoder.next() } catch { throw fail(.malformed(error)) }
      guard let packet else { return }
      try receive(packet, now: now)
    }
  }

  /// Does what is due at `now`: sends a ping, or finds that the broker is too late.
  ///
  /// It is not late while messages from it wait to be taken, nor at the very moment when something
  /// comes: its answer may lie behind that. Whoever reads in parts gives the same `now` to `receive`
  /// and here.
  /// - Throws: why the session has ended.
  public mutating func tick(now: Duration) throws(SessionError) {
    switch phase {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting(let connackDeadline):
      if now >= connackDeadline { throw fail(.connackTimeout(options.connackTimeout)) }
    case .connected:
      if lastReceived != now {
        if events.unaskedCount > 0 {
          keepAlive.giveTime(now: now)
          renewAcknowledgeDeadline(now: now)
        } else if awaitsAnswers, now >= acknowledgeDeadline {
          throw fail(.acknowledgeTimeout(options.acknowledgeTimeout))
        }
      }
      switch keepAlive.due(now: now) {
      case .nothing: break
      case .giveUp: throw fail(.pingTimeout(keepAlive.timeout))
      case .ping:
        try send(.pingreq, now: now)
        keepAlive.pingSent(now: now)
      }
    }
  }

  /// Ends the session in good order with DISCONNECT in the output; the connection is to be closed
  /// when it is sent [MQTT-3.14.4-1]. Nothing else is sent after it [MQTT-3.14.4-2].
  ///
  /// Before CONNACK, and after a failure, there is nobody to say goodbye to, and nothing is sent.
  /// - Parameters:
  ///   - reasonCode: `.disconnectWithWillMessage` makes a broker of 5.0 publish the will.
  ///   - properties: 5.0 only; a session expiry takes the place of that of the options.
  /// - Throws: `.unsendable` where they make no DISCONNECT. Or why the session had ended before.
  public mutating func disconnect(
    reasonCode: ReasonCode = .normalDisconnection,
    properties: Disconnect.Properties = Disconnect.Properties(), now: Duration
  ) throws(SessionError) {
    switch phase {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting: break
    case .connected:
      // [MQTT-3.14.2-2] and its like for clients, 3.14.2.2.2.
      if let expiry = properties.sessionExpiryInterval, expiry != 0, options.sessionExpiry == 0 {
        throw .unsendable(.propertyValue(.sessionExpiryInterval, expiry, .packet(.disconnect)))
      }
      acknowledgeTaken()
      try send(
        .disconnect(Disconnect(reasonCode: reasonCode, properties: properties)), now: now)
    }
    phase = .disconnected
  }
}

extension Session {
  /// Whether the output takes more. At least one byte of it must, for nothing would ever be sent.
  var hasRoom: Bool { output.count < max(options.outputMax, 1) }

  /// Whether the broker owes an answer to something.
  var awaitsAnswers: Bool { !state.outgoing.isEmpty || !requests.isEmpty }

  /// Puts a packet into the output.
  /// - Throws: `.unsendable`; the output is as it was then.
  mutating func send(_ packet: Packet, now: Duration) throws(SessionError) {
    try put(packet)
    keepAlive.packetSent(now: now)
  }

  /// The same, where the time is not known. A ping may come too early then, which does no harm.
  mutating func put(_ packet: Packet) throws(SessionError) {
    let count = output.count
    do { try packet.encode(into: &output, version: version) } catch { throw .unsendable(error) }
    let size = output.count - count
    guard size <= limits.packetSizeMax else {
      output.removeLast(size)
      throw .unsendable(.tooLarge(size: size, limit: limits.packetSizeMax))
    }
  }

  /// Something is awaited from now on, or something has come.
  mutating func renewAcknowledgeDeadline(now: Duration) {
    acknowledgeDeadline = now + options.acknowledgeTimeout
  }

  /// Ends the session. What has not been sent is not sent any more, but for the reason.
  mutating func fail(_ error: SessionError) -> SessionError {
    let isConnected = if case .connected = phase { true } else { false }
    phase = .failed(error)
    output = []
    if version == .v5, isConnected, isIntroduced, let reasonCode = error.reasonCode {
      try? put(.disconnect(Disconnect(reasonCode: reasonCode)))  // It fits, or is left out.
    }
    return error
  }
}
