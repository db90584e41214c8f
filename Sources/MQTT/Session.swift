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
/// The session keeps tokens, not messages. Whoever publishes with QoS 1 has the message stored until
/// its token is acknowledged, and publishes it again over the next connection when this one breaks;
/// a second copy in here would cost memory and could only disagree. With a clean session the broker
/// expects nothing else (4.4).
public struct Session: Sendable {
  /// What the broker did.
  public enum Event: Equatable, Sendable {
    /// It accepted the connection.
    case connected(sessionPresent: Bool)
    /// It has the message that was published with this token and QoS 1.
    case acknowledged(token: UInt64)
  }

  private enum State {
    case connecting(connackDeadline: Duration)
    case connected
    case disconnected
    case failed(SessionError)
  }

  private let options: Options
  private let inFlightMax: Int
  private var state: State
  private var decoder: PacketDecoder
  private var output: [UInt8] = []
  private var events: [Event] = []
  private var inFlight = InFlight()
  /// When the last packet went into the output.
  private var lastSent: Duration
  /// When PINGRESP must have come; nil where none is awaited.
  private var pingDeadline: Duration?
  /// When the next acknowledgement must have come; it counts only while messages are in flight.
  private var acknowledgeDeadline: Duration = .zero

  /// Begins with CONNECT in the output.
  /// - Throws: `.unsendable` where the options make no CONNECT: a client identifier, user name or
  ///   password that is too long or holds U+0000, a password without a user name, no client
  ///   identifier without a clean session.
  public init(options: Options, now: Duration) throws(SessionError) {
    self.options = options
    inFlightMax = min(max(options.inFlightMax, 1), Int(UInt16.max))
    state = .connecting(connackDeadline: now + options.connackTimeout)
    decoder = PacketDecoder(packetSizeMax: options.packetSizeMax)
    lastSent = now
    do {
      let connect = Connect(
        clientID: try EncodedString(options.clientID), cleanStart: options.cleanSession,
        keepAlive: options.keepAliveSeconds,
        username: try options.username.map { (name) throws(PacketError) in
          try EncodedString(name)
        },
        password: options.password)
      try Packet.connect(connect).encode(into: &output)
    } catch {
      throw .unsendable(error)
    }
  }

  /// Whether `publish` takes a message now: connected, room in the window and in the output.
  public var canPublish: Bool { publishRefusal == nil && hasWindow }

  /// Whether there are bytes to take with `takeOutput`.
  public var hasOutput: Bool { !output.isEmpty }

  /// Whether there is something to take with `nextEvent`.
  public var hasEvents: Bool { !events.isEmpty }

  /// Whether the broker's bytes stop in the middle of a packet.
  public var isInsidePacket: Bool { decoder.isInsidePacket }

  /// How many messages wait for their acknowledgement.
  public var inFlightCount: Int { inFlight.count }

  /// When `tick(now:)` must be called at the latest; nil where nothing is awaited.
  public var deadline: Duration? {
    switch state {
    case .connecting(let connackDeadline): return connackDeadline
    case .connected:
      let acknowledge = inFlight.isEmpty ? nil : acknowledgeDeadline
      let ping = pingDeadline ?? options.keepAliveInterval.map { lastSent + $0 }
      guard let acknowledge, let ping else { return acknowledge ?? ping }
      return min(acknowledge, ping)
    case .disconnected, .failed: return nil
    }
  }

  /// The bytes to send, in order; they are the caller's from then on.
  public mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// What the broker did next; nil until more has come. Events from before a failure stay.
  public mutating func nextEvent() -> Event? {
    events.isEmpty ? nil : events.removeFirst()
  }

  /// Puts a message into the output. It is copied once, from `payload` to there.
  /// - Parameter token: comes back in `Event.acknowledged`; with QoS 0 nothing comes back.
  /// - Throws: `.notConnected`, `.windowFull`, `.outputFull`, `.unsendable`,
  ///   `.exactlyOnceUnsupported`: the message is not taken. Or why the session had ended before.
  public mutating func publish(
    topic: TopicName, payload: [UInt8], qos: QoS, retain: Bool = false, token: UInt64,
    now: Duration
  ) throws(SessionError) {
    if let publishRefusal { throw publishRefusal }
    if qos == .exactlyOnce { throw .exactlyOnceUnsupported }
    var publish = Publish(topic: topic, payload: payload, qos: qos, retain: retain)
    let size = publish.remainingLength(.v311) + (qos == .atMostOnce ? 0 : 2)
    let sizeMax = min(options.publishSizeMax, FixedHeader.remainingLengthMax)
    guard size <= sizeMax else { throw .unsendable(.tooLarge(size: size, limit: sizeMax)) }
    if qos == .atLeastOnce {
      guard hasWindow else { throw .windowFull }
      if inFlight.isEmpty { acknowledgeDeadline = now + options.acknowledgeTimeout }
      publish.packetIdentifier = inFlight.add(token: token)
    }
    try send(.publish(publish), now: now)
  }

