/// Any bytes as a script: what a program does with a session, what a broker says to it, and how the
/// time goes by. The session must not crash, must send nothing that the broker could not understand,
/// must not use an identifier twice, and must not grow.
///
/// The first byte chooses the options; each step after it is one byte and what the step needs.
@_cdecl("LLVMFuzzerTestOneInput")
public func runScript(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 1 else { return 0 }
  var script = Script(bytes: Array(UnsafeBufferPointer(start: start, count: count)))
  var play = Play(flags: script.next())
  while !script.isAtEnd {
    play.step(&script)
    play.check()
  }
  play.finish()
  return 0
}

/// Bytes that are read one by one; zeros behind the end.
struct Script {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func next() -> UInt8 {
    guard position < bytes.count else { return 0 }
    position += 1
    return bytes[position - 1]
  }

  mutating func next(_ count: Int) -> [UInt8] {
    let end = min(position + count, bytes.count)
    defer { position = end }
    return Array(bytes[position..<end])
  }
}

/// A session, and all that surrounds it.
struct Play {
  private var options: Session.Options
  private var session: Session
  private var listener: Listener
  private var now: Duration = .zero
  private var token: UInt64 = 0

  private static let topics = ["t", "a/b", "a/b/c/d"].map { topic($0) }
  private static let filters = ["#", "a/+", "$share/g/t"].map { filter($0) }
  private static let inFlightMax = 5
  private static let outputMax = 200
  /// The longest run of bytes that the broker says in one step.
  private static let saidMax = 63

  init(flags: UInt8) {
    options = Session.Options(clientID: "c")
    options.version = flags & 0x01 == 0 ? .v311 : .v5
    options.cleanStart = flags & 0x02 == 0
    options.sessionExpiry = flags & 0x02 == 0 ? 0 : 60
    if flags & 0x04 != 0 { options.authenticationMethod = string("M") }
    options.requestProblemInformation = flags & 0x08 == 0
    options.topicAliasMaximum = flags & 0x10 == 0 ? 0 : 2
    options.sentTopicAliasMax = flags & 0x20 == 0 ? 0 : 2
    options.keepAlive = flags & 0x40 == 0 ? .zero : .seconds(10)
    options.receiveMaximum = 4
    options.inFlightMax = Play.inFlightMax
    options.outputMax = Play.outputMax
    options.packetSizeMax = 200
    session = Play.begin(options, Session.State(), .zero)
    listener = Listener(options.version)
    if flags & 0x80 != 0 { hear(listener.accept(0, sessionPresent: false, options)) }
  }

  private static func begin(
    _ options: Session.Options, _ state: Session.State, _ now: Duration
  ) -> Session {
    do throws(SessionError) {
      return try Session(options: options, resuming: state, now: now)
    } catch {
      preconditionFailure("the options make a CONNECT")
    }
  }

  mutating func step(_ script: inout Script) {
    let operation = script.next()
    let argument = operation >> 4
    switch operation & 0x0F {
    case 0: hear(script.next(Int(script.next()) & Play.saidMax))
    case 1: hear(acknowledgement(UInt8(argument & 3), UInt8(argument >> 2), script.next()))
    case 2:
      hear(message(qos: argument % 3, isDuplicate: argument > 7, script.next(), script.next()))
    case 3: hear(answer(isSubscribe: argument & 1 == 0, script.next(), count: Int(argument >> 1)))
    case 4: hear(listener.accept(script.next(), sessionPresent: argument & 1 == 1, options))
    case 5: pass(.milliseconds(Int(script.next()) * (argument == 0 ? 1 : 1_000)))
    case 6: publish(argument, Int(script.next()))
    case 7: subscribe(argument)
    case 8: unsubscribe(argument)
    case 9: for _ in 0...argument { takeEvent() }
    case 10: listener.receive(session.takeOutput(), session)
    case 11: disconnect(argument)
    case 12: resume(argument)
    case 13: authenticate(argument)
    case 14: hear([0xD0, 0x00])
    default: hear(authentication(argument))
    }
  }

  /// What holds at any moment.
  func check() {
    let entries = session.state.outgoing.entries
    var identifiers = entries.map(\.identifier) + session.requests.map(\.identifier)
    identifiers.sort()
    precondition(!identifiers.contains(0), "identifier 0")
    precondition(zip(identifiers, identifiers.dropFirst()).allSatisfy { $0 != $1 }, "used twice")
    precondition(
      session.state.outgoing.unsentCount == entries.count { !$0.isSent }, "a wrong count")
    let releases = entries.prefix { $0.stage == .release }.count
    precondition(releases == entries.count { $0.stage == .release }, "PUBREL behind PUBLISH")
    precondition(entries.allSatisfy { $0.stage != .release || $0.copy == nil }, "a useless copy")
    precondition(
      entries.count { $0.isSent && $0.stage != .release } <= session.limits.inFlightMax,
      "more in flight than allowed")
    precondition(entries.count + session.events.deliveryCount <= 2 * Play.inFlightMax, "growth")
    precondition(session.events.unaskedCount <= Play.saidMax, "messages pile up")
    precondition(session.requests.count <= Session.requestsMax, "requests pile up")
    // The last packet of ours, and the answers to what the broker said at once.
    precondition(session.output.count <= Play.outputMax + 400, "output piles up")
    if session.version == .v5, session.failure == nil {
      precondition(session.unfinishedCount <= options.receiveMaximum, "more than was said")
    }
    var held = session.state.incoming
    held.sort()
    precondition(zip(held, held.dropFirst()).allSatisfy { $0 != $1 }, "held twice")
  }

