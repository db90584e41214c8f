extension Session {
  /// Puts a message into the output. It is copied once, from `payload` to there; a session that may
  /// be resumed shares the array until the message is acknowledged.
  /// - Parameters:
  ///   - properties: 5.0 only. Topic aliases are the session's business.
  ///   - token: comes back in `Event.acknowledged`; with QoS 0 nothing comes back.
  /// - Throws: `.notConnected`, `.windowFull`, `.outputFull`, `.unsendable`, `.notOffered`: the
  ///   message is not taken. Or why the session had ended before.
  public mutating func publish(
    topic: TopicName, payload: [UInt8], qos: QoS, retain: Bool = false,
    properties: Publish.Properties? = nil, token: UInt64, now: Duration
  ) throws(SessionError) {
    if let publishRefusal { throw publishRefusal }
    if qos != .atMostOnce, !hasWindow { throw .windowFull }
    if let feature = limits.missingFeature(qos: qos, retain: retain) { throw .notOffered(feature) }
    // Before anything is copied; what else is in the packet is small.
    guard payload.count <= limits.packetSizeMax else {
      throw .unsendable(.tooLarge(size: payload.count, limit: limits.packetSizeMax))
    }
    try Session.check(properties)

    var publish = Publish(
      topic: topic, payload: payload, qos: qos, retain: retain, properties: properties)
    if qos != .atMostOnce { publish.packetIdentifier = nextIdentifier }
    let isFirst = !awaitsAnswers
    try send(publish, now: now)
    guard let identifier = publish.packetIdentifier else { return }
    state.lastIdentifier = identifier
    if isFirst { renewAcknowledgeDeadline(now: now) }
    state.outgoing.add(
      identifier: identifier, stage: qos == .atLeastOnce ? .publishOnce : .publishTwice,
      token: token, copy: options.keepsMessages ? .message(publish) : nil)
  }
}

extension Session {
  /// Why no message of any quality of service is taken; nil where one is.
  var publishRefusal: SessionError? {
    switch phase {
    case .connecting, .disconnected: .notConnected
    case .failed(let error): error
    case .connected: hasRoom ? nil : .outputFull
    }
  }

  /// What became of messages, where nobody has taken it, counts too, so that events cannot pile up.
  /// What an earlier connection left goes first [MQTT-4.6.0-1].
  var hasWindow: Bool {
    state.outgoing.count + events.deliveryCount < limits.inFlightMax
      && state.outgoing.unsentCount == 0
  }

  /// For the next packet; it is used when `state` has noted it.
  var nextIdentifier: UInt16 {
    state.nextIdentifier { identifier in
      requests.contains { $0.identifier == identifier }
    }
  }

  /// Refuses properties that only a server sends [MQTT-3.3.4-6], or only the session.
  private static func check(_ properties: Publish.Properties?) throws(SessionError) {
    guard let properties else { return }
    guard properties.subscriptionIdentifiers.isEmpty else {
      throw .unsendable(.misplacedProperty(.subscriptionIdentifier, .packet(.publish)))
    }
    guard properties.topicAlias == nil else {
      throw .unsendable(.misplacedProperty(.topicAlias, .packet(.publish)))
    }
  }

  /// Puts PUBLISH into the output, with an alias for its topic where there are aliases.
  private mutating func send(_ publish: Publish, now: Duration) throws(SessionError) {
    guard !outgoingAliases.isEmpty, let topic = publish.topic else {
      return try send(.publish(publish), now: now)
    }
    let alias = outgoingAliases.alias(for: topic)
    var short = publish
    short.properties.topicAlias = alias.number
    if alias.isKnown { short.topic = nil }
    do throws(SessionError) {
      try send(.publish(short), now: now)
      outgoingAliases.use(alias, for: topic)
    } catch {
      // The alias may be what makes it too large.
      try send(.publish(publish), now: now)
    }
  }

