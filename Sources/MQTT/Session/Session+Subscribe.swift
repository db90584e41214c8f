extension Session {
  /// A SUBSCRIBE or UNSUBSCRIBE that the broker has not answered.
  struct Request: Sendable {
    let identifier: UInt16
    let token: UInt64
    let filterCount: Int
    let isSubscribe: Bool
  }

  /// How many requests may wait for their answer. Each may have many filters, so that programs with
  /// hundreds of them need few.
  public static let requestsMax = 32

  /// Asks for the messages of some topics. A broker that resumes the session still knows what it
  /// agreed to over an earlier connection. What it did not answer there, or where it has forgotten
  /// the session, it must be asked again.
  /// - Parameters:
  ///   - properties: 5.0 only.
  ///   - token: comes back in `Event.subscribed`.
  /// - Throws: `.notConnected`, `.outputFull`, `.requestsFull`, `.unsendable`, `.notOffered`. Or why
  ///   the session had ended before.
  public mutating func subscribe(
    _ subscriptions: [Subscription], properties: Subscribe.Properties = Subscribe.Properties(),
    token: UInt64, now: Duration
  ) throws(SessionError) {
    if let requestRefusal { throw requestRefusal }
    if let feature = limits.missingFeature(subscriptions, properties) {
      throw .notOffered(feature)
    }
    let identifier = nextIdentifier
    try request(
      .subscribe(
        Subscribe(
          packetIdentifier: identifier, subscriptions: subscriptions, properties: properties)),
      Request(
        identifier: identifier, token: token, filterCount: subscriptions.count,
        isSubscribe: true),
      now: now)
  }

  /// Asks for no more messages of some topics: the filters are those of `subscribe`.
  /// - Parameters:
  ///   - properties: 5.0 only.
  ///   - token: comes back in `Event.unsubscribed`.
  /// - Throws: as for `subscribe`.
  public mutating func unsubscribe(
    _ filters: [TopicFilter], properties: Unsubscribe.Properties = Unsubscribe.Properties(),
    token: UInt64, now: Duration
  ) throws(SessionError) {
    if let requestRefusal { throw requestRefusal }
    let identifier = nextIdentifier
    try request(
      .unsubscribe(
        Unsubscribe(packetIdentifier: identifier, filters: filters, properties: properties)),
      Request(
        identifier: identifier, token: token, filterCount: filters.count, isSubscribe: false),
      now: now)
  }
}

extension Session {
  private var requestRefusal: SessionError? {
    publishRefusal ?? (requests.count < Session.requestsMax ? nil : .requestsFull)
  }

  private mutating func request(
    _ packet: Packet, _ request: Request, now: Duration
  ) throws(SessionError) {
    let isFirst = !awaitsAnswers
    try send(packet, now: now)
    state.lastIdentifier = request.identifier
    if isFirst { renewAcknowledgeDeadline(now: now) }
    requests.append(request)
  }

  mutating func receive(_ suback: Suback, now: Duration) throws(SessionError) {
    try checkProblemInformation(suback.properties, .suback)
    let request = try answered(suback.packetIdentifier, isSubscribe: true, now: now)
    guard suback.reasonCodes.count == request.filterCount else {
      throw fail(
        .wrongReasonCodeCount(
          .suback, suback.reasonCodes.count, expected: request.filterCount))
    }
    events.append(.subscribed(token: request.token, suback.reasonCodes))
  }

  mutating func receive(_ unsuback: Unsuback, now: Duration) throws(SessionError) {
    try checkProblemInformation(unsuback.properties, .unsuback)
    let request = try answered(unsuback.packetIdentifier, isSubscribe: false, now: now)
    let codes =
      version == .v5
      ? unsuback.reasonCodes : Array(repeating: .success, count: request.filterCount)
    guard codes.count == request.filterCount else {
      throw fail(.wrongReasonCodeCount(.unsuback, codes.count, expected: request.filterCount))
    }
    events.append(.unsubscribed(token: request.token, codes))
  }

  private mutating func answered(
    _ identifier: UInt16, isSubscribe: Bool, now: Duration
  ) throws(SessionError) -> Request {
    guard
      let index = requests.firstIndex(where: {
        $0.identifier == identifier && $0.isSubscribe == isSubscribe
      })
    else { throw fail(.unknownPacketIdentifier(identifier)) }
    renewAcknowledgeDeadline(now: now)
    return requests.remove(at: index)
  }
}