  /// The end of the script: the broker falls silent, and the session notices where it must.
  mutating func finish() {
    while session.nextEvent() != nil {}
    listener.receive(session.takeOutput(), session)
    let isWaiting = session.awaitsAnswers || options.keepAlive > .zero
    for _ in 0..<4 {
      now += .seconds(60)
      tick()
    }
    if case .connected = session.phase {
      precondition(!isWaiting || session.keepAlive.deadline == nil, "a dead link is not noticed")
      precondition(!session.awaitsAnswers, "a stalled broker is not noticed")
    }
    check()
    listener.receive(session.takeOutput(), session)
  }
}

extension Play {
  /// Gives the session the broker's bytes, where it wants any.
  private mutating func hear(_ bytes: [UInt8]) {
    guard session.wantsInput else { return }
    attempt(mayFail: true) { (session, now) throws(SessionError) in
      try session.receive(bytes.span, now: now)
    }
  }

  private mutating func pass(_ duration: Duration) {
    now += duration
    tick()
  }

  private mutating func tick() {
    attempt(mayFail: true) { (session, now) throws(SessionError) in try session.tick(now: now) }
    if let deadline = session.deadline, session.lastReceived != now {
      precondition(deadline > now, "a deadline that is always over")
    }
  }

  private mutating func publish(_ argument: UInt8, _ size: Int) {
    token += 1
    let token = token
    var properties: Publish.Properties?
    if options.version == .v5, argument & 0x08 != 0 {
      properties = Publish.Properties()
      properties?.contentType = string("text")
    }
    attempt { (session, now) throws(SessionError) in
      try session.publish(
        topic: Play.topics[size % Play.topics.count], payload: Array(repeating: 0x78, count: size),
        qos: QoS(rawValue: argument & 0x03) ?? .exactlyOnce, retain: argument & 0x04 != 0,
        properties: properties, token: token, now: now)
    }
  }

  private mutating func subscribe(_ argument: UInt8) {
    // Whoever asks takes the answers.
    while session.hasEvents { takeEvent() }
    let filters = Play.filters.prefix(Int(argument) % 4)
    attempt { (session, now) throws(SessionError) in
      try session.subscribe(
        filters.map { Subscription(filter: $0, maximumQoS: .exactlyOnce) }, token: 1, now: now)
    }
  }

  private mutating func unsubscribe(_ argument: UInt8) {
    while session.hasEvents { takeEvent() }
    let filters = Array(Play.filters.prefix(Int(argument) % 4))
    attempt { (session, now) throws(SessionError) in
      try session.unsubscribe(filters, token: 2, now: now)
    }
  }

  private mutating func takeEvent() {
    let hadEvents = session.hasEvents
    let event = session.nextEvent()
    precondition((event != nil) == hadEvents, "an event that is and is not")
    if case .message(let publish) = event { precondition(publish.topic != nil, "no topic") }
  }

  private mutating func disconnect(_ argument: UInt8) {
    let reasonCode: ReasonCode =
      argument & 1 == 0 ? .normalDisconnection : .disconnectWithWillMessage
    attempt { (session, now) throws(SessionError) in
      try session.disconnect(reasonCode: reasonCode, now: now)
    }
  }

  private mutating func resume(_ argument: UInt8) {
    // Whoever resumes takes the events first, or is told some things twice.
    if argument & 1 == 0 { while session.hasEvents { takeEvent() } }
    if argument & 2 == 0 { listener.receive(session.takeOutput(), session) }
    options.cleanStart = argument & 4 != 0
    options.inFlightMax = argument & 8 == 0 ? Play.inFlightMax : 2
    session = Play.begin(options, session.state, now)
    listener = Listener(options.version)
  }

  private mutating func authenticate(_ argument: UInt8) {
    attempt { (session, now) throws(SessionError) in
      try session.authenticate(argument == 0 ? nil : [argument], now: now)
    }
  }

  /// Does something, and looks at how it fails.
  private mutating func attempt(
    mayFail: Bool = false, _ body: (inout Session, Duration) throws(SessionError) -> Void
  ) {
    let before = session
    do throws(SessionError) {
      try body(&session, now)
    } catch {
      precondition(!error.text.isEmpty, "an error without words")
      if let failure = session.failure {
        precondition(failure == error, "another failure than was told")
        precondition(!error.isRefusal, "a refusal that ends the session")
        precondition(mayFail || before.failure != nil, "our own words end the session")
      } else {
        precondition(error.isRefusal, "a failure that does not end the session")
        // What was taken is acknowledged whatever comes of `disconnect`.
        precondition(session.output.starts(with: before.output), "output is lost")
        precondition(
          session.state.outgoing.count == before.state.outgoing.count
            && session.requests.count == before.requests.count, "a refusal that leaves a trace")
      }
    }
  }
}