  mutating func receive(_ puback: Puback, now: Duration) throws(SessionError) {
    try checkProblemInformation(puback.properties, .puback)
    guard let index = state.outgoing.index(of: puback.packetIdentifier),
      state.outgoing.entries[index].stage == .publishOnce
    else {
      if mayMeetStrangers { return }
      throw fail(.unknownPacketIdentifier(puback.packetIdentifier))
    }
    finish(index, puback.reasonCode, now: now)
  }

  mutating func receive(_ pubrec: Pubrec, now: Duration) throws(SessionError) {
    try checkProblemInformation(pubrec.properties, .pubrec)
    let identifier = pubrec.packetIdentifier
    guard let index = state.outgoing.index(of: identifier) else {
      // The identifier of a message that this client does not remember (MQTT 5.0, 3.6.2.1).
      guard version == .v5 || mayMeetStrangers else {
        throw fail(.unknownPacketIdentifier(identifier))
      }
      mayMeetStrangers = true
      guard !pubrec.reasonCode.isFailure else { return }
      let code = version == .v5 ? ReasonCode.packetIdentifierNotFound : .success
      return answer(.pubrel(Pubrel(packetIdentifier: identifier, reasonCode: code)))
    }
    guard state.outgoing.entries[index].stage != .publishOnce else {
      throw fail(.unknownPacketIdentifier(identifier))
    }
    guard !pubrec.reasonCode.isFailure else { return finish(index, pubrec.reasonCode, now: now) }
    // A broker that repeats PUBREC gets PUBREL twice, and may finish with both.
    if state.outgoing.entries[index].stage == .release { mayMeetStrangers = true }
    state.outgoing.release(at: index)
    renewAcknowledgeDeadline(now: now)
    sendAgain()
  }

  mutating func receive(_ pubcomp: Pubcomp, now: Duration) throws(SessionError) {
    try checkProblemInformation(pubcomp.properties, .pubcomp)
    guard let index = state.outgoing.index(of: pubcomp.packetIdentifier),
      state.outgoing.entries[index].stage == .release
    else {
      if mayMeetStrangers { return }
      throw fail(.unknownPacketIdentifier(pubcomp.packetIdentifier))
    }
    // "Packet identifier not found" is said by a broker that had finished with it before.
    finish(index, .success, now: now)
  }

  private mutating func finish(_ index: Int, _ reasonCode: ReasonCode, now: Duration) {
    let entry = state.outgoing.remove(at: index)
    renewAcknowledgeDeadline(now: now)
    events.append(
      reasonCode.isFailure
        ? .rejected(token: entry.token, reasonCode) : .acknowledged(token: entry.token))
  }

  /// Whether PUBREL, or something of an earlier connection, can be put into the output now.
  var canSendAgain: Bool {
    guard case .connected = phase, hasRoom else { return false }
    guard let index = state.outgoing.firstUnsent else { return false }
    return state.outgoing.entries[index].stage == .release
      || state.outgoing.count - state.outgoing.unsentCount < limits.inFlightMax
  }

  /// Sends PUBREL, and again what was in flight when an earlier connection ended, with the same
  /// identifiers and in the same order [MQTT-4.4.0-1], [MQTT-4.6.0-1].
  mutating func sendAgain() {
    while canSendAgain, let index = state.outgoing.firstUnsent {
      do throws(SessionError) {
        let entry = state.outgoing.entries[index]
        try put(packet(for: entry))
        state.outgoing.markSent(at: index)
      } catch {
        // The broker takes smaller packets than before, or none of 5.0 any more.
        let entry = state.outgoing.remove(at: index)
        events.append(.unresolved(token: entry.token))
      }
    }
  }

  private func packet(for entry: OutgoingMessages.Entry) throws(SessionError) -> Packet {
    guard entry.stage != .release else {
      return .pubrel(Pubrel(packetIdentifier: entry.identifier))
    }
    guard case .message(var publish) = entry.copy else { throw .windowFull }
    publish.isDuplicate = entry.isDuplicate
    if let feature = limits.missingFeature(qos: publish.qos, retain: publish.retain) {
      throw .notOffered(feature)
    }
    return .publish(publish)
  }
}
