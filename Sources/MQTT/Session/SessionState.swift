extension Session {
  /// What a client must remember between two connections of one session (4.1): which messages it
  /// has not delivered to the end, in which direction.
  ///
  /// ```swift
  /// let state = session.state                       // when the connection has ended
  /// options.cleanStart = false
  /// var next = try Session(options: options, resuming: state, now: now)
  /// ```
  /// Take all events of the old session first. Of a message that nobody has taken the state knows
  /// nothing, so that the broker sends it again.
  public struct State: Sendable {
    /// Messages to the broker.
    var outgoing = OutgoingMessages()
    /// The identifiers of messages with QoS 2 from the broker that were taken and not yet released
    /// (4.3.3). At most 65,535 of two bytes each: there are no more identifiers.
    var incoming: [UInt16] = []
    /// The identifier that was used last.
    var lastIdentifier: UInt16 = 0

    /// Of a client that has nothing to go on with.
    public init() {}

    /// How many messages to the broker are not delivered to the end.
    public var outgoingCount: Int { outgoing.count }

    /// The next identifier of the ring 1 to 65,535 that neither a message nor, as `isUsed` tells, a
    /// request has [MQTT-2.3.1-1], [MQTT-2.3.1-2]. A long way round keeps a late answer from meeting
    /// a new question.
    func nextIdentifier(isUsed: (UInt16) -> Bool) -> UInt16 {
      precondition(outgoing.count <= Int(UInt16.max) / 2, "the window keeps identifiers free")
      var identifier = lastIdentifier
      repeat {
        identifier = identifier == UInt16.max ? 1 : identifier + 1
      } while outgoing.contains(identifier) || isUsed(identifier)
      return identifier
    }

    /// Forgets everything, but goes on counting.
    mutating func clear() {
      outgoing = OutgoingMessages()
      incoming = []
    }
  }
}