  /// Takes bytes from the broker, in the order in which they came.
  /// - Throws: why the session has ended; nothing is to be sent then, but events may be left.
  public mutating func receive(_ bytes: Span<UInt8>, now: Duration) throws(SessionError) {
    switch state {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting, .connected: break
    }
    decoder.append(bytes)
    while true {
      let packet: Packet?
      do { packet = try decoder.next() } catch { throw fail(.malformed(error)) }
      guard let packet else { return }
      try receive(packet, now: now)
    }
  }

  /// Does what is due at `now`: sends a ping, or finds that the broker is too late.
  /// - Throws: why the session has ended.
  public mutating func tick(now: Duration) throws(SessionError) {
    switch state {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting(let connackDeadline):
      if now >= connackDeadline { throw fail(.connackTimeout(options.connackTimeout)) }
    case .connected:
      if let pingDeadline, now >= pingDeadline { throw fail(.pingTimeout(pingTimeout)) }
      if !inFlight.isEmpty, now >= acknowledgeDeadline {
        throw fail(.acknowledgeTimeout(options.acknowledgeTimeout))
      }
      if pingDeadline == nil, let interval = options.keepAliveInterval, now >= lastSent + interval {
        try send(.pingreq, now: now)
        pingDeadline = now + pingTimeout
      }
    }
  }

  /// Ends the session in good order with DISCONNECT in the output; the connection is to be closed
  /// when it is sent [MQTT-3.14.4-1]. Nothing else is sent after it [MQTT-3.14.4-2].
  ///
  /// Before CONNACK, and after a failure, there is nobody to say goodbye to, and nothing is sent.
  public mutating func disconnect(now: Duration) throws(SessionError) {
    switch state {
    case .failed(let error): throw error
    case .disconnected: return
    case .connecting: break
    case .connected: try send(.disconnect(Disconnect()), now: now)
    }
    state = .disconnected
  }
}

extension Session {
  /// Never more than the keep alive, so that one ping at a time is enough.
  private var pingTimeout: Duration {
    min(options.pingTimeout, options.keepAliveInterval ?? options.pingTimeout)
  }

  /// Acknowledgements that nobody has taken count too, so that events cannot pile up.
  private var hasWindow: Bool { inFlight.count + events.count < inFlightMax }

  /// Why no message of any quality of service is taken; nil where one is.
  private var publishRefusal: SessionError? {
    switch state {
    case .connecting, .disconnected: .notConnected
    case .failed(let error): error
    case .connected: output.count < options.outputMax ? nil : .outputFull
    }
  }

  private mutating func send(_ packet: Packet, now: Duration) throws(SessionError) {
    do {
      try packet.encode(into: &output)
    } catch {
      throw .unsendable(error)
    }
    lastSent = now
  }

  /// Ends the session; what has not been sent is not sent any more.
  private mutating func fail(_ error: SessionError) -> SessionError {
    state = .failed(error)
    output = []
    return error
  }

  private mutating func receive(_ packet: Packet, now: Duration) throws(SessionError) {
    switch (packet, state) {
    case (.connack(let connack), .connecting): try receive(connack)
    case (.puback(let puback), .connected):
      guard let token = inFlight.remove(puback.packetIdentifier) else {
        throw fail(.unknownPacketIdentifier(puback.packetIdentifier))
      }
      acknowledgeDeadline = now + options.acknowledgeTimeout
      events.append(.acknowledged(token: token))
    case (.pingresp, .connected) where pingDeadline != nil: pingDeadline = nil
    case (.connect, _), (.connack, _), (.publish, _), (.puback, _), (.pubrec, _), (.pubrel, _),
      (.pubcomp, _), (.subscribe, _), (.suback, _), (.unsubscribe, _), (.unsuback, _),
      (.pingreq, _), (.pingresp, _), (.disconnect, _), (.auth, _):
      throw fail(.unexpected(packet.type))
    }
  }

  private mutating func receive(_ connack: Connack) throws(SessionError) {
    // Every CONNACK of 3.1.1 has a return code.
    guard let returnCode = connack.returnCode else { throw fail(.unexpected(.connack)) }
    guard returnCode == .accepted else { throw fail(.refused(returnCode)) }
    guard !connack.sessionPresent || !options.cleanSession else {
      throw fail(.unexpectedSessionPresent)
    }
    state = .connected
    events.append(.connected(sessionPresent: connack.sessionPresent))
  }
}
