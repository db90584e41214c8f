public import MQTT
public import System

/// One connection to a broker: a `Session` over a `Socket`, driven by the thread that owns it.
///
/// ```swift
/// var client = try Client(
///   connectingTo: Endpoint(host: "broker.example.org", port: 1883),
///   options: Client.Options(session: Session.Options(clientID: "barn")))
/// let topic = try TopicName("godwit/barn/meter")
/// if client.canPublish {
///   try client.publish(topic: topic, payload: bytes, qos: .atLeastOnce, token: 4711)
/// }
/// try client.run(until: Clock.sinceBoot + .seconds(10))
/// while let event = client.nextEvent() {
///   if case .acknowledged(let token) = event { … }     // 4711 is safe with the broker
/// }
/// client.disconnect(within: .seconds(1))
/// ```
/// Any error from `run`, and any from `publish` that ends the session (`SessionError` says which do),
/// is the end of the connection: take the events that are left, drop the client, and make another
/// one after a delay from `Backoff`.
public struct Client: ~Copyable {
  /// What a client is told once.
  public struct Options: Sendable {
    /// Who connects, and the session's limits.
    public var session: Session.Options
    /// Whether a broker that refuses 5.0 is asked again with 3.1.1, see `version`. It is not where
    /// there is an authentication method, which 3.1.1 cannot say.
    public var fallsBackToVersion311 = true
    /// What the authentication method answers to the data of the broker's AUTH while it connects
    /// (MQTT 5.0, 4.12); nil for nothing. Without it such a broker cannot be connected to.
    public var answerChallenge: (@Sendable (_ data: [UInt8]?) -> [UInt8]?)?
    /// How long each address of the broker has to accept the connection of TCP. Ten seconds let
    /// the first packet be lost three times.
    public var connectTimeout: Duration = .seconds(10)
    /// How long proxy, TLS and WebSocket may take together to open. A handshake of TLS on a slow
    /// board over a slow link takes seconds.
    public var openTimeout: Duration = .seconds(20)

    /// The defaults for `session`.
    public init(session: Session.Options) {
      self.session = session
    }
  }

  /// What ended a run.
  public enum RunEnd: Equatable, Sendable {
    /// There are events to take.
    case event
    /// The wakeup has rung.
    case wakeup
    /// `publish` takes a message again, which it did not when the run began.
    case room
    /// The deadline has passed.
    case deadline
  }

  var transport: Transport
  var session: Session
  /// Why the connection has ended, while nobody has been told. In the long form, which has no
  /// initial value: `init` cannot replace a value that is half made.
  private var failure: Optional<ClientError>
  /// What the broker said when it accepted the connection, with the client identifier that it
  /// assigned and its limits.
  public internal(set) var acceptance: Connack

  /// Finds the broker, connects, and returns once it has accepted the session.
  ///
  /// The look-up of the broker's name blocks and cannot be cancelled, see `Socket`; everything after
  /// it can.
  /// - Parameters:
  ///   - state: of the client whose session is to be resumed; see `Session.State`.
  ///   - wakeup: ends the attempt at once when it rings, or has rung since it was last heard.
  /// - Throws: `.cancelled`; why there is no connection; `.session` with the broker's refusal, or
  ///   where it does not answer in time.
  public init(
    connectingTo route: Route, options: Options, resuming state: Session.State = Session.State(),
    wakeup: Wakeup? = nil
  ) throws(ClientError) {
    // A local variable, because a value that can be cleaned up may not be left half made.
    let client: Client
    var hasAsked = false
    do throws(ClientError) {
      client = try Client.connect(route, options, state, wakeup, &hasAsked)
    } catch {
      guard hasAsked, options.mayFallBack, error.mayRefuseVersion5 else { throw error }
      client = try Client.connectWithVersion311(route, options, state, wakeup, instead: error)
    }
    self = client
  }

  /// The same, by plain TCP.
  public init(
    connectingTo endpoint: Endpoint, options: Options,
    resuming state: Session.State = Session.State(), wakeup: Wakeup? = nil
  ) throws(ClientError) {
    try self.init(
      connectingTo: Route(endpoint), options: options, resuming: state, wakeup: wakeup)
  }

  init(transport: consuming Transport, session: Session) {
    self.transport = transport
    self.session = session
    failure = nil
    acceptance = Connack(sessionPresent: false, reasonCode: .success)
  }

  /// What is spoken: 3.1.1 where the broker refused 5.0. To spare the next connection to this broker
  /// the attempt, put it into the options.
  public var version: ProtocolVersion { session.version }

