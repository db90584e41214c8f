extension Session {
  mutating func receive(_ packet: Packet, now: Duration) throws(SessionError) {
    switch (packet, phase) {
    case (.connack(let connack), .connecting): try receive(connack, now: now)
    case (.auth(let auth), .connecting), (.auth(let auth), .connected): try receive(auth)
    case (.puback(let puback), .connected): try receive(puback, now: now)
    case (.pubrec(let pubrec), .connected): try receive(pubrec, now: now)
    case (.pubcomp(let pubcomp), .connected): try receive(pubcomp, now: now)
    case (.publish(let publish), .connected): try receive(publish, now: now)
    case (.pubrel(let pubrel), .connected): try receive(pubrel, now: now)
    case (.suback(let suback), .connected): try receive(suback, now: now)
    case (.unsuback(let unsuback), .connected): try receive(unsuback, now: now)
    case (.disconnect(let disconnect), .connected) where version == .v5:
      throw receive(disconnect)
    case (.pingresp, .connected):
      guard keepAlive.answered() else { throw fail(.unexpected(.pingresp)) }
    case (.connect, _), (.connack, _), (.publish, _), (.puback, _), (.pubrec, _), (.pubrel, _),
      (.pubcomp, _), (.subscribe, _), (.suback, _), (.unsubscribe, _), (.unsuback, _),
      (.pingreq, _), (.pingresp, _), (.disconnect, _), (.auth, _):
      throw fail(.unexpected(packet.type))
    }
  }

  /// Answers a packet of the broker. No answer breaks a rule, and none is larger than the broker
  /// takes, see `ServerLimits.smallestPacketSizeMax`.
  mutating func answer(_ packet: Packet) {
    do throws(SessionError) {
      try put(packet)
    } catch {
      preconditionFailure("an answer can always be sent")
    }
  }

  private mutating func receive(_ publish: Publish, now: Duration) throws(SessionError) {
    var publish = publish
    if let alias = publish.properties.topicAlias {
      guard incomingAliases.allows(alias) else { throw fail(.topicAliasInvalid(alias)) }
      guard let topic = incomingAliases.resolve(alias, publish.topic) else {
        throw fail(.topicAliasUnknown(alias))
      }
      publish.topic = topic
      publish.properties.topicAlias = nil
    }
    guard let identifier = publish.packetIdentifier, publish.qos == .exactlyOnce else {
      if publish.qos == .atLeastOnce { try countUnfinished() }
      return events.append(.message(publish))
    }
    if state.incoming.contains(identifier) {
      // It was taken before, and the broker has not heard so (4.3.3).
      return answer(.pubrec(Pubrec(packetIdentifier: identifier)))
    }
    if events.hasMessage(exactlyOnce: identifier) { return }
    try countUnfinished()
    events.append(.message(publish))
  }

  /// One more message that the broker waits for the end of.
  private mutating func countUnfinished() throws(SessionError) {
    unfinishedCount += 1
    // 3.1.1 knows no such limit; there, `wantsInput` holds up the broker.
    guard version == .v311 || unfinishedCount <= max(options.receiveMaximum, 1) else {
      throw fail(.receiveMaximumExceeded(max(options.receiveMaximum, 1)))
    }
  }

  private mutating func receive(_ pubrel: Pubrel, now: Duration) throws(SessionError) {
    try checkProblemInformation(pubrel.properties, .pubrel)
    let identifier = pubrel.packetIdentifier
    var code = ReasonCode.success
    if let index = state.incoming.firstIndex(of: identifier) {
      state.incoming.remove(at: index)
      unfinishedCount = max(unfinishedCount - 1, 0)
    } else if version == .v5 {
      code = .packetIdentifierNotFound
    }
    answer(.pubcomp(Pubcomp(packetIdentifier: identifier, reasonCode: code)))
  }

  /// Notes that somebody has a message from now on. One with QoS 2 must not be delivered again.
  mutating func take(_ publish: Publish) {
    guard let identifier = publish.packetIdentifier else { return }
    taken = publish
    if publish.qos == .exactlyOnce { state.incoming.append(identifier) }
  }

  /// Tells the broker that the message taken last has been dealt with.
  mutating func acknowledgeTaken() {
    guard let publish = taken else { return }
    taken = nil
    guard case .connected = phase, let identifier = publish.packetIdentifier else { return }
    if publish.qos == .atLeastOnce {
      answer(.puback(Puback(packetIdentifier: identifier)))
      unfinishedCount = max(unfinishedCount - 1, 0)
    } else {
      answer(.pubrec(Pubrec(packetIdentifier: identifier)))
    }
  }

  /// Refuses explanations that were not asked for [MQTT-3.1.2-29].
  mutating func checkProblemInformation(
    _ properties: AcknowledgementProperties, _ type: PacketType
  ) throws(SessionError) {
    guard !options.requestProblemInformation, !properties.isEmpty else { return }
    throw fail(.unrequestedProblemInformation(type))
  }
}
