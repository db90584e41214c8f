internal import MQTT
internal import System

extension Client {
  /// - Parameter hasAsked: becomes true when CONNECT is about to be sent.
  static func connect(
    _ route: Route, _ options: Options, _ state: Session.State, _ wakeup: Wakeup?,
    _ hasAsked: inout Bool
  ) throws(ClientError) -> Client {
    let transport = try Transport.open(
      route, connectTimeout: options.connectTimeout,
      openTimeout: options.openTimeout, wakeup: wakeup)
    // Only now: the time for CONNACK begins when there is a connection.
    let session: Session
    do throws(SessionError) {
      session = try Session(options: options.session, resuming: state, now: Clock.sinceBoot)
    } catch {
      throw .session(error)
    }
    var client = Client(transport: transport, session: session)
    hasAsked = true
    try client.awaitAcceptance(options, wakeup)
    return client
  }

  /// - Parameter error: what became of 5.0. It is the better answer where 3.1.1 cannot even be
  ///   asked for, because it does not have what the options want.
  static func connectWithVersion311(
    _ route: Route, _ options: Options, _ state: Session.State, _ wakeup: Wakeup?,
    instead error: ClientError
  ) throws(ClientError) -> Client {
    var older = options
    older.session.version = .v311
    var hasAsked = false
    do throws(ClientError) {
      return try connect(route, older, state, wakeup, &hasAsked)
    } catch .session(.unsendable(_)) {
      throw error
    } catch let second {
      throw second
    }
  }

  /// Returns when the broker has accepted the session; the session itself fails at the deadline.
  private mutating func awaitAcceptance(
    _ options: Options, _ wakeup: Wakeup?
  ) throws(ClientError) {
    let deadline = Clock.sinceBoot + options.session.connackTimeout
    while true {
      try send()
      while !session.hasEvents {
        if try step(until: deadline, wakeup: wakeup) { throw .cancelled }
      }
      switch session.nextEvent() {
      case .authentication(let auth):
        guard let answer = options.answerChallenge else { throw .session(.noAuthentication) }
        try authenticate(answer(auth.properties.authenticationData))
      case .connected:
        if let acceptance = session.acceptance { self.acceptance = acceptance }
        return
      default: break  // There are no others before the broker accepts.
      }
    }
  }
}

extension Client.Options {
  var mayFallBack: Bool {
    fallsBackToVersion311 && session.version == .v5 && session.authenticationMethod == nil
  }
}

extension ClientError {
  /// Whether a broker that does not know 5.0 may have said this to a CONNECT of 5.0: some close the
  /// connection without a word [MQTT-3.1.2-2].
  var mayRefuseVersion5: Bool {
    switch self {
    case .session(.refused(.unsupportedProtocolVersion, _)), .closedByBroker(insidePacket: false),
      .session(.connackTimeout), .connectionLost:
      true
    default: false
    }
  }
}