  /// Whether the broker knew the session from before (3.2.2.2).
  public var sessionPresent: Bool { acceptance.sessionPresent }

  /// What the next client needs to resume the session. Take all events first; see `Session.State`.
  public var state: Session.State { session.state }

  /// Whether `publish` takes a message now.
  public var canPublish: Bool { session.canPublish }

  /// How many messages wait for their acknowledgement.
  public var inFlightCount: Int { session.inFlightCount }

  /// Takes a message; it is sent by the next `run`.
  /// - Parameters:
  ///   - properties: 5.0 only.
  ///   - token: comes back in `Session.Event.acknowledged`; with QoS 0 nothing comes back.
  /// - Throws: `.session` with what `Session.publish` throws.
  public mutating func publish(
    topic: TopicName, payload: [UInt8], qos: QoS, retain: Bool = false,
    properties: Publish.Properties? = nil, token: UInt64 = 0
  ) throws(ClientError) {
    do throws(SessionError) {
      try session.publish(
        topic: topic, payload: payload, qos: qos, retain: retain, properties: properties,
        token: token, now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
  }

  /// Asks for the messages of some topics by the next `run`; `Session.Event.subscribed` says what
  /// became of it. Each connection that does not resume a session must ask again.
  /// - Throws: `.session` with what `Session.subscribe` throws.
  public mutating func subscribe(
    _ subscriptions: [Subscription], properties: Subscribe.Properties = Subscribe.Properties(),
    token: UInt64
  ) throws(ClientError) {
    do throws(SessionError) {
      try session.subscribe(
        subscriptions, properties: properties, token: token, now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
  }

  /// Asks for no more messages of some topics by the next `run`; `Session.Event.unsubscribed` says
  /// what became of it.
  /// - Throws: `.session` with what `Session.unsubscribe` throws.
  public mutating func unsubscribe(
    _ filters: [TopicFilter], properties: Unsubscribe.Properties = Unsubscribe.Properties(),
    token: UInt64
  ) throws(ClientError) {
    do throws(SessionError) {
      try session.unsubscribe(
        filters, properties: properties, token: token, now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
  }

  /// Answers the broker's AUTH, or proves again who the client is; see `Session.authenticate`.
  /// - Throws: `.session` with what `Session.authenticate` throws.
  public mutating func authenticate(_ data: [UInt8]?) throws(ClientError) {
    do throws(SessionError) {
      try session.authenticate(data, now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
  }

  /// What the broker did next; nil until more has come. Events from before an error stay. A message
  /// is acknowledged to the broker when the event after it is asked for.
  public mutating func nextEvent() -> Session.Event? {
    session.nextEvent()
  }

  /// Sends and receives until there is an event, `wakeup` rings, there is room to publish again, or
  /// `deadline` (on `Clock.sinceBoot`) has passed. Where there is an event already, or the wakeup has
  /// rung, or the deadline has passed, it sends and receives what goes without waiting.
  ///
  /// Take the events whatever ended it: two of these can happen at once. Where the connection ends
  /// and there are events from before, the run ends with them, and the next one throws.
  /// - Throws: `.closedByBroker`, `.connectionLost`, or `.session` with why the session has ended.
  @discardableResult
  public mutating func run(
    until deadline: Duration, wakeup: Wakeup? = nil
  ) throws(ClientError) -> RunEnd {
    if let failure { throw failure }
    if let failure = session.failure { throw .session(failure) }
    do throws(ClientError) {
      return try runOn(until: deadline, wakeup: wakeup)
    } catch {
      guard session.hasEvents else { throw error }
      failure = error
      return .event
    }
  }

  /// Says goodbye with DISCONNECT, so that the broker forgets the will, and closes the connection
  /// [MQTT-3.14.4-1]. What was published and not yet sent goes out before it. Acknowledgements that
  /// come from now on are lost: run until there are none to come, if they matter.
  /// - Parameters:
  ///   - reasonCode: `.disconnectWithWillMessage` makes a broker of 5.0 publish the will.
  ///   - properties: 5.0 only; a session expiry of 0 makes the broker forget the session.
  /// - Returns: true where the broker has taken everything and closed its side; false where that
  ///   could not be seen within `timeout`, which no wakeup shortens.
  @discardableResult
  public consuming func disconnect(
    reasonCode: ReasonCode = .normalDisconnection,
    properties: Disconnect.Properties = Disconnect.Properties(), within timeout: Duration
  ) -> Bool {
    let deadline = Clock.sinceBoot + timeout
    do throws(ClientError) {
      try endSession(reasonCode, properties)
      try send()
      while hasOutput {
        if Clock.sinceBoot >= deadline { return false }
        _ = try transport.wait(for: .writable, until: deadline, wakeup: nil)
        try send()
      }
      return try closeInOrder(until: deadline)
    } catch {
      return false
    }
  }
}

extension Client {
  private var hasOutput: Bool { transport.hasOutput || session.hasOutput }

  /// Waits once, and does what there is to do then. What there was to send has been sent as far as
  /// the kernel took it.
  /// - Returns: whether `wakeup` has rung.
  mutating func step(
    until deadline: Duration, wakeup: Wakeup?
  ) throws(ClientError) -> Bool {
    do throws(ClientError) {
      let awaited = try transport.wait(
        for: interests, until: min(deadline, session.deadline ?? deadline), wakeup: wakeup)
      // What has come counts before the time: an answer that lay in the kernel while this thread was
      // busy elsewhere is not late.
      let now = Clock.sinceBoot
      if !awaited.readiness.isDisjoint(with: [.readable, .failed]) { try receive(now: now) }
      do throws(SessionError) {
        try session.tick(now: now)
      } catch {
        throw .session(error)
      }
      try send()
      return awaited.rang
    } catch {
      if case .session = error { sayWhy() }
      throw error
    }
  }

  private mutating func runOn(
    until deadline: Duration, wakeup: Wakeup?
  ) throws(ClientError) -> RunEnd {
    let hadRoom = canPublish
    // Mostly the kernel takes everything at once, and there is no need to ask it for leave.
    try send()
    while true {
      let isDone = session.hasEvents || canPublish && !hadRoom
      let rang = try step(until: isDone ? .zero : deadline, wakeup: wakeup)
      if rang { return .wakeup }
      if session.hasEvents { return .event }
      if canPublish && !hadRoom { return .room }
      if Clock.sinceBoot >= deadline { return .deadline }
    }
  }

  private var interests: Poll.Readiness {
    var interests: Poll.Readiness = session.wantsInput ? .readable : []
    if hasOutput { interests.insert(.writable) }
    return interests
  }

  /// Sends the session's last words, which tell a broker of 5.0 why it has ended.
  private mutating func sayWhy() {
    if session.hasOutput { transport.sendLastWords(session.takeOutput()) }
  }

  /// Hands the session what has come.
  private mutating func receive(now: Duration) throws(ClientError) {
    let end = try Client.receive(from: &transport, into: &session, now: now)
    if end { throw .closedByBroker(insidePacket: session.isInsidePacket) }
  }

  private static func receive(
    from transport: inout Transport, into session: inout Session, now: Duration
  ) throws(ClientError) -> Bool {
    try transport.receive { (bytes) throws(ClientError) in
      do throws(SessionError) {
        try session.receive(bytes, now: now)
      } catch {
        throw .session(error)
      }
    }
  }

  /// Gives the kernel as much as it takes without waiting. No more is taken from the session before
  /// that is gone, so that the session's limits hold.
  mutating func send() throws(ClientError) {
    do throws(ClientError) {
      while true {
        try transport.flush()
        if transport.hasOutput || !session.hasOutput { return }
        try transport.send(session.takeOutput())
      }
    } catch {
      if case .connectionLost = error { try receiveLastWords() }
      throw error
    }
  }

  /// Takes what the broker sent before the connection broke: acknowledgements, and in 5.0 why it
  /// ended the session.
  /// - Throws: only why the session has ended.
  private mutating func receiveLastWords() throws(ClientError) {
    do throws(ClientError) {
      while session.wantsInput {
        let awaited = try transport.wait(for: .readable, until: .zero, wakeup: nil)
        if awaited.readiness.isEmpty { return }
        try receive(now: Clock.sinceBoot)
      }
    } catch {
      if case .session = error { throw error }
    }
  }

  private mutating func endSession(
    _ reasonCode: ReasonCode, _ properties: Disconnect.Properties
  ) throws(ClientError) {
    do throws(SessionError) {
      try session.disconnect(
        reasonCode: reasonCode, properties: version == .v5 ? properties : Disconnect.Properties(),
        now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
  }

  /// Closes our side and waits for the broker to close its own. Closing both at once while an
  /// acknowledgement is on its way would reset the connection, and a reset can overtake DISCONNECT
  /// in the broker.
  private mutating func closeInOrder(until deadline: Duration) throws(ClientError) -> Bool {
    try transport.finish()
    while Clock.sinceBoot < deadline {
      _ = try transport.wait(for: .readable, until: deadline, wakeup: nil)
      if try transport.receive({ (_) throws(ClientError) in }) { return true }
    }
    return false
  }
}
