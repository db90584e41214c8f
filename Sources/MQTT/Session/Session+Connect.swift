extension Session {
  /// Finds a broker that does not know 5.0, whose CONNACK is that of 3.1.1 and no packet of 5.0:
  /// two bytes after the header, where 5.0 has three or more.
  mutating func lookForVersion311(_ bytes: Span<UInt8>) throws(SessionError) {
    guard var first = firstBytes else { return }
    var index = 0
    while first.count < 4, index < bytes.count {
      first.append(bytes[index])
      index += 1
    }
    firstBytes = first.count < 4 ? first : nil
    guard first.count == 4, first[0] == PacketType.connack.rawValue << 4, first[1] == 2,
      first[2] == 0, let returnCode = Connack.ReturnCode(rawValue: first[3]),
      returnCode != .accepted
    else { return }
    throw fail(.refused(returnCode.reasonCode, ServerRemarks()))
  }

  mutating func receive(_ connack: Connack, now: Duration) throws(SessionError) {
    let properties = connack.properties
    guard connack.reasonCode == .success else {
      throw fail(
        .refused(
          connack.reasonCode,
          ServerRemarks(
            reason: properties.reasonString, serverReference: properties.serverReference)))
    }
    guard !connack.sessionPresent || !options.cleanStart else {
      throw fail(.unexpectedSessionPresent)
    }
    guard properties.authenticationMethod == options.offeredAuthenticationMethod else {
      throw fail(.wrongAuthenticationMethod)
    }
    if let size = properties.maximumPacketSize, size < ServerLimits.smallestPacketSizeMax {
      throw fail(.packetSizeTooSmall(Int(size)))
    }
    phase = .connected
    acceptance = connack
    limits = ServerLimits(options, properties)
    if let seconds = properties.serverKeepAlive {
      keepAlive.interval = seconds == 0 ? nil : .seconds(seconds)
    }
    outgoingAliases = OutgoingTopicAliases(
      maximum: min(properties.topicAliasMaximum ?? 0, options.sentTopicAliasMax))
    authentication = .idle
    mayMeetStrangers = connack.sessionPresent
    renewAcknowledgeDeadline(now: now)
    events.append(.connected(sessionPresent: connack.sessionPresent))
    if !connack.sessionPresent { meetForgetfulBroker() }
  }

  /// The broker has no session to resume [MQTT-3.2.2-5].
  private mutating func meetForgetfulBroker() {
    state.incoming = []
    for entry in state.outgoing.forgetDeliveries() {
      events.append(.unresolved(token: entry.token))
    }
  }

  mutating func receive(_ disconnect: Disconnect) -> SessionError {
    let properties = disconnect.properties
    guard properties.sessionExpiryInterval == nil else {
      return fail(.misplacedProperty(.sessionExpiryInterval, .disconnect))
    }
    return fail(
      .disconnected(
        disconnect.reasonCode,
        ServerRemarks(
          reason: properties.reasonString, serverReference: properties.serverReference)))
  }

  mutating func receive(_ auth: Auth) throws(SessionError) {
    guard let method = options.offeredAuthenticationMethod else { throw fail(.unexpected(.auth)) }
    // The short form has no method (MQTT 5.0, 3.15.2.1).
    guard (auth.properties.authenticationMethod ?? method) == method else {
      throw fail(.wrongAuthenticationMethod)
    }
    if !options.requestProblemInformation,
      auth.properties.reasonString != nil || !auth.properties.userProperties.isEmpty
    {
      throw fail(.unrequestedProblemInformation(.auth))
    }
    guard authentication == .awaitsServer else { throw fail(.unexpected(.auth)) }
    switch (auth.reasonCode, phase) {
    case (.continueAuthentication, _): authentication = .awaitsClient
    case (.success, .connected): authentication = .idle
    // A first success is told by CONNACK, and only a client begins again.
    default: throw fail(.unexpected(.auth))
    }
    events.append(.authentication(auth))
  }

  /// Answers the broker's AUTH, or when connected and not asked, proves again who the client is
  /// (MQTT 5.0, 4.12 and 4.12.1).
  /// - Parameter data: what the method of the options wants to say.
  /// - Throws: `.noAuthentication` where the options have no method, or it is the broker's turn;
  ///   `.unsendable`. Or why the session had ended before.
  public mutating func authenticate(_ data: [UInt8]?, now: Duration) throws(SessionError) {
    switch phase {
    case .failed(let error): throw error
    case .disconnected: throw .notConnected
    case .connecting, .connected: break
    }
    guard let method = options.offeredAuthenticationMethod, authentication != .awaitsServer else {
      throw .noAuthentication
    }
    let isAnswer = authentication == .awaitsClient
    var auth = Auth(reasonCode: isAnswer ? .continueAuthentication : .reAuthenticate)
    auth.properties.authenticationMethod = method
    auth.properties.authenticationData = data
    try send(.auth(auth), now: now)
    authentication = .awaitsServer
  }
}

extension Session.Options {
  /// The method that CONNECT offers.
  fileprivate var offeredAuthenticationMethod: EncodedString? {
    version == .v5 ? authenticationMethod : nil
  }
}
